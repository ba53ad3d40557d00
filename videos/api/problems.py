"""Errors of our own API as problem details (RFC 9457): `application/problem+json`.

    {"type": "about:blank", "title": "Unprocessable Entity", "status": 422, "detail": "…", "code": "invalid",
     "errors": [{"field": "title", "message": "…"}]}

`errors` is there only where fields are at fault. Dialects with other envelopes give their views a handler of their own
(`get_exception_handler`) and may use `field_errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from videos.errors import DomainError, FieldError

CONTENT_TYPE = "application/problem+json"
WISTIA_PATHS = ("/v1/stats/", "/v1/medias", "/v1/projects", "/modern/")


class TooLarge(exceptions.APIException):
    """The body is larger than any of this API needs to be (DATA_UPLOAD_MAX_MEMORY_SIZE)."""

    status_code = 413
    default_code = "too_large"

    def __init__(self) -> None:
        super().__init__(f"A body has at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")


def problem(status: int, code: str | int, detail: str, errors: Iterable[FieldError] = ()) -> dict[str, Any]:
    """Return the body of an error answer."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if listed := [{"field": error.field, "message": error.message} for error in errors]:
        body["errors"] = listed
    return body


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer a DRF view's exception; None for what nobody foresaw, which Django logs and `server_error` answers."""
    if isinstance(error, DomainError):
        body = problem(error.status, error.code, error.detail, error.errors)
        return Response(body, error.status, content_type=CONTENT_TYPE)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if not isinstance(error, exceptions.APIException):
        return None
    return Response(_body(error), _status(error), headers=_headers(error), content_type=CONTENT_TYPE)


def field_errors(detail: Any, path: str = "") -> Iterator[FieldError]:
    """Yield the errors of a DRF ValidationError's `detail`, nested ones by dotted names (`embed_domains.0`)."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from field_errors(inner, f"{path}.{own}".strip("."))
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from field_errors(inner, path)
    else:
        yield FieldError(path, str(detail))


def _status(error: exceptions.APIException) -> int:
    return 422 if isinstance(error, exceptions.ValidationError) else error.status_code


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", "Some values are not valid.", field_errors(error.detail))
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else error.default_code
    return problem(error.status_code, code, str(error.detail))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    return headers


def _answer(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse(problem(status, code, detail), status=status, content_type=CONTENT_TYPE)


def is_api(request: HttpRequest) -> bool:
    """Return whether a program asks, rather than somebody with a browser."""
    return request.path.startswith(("/v1/", "/modern/"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: a request refused before any view saw it."""
    if is_api(request):
        return _answer(400, "bad_request", "The request is malformed.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if is_api(request):
        return _answer(403, "permission_denied", "This is not allowed.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404: no such path; in the words of the dialect where it has paths of its own."""
    if request.path.startswith(WISTIA_PATHS):
        return JsonResponse({"error": f"There is nothing at {request.path[:200]}."}, status=404)
    if is_api(request):
        return _answer(404, "not_found", f"There is nothing at {request.path[:200]}.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: a fault of ours, logged by Django and told without its particulars."""
    if is_api(request):
        return _answer(500, "internal", "Something went wrong here; the fault has been logged.")
    return defaults.server_error(request)
