"""What the collector answers: problem details (RFC 9457) with a `code`, and headers that let any page read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from analytics.collect.snapshot import MAX_ITEMS, Fault

Headers = list[tuple[bytes, bytes]]
CORS: Headers = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"retry-after")]
# The seconds after which a player may try again when nothing can be stored.
RETRY_SECONDS = 5
_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """A status, headers, and a body that may be empty."""

    status: int
    headers: Headers
    body: bytes


STORED = Answer(204, CORS, b"")


def preflight(requested_headers: bytes) -> Answer:
    """Answer OPTIONS: any page may POST, with whatever headers it asks for, and need not ask again for a day."""
    headers = [
        *CORS,
        (b"access-control-allow-methods", b"POST, OPTIONS"),
        (b"access-control-allow-headers", requested_headers or b"content-type"),
        (b"access-control-max-age", b"86400"),
        (b"allow", b"POST, OPTIONS"),
    ]
    return Answer(204, headers, b"")


def problem(status: int, code: str, detail: str, headers: Sequence[tuple[bytes, bytes]] = (), **more: Any) -> Answer:
    """Return an error answer; `more` are further members of its body."""
    members = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = _encode({**members, "code": code, **more})
    own = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    return Answer(status, [*CORS, *own, *headers], body)


def not_allowed() -> Answer:
    detail = "Players send snapshots here by POST: one JSON object, or a list of them. There is nothing to read."
    return problem(405, "method_not_allowed", detail, [(b"allow", b"POST, OPTIONS")])


def too_large(most: int) -> Answer:
    return problem(413, "too_large", f"A body may have at most {most:,} bytes; send the snapshots in several.")


def unparsable(detail: str) -> Answer:
    return problem(400, "unparsable", detail)


def too_many() -> Answer:
    errors = [{"index": MAX_ITEMS, "field": "", "message": f"a list holds at most {MAX_ITEMS}", "code": "too_many"}]
    detail = f"A list may hold at most {MAX_ITEMS} snapshots; nothing of this one is stored."
    return problem(422, "too_many", detail, errors=errors)


def slow_down(seconds: int) -> Answer:
    detail = f"This address sends too much; try again in {seconds} s."
    return problem(429, "too_many_requests", detail, [(b"retry-after", str(seconds).encode())])


def unavailable(detail: str) -> Answer:
    return problem(503, "unavailable", detail, [(b"retry-after", str(RETRY_SECONDS).encode())])


def refused(faults: Sequence[tuple[int, Fault]], items: int, stored: int, now: datetime) -> Answer:
    """Answer a request of which `stored` snapshots of `items` are stored; `faults` are (index, fault) of the others.

    404 where every snapshot names an unknown video, else 422. The code is that of the faults, if they agree.
    """
    errors = [
        {"index": index, "field": fault.field, "message": fault.message, "code": fault.code} for index, fault in faults
    ]
    codes = {fault.code for _, fault in faults}
    code = codes.pop() if len(codes) == 1 else "invalid"
    more: dict[str, Any] = {"errors": errors, "stored": stored}
    if any(fault.code == "clock_skew" for _, fault in faults):
        now = now.astimezone(UTC)
        more["server_time"] = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        more["server_time_ms"] = int(now.timestamp() * 1000)
    if code == "unknown_video" and not stored:
        detail = "There is no such video." if items == 1 else "There are no such videos."
        return problem(404, code, detail, **more)
    if items == 1:
        detail = f"The snapshot is not stored: {faults[0][1].field or 'it'} {faults[0][1].message}."
    else:
        detail = f"{stored} of {items} snapshots are stored; `errors` says what is wrong with the others."
    return problem(422, code, detail, **more)
