"""GET /v1/export/sessions: viewing sessions themselves, as NDJSON, CSV or Parquet, while they are read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.api.exports_described import SESSIONS
from analytics.exporting.parameters import order_of
from analytics.exporting.sessions import FORMATS, ExportOrder, SessionsExport
from analytics.exporting.words import words_once
from videos.models import ApiToken, Workspace

logger = logging.getLogger(__name__)

# A client that reads slowly keeps one of the threads that answer everybody.
AT_ONCE = max(1, settings.WEB_THREADS // 2)
RETRY_SECONDS = 30


class Unavailable(APIException):
    """The engine does not answer, or enough exports are being read."""

    status_code = 503
    wait = RETRY_SECONDS


class AnyContent(DefaultContentNegotiation):
    """Lets the parameter `format` decide alone; errors are problem details whatever a client accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type


class ExportSessionsView(APIView):
    """Answers with a file of the sessions of a period and scope.

    Its end is the end of the chunked answer. Where something fails before, the connection is closed without one.
    """

    content_negotiation_class = AnyContent

    @extend_schema(**SESSIONS)
    def get(self, request: Request) -> HttpResponseBase:
        order = ordered(cast(ApiToken, request.auth).workspace, request)
        if request.method == "HEAD":
            return as_file(HttpResponse(), order)
        with Slot() as slot:
            try:
                export = SessionsExport(order, is_wanted=_still_there(request._request))
            except OperationalError as error:
                logger.error("export: the engine does not answer: %s", str(error)[:300])
                raise Unavailable("The engine does not answer just now.", "unavailable") from error
            slot.kept = True
        return as_file(StreamingHttpResponse(Sent(export, order, slot.release)), order)


def ordered(workspace: Workspace, request: Request) -> ExportOrder:
    """Return what the parameters order. Raises Invalid and Unknown."""
    return order_of(workspace, words_once(request.query_params))


def as_file(response: HttpResponseBase, order: ExportOrder) -> HttpResponseBase:
    """Return the answer with the headers of a download that nobody keeps on the way."""
    response["Content-Type"] = FORMATS[order.format]
    response["Content-Disposition"] = f'attachment; filename="{order.file_name}"'
    response["Cache-Control"] = "private, no-store"
    if order.format == "parquet":
        # Compressed already; named, so that the compressing middleware leaves it alone.
        response["Content-Encoding"] = "identity"
    return response


class Sent:
    """The pieces of an export on their way to a client; closed by the server at the end, however that comes."""

    def __init__(self, export: SessionsExport, order: ExportOrder, ended: Callable[[], None]) -> None:
        self._export = export
        self._order = order
        self._ended = ended

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._export
        except DatabaseError as error:
            # Raised on, so that the server closes the connection without the end of the answer.
            workspace = self._order.context.workspace.pk
            logger.error("export: workspace=%s format=%s broke off: %s", workspace, self._order.format, error)
            raise

    def close(self) -> None:
        try:
            self._export.close()
        finally:
            self._ended()


class Slot:
    """One of AT_ONCE exports; given back once, at the end of the block unless it is kept."""

    _free = threading.BoundedSemaphore(AT_ONCE)

    def __init__(self) -> None:
        self.kept = False
        self._taken = self._free.acquire(blocking=False)
        if not self._taken:
            raise Unavailable(f"{AT_ONCE} exports are being read already; try again when one has ended.", "busy")

    def release(self) -> None:
        taken, self._taken = self._taken, False
        if taken:
            self._free.release()

    def __enter__(self) -> Slot:
        return self

    def __exit__(self, *failure: object) -> None:
        if not self.kept:
            self.release()


def _still_there(request: HttpRequest) -> Callable[[], bool]:
    """Return whether somebody still reads the answer, where the server in front of Django knows that."""
    client_gone = request.META.get("asgi.scope", {}).get("state", {}).get("client_gone", lambda: False)
    return lambda: not client_gone()
