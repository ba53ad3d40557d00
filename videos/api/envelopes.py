"""The bodies of errors in each of the API's dialects, and an example of each for a status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, NotRequired, TypedDict

JSON = "application/json"
DETAILS = {
    400: ("parse_error", "JSON parse error - Expecting value: line 1 column 1 (char 0)"),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("missing_scope", "This API token lacks the scope 'write'."),
    404: ("unknown_video", "There is no video 'vid_0a1b2c3d4e'."),
    405: ("method_not_allowed", 'Method "PUT" not allowed.'),
    406: ("not_acceptable", "Could not satisfy the request Accept header."),
    409: ("id_taken", "This id is not free; give another one, or none."),
    413: ("too_large", "A body has at most 2097152 bytes."),
    415: ("unsupported_media_type", 'Unsupported media type "text/plain" in request.'),
    422: ("invalid", "Some values are not valid."),
    429: ("throttled", "Request was throttled. Expected available in 12 seconds."),
    503: ("unavailable", "Nothing can be stored at the moment."),
}
KINESCOPE_WORDS = {400: "validation error", 401: "unauthorized", 403: "forbidden", 404: "not found"}


class FieldFault(TypedDict):
    """What is wrong with one field; nested ones by dotted names, '' where the whole is at fault."""

    field: str
    message: str


class Problem(TypedDict):
    """An error as problem details (RFC 9457) with a `code`; `errors` where fields are at fault."""

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str | int
    errors: NotRequired[list[FieldFault]]


class WistiaFault(TypedDict):
    """An error of the Wistia dialect; `code` comes with a 401."""

    error: str
    code: NotRequired[Literal["unauthorized_credentials"]]


class KinescopeError(TypedDict):
    """A number that begins with the HTTP status, what it means, and what it is about."""

    code: int
    message: str
    detail: str


class KinescopeFault(TypedDict):
    """An error of the Kinescope dialect."""

    error: KinescopeError


def problem_example(status: int) -> dict[str, Any]:
    """Return an example of a problem with this status."""
    code, detail = DETAILS[status]
    title = HTTPStatus(status).phrase
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    if status == 422:
        body["errors"] = [{"field": "title", "message": "This field is required."}]
    return body


def wistia_fault(status: int) -> dict[str, Any]:
    """Return an example of a Wistia error with this status."""
    body = {"error": "page is a whole number from 1, not '0'." if status == 400 else DETAILS[status][1]}
    return {"code": "unauthorized_credentials", **body} if status == 401 else body


def kinescope_fault(status: int) -> dict[str, Any]:
    """Return an example of a Kinescope error with this status."""
    detail = "from is required." if status == 400 else DETAILS[status][1]
    return {
        "error": {"code": status * 1000 + status, "message": KINESCOPE_WORDS.get(status, "error"), "detail": detail}
    }


@dataclass(frozen=True)
class Envelope:
    """How a dialect words its errors: the body's type, an example for a status, and statuses in plain text."""

    content_type: str
    shape: Any
    example: Callable[[int], Any]
    in_plain_text: frozenset[int] = frozenset()


PROBLEM = Envelope("application/problem+json", Problem, problem_example)
WISTIA_ERROR = Envelope(JSON, WistiaFault, wistia_fault, frozenset({429}))
KINESCOPE_ERROR = Envelope(JSON, KinescopeFault, kinescope_fault)
