"""POST /v1/import/sessions: newline-delimited JSON, any size, read as it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.imports_described import DESCRIBED, ImportReport
from analytics.collect.lines import PIECE, BadGzip, unpacked
from analytics.imports import NotImported, Report, sessions_import
from videos.api.problems import CONTENT_TYPE, problem
from videos.errors import Invalid
from videos.models import ApiToken

RETRY_SECONDS = 10


class BrokenOff(Exception):
    """The client went away in the middle of its body."""


class ImportSessionsView(APIView):
    """Imports sessions into the token's workspace; needs the scope `write`.

    A 200 says how many lines are stored and what is wrong with the others. An error answer has the same members, and
    what it counts as stored is stored; sending the whole file again changes nothing of that.
    """

    parser_classes: list[Any] = []

    @extend_schema(**DESCRIBED)
    def post(self, request: Request) -> Response:
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            body = problem(415, "unsupported_encoding", f"Content-Encoding may be gzip, not {encoding[:40]}.")
            return Response(body, 415, content_type=CONTENT_TYPE)
        report = Report()
        token = cast(ApiToken, request.auth)
        try:
            sessions_import(
                token.workspace_id, unpacked(_chunks(request._request)), report, by_title=_by_title(request)
            )
        except BadGzip as error:
            return _failed(400, "bad_gzip", str(error), report)
        except (BrokenOff, UnreadablePostError):
            return _failed(400, "incomplete", "The body ended before its announced length.", report)
        except NotImported as error:
            answer = _failed(503, "unavailable", str(error), report)
            answer["Retry-After"] = str(RETRY_SECONDS)
            return answer
        return Response(report_shown(report))


def report_shown(report: Report) -> ImportReport:
    """Return how an import went as the API shows it."""
    return {
        "stored": report.stored,
        "rejected": report.rejected,
        "errors": [{"line": error.line, "field": error.field, "message": error.message} for error in report.errors],
    }


def _by_title(request: Request) -> bool:
    """Say whether videos are looked for by their titles, too. Raises Invalid for what `match` cannot be."""
    match = request.query_params.get("match", "")
    if match not in ("", "title"):
        raise Invalid.field("match", "There is only match=title.")
    return match == "title"


def _failed(status: int, code: str, detail: str, report: Report) -> Response:
    body = problem(status, code, f"{detail} {report.stored} lines are stored; the file may be sent again.")
    return Response({**body, **report_shown(report)}, status, content_type=CONTENT_TYPE)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body as it arrives. Raises BrokenOff where it is shorter than announced."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    # Django reads nothing where no length is announced; the server behind it ends a chunked body by itself.
    chunked = not announced and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
    read = request.META["wsgi.input"].read if chunked else request.read
    size = 0
    while piece := read(PIECE):
        size += len(piece)
        yield piece
    if announced.isdigit() and size < int(announced):
        raise BrokenOff
