"""GET /v1/export/sessions: viewing sessions themselves, as NDJSON, CSV or Parquet, while they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.api.exports_described import SESSIONS
from analytics.api.streamed import streamed
from analytics.exporting.parameters import order_of
from analytics.exporting.sessions import FORMATS, ExportOrder, SessionsExport
from analytics.exporting.words import words_once
from videos.models import ApiToken, Workspace


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
        workspace = cast(ApiToken, request.auth).workspace
        order = ordered(workspace, request)
        if request.method == "HEAD":
            return as_file(HttpResponse(), order)
        about = f"workspace={workspace.pk} format={order.format}"
        return as_file(streamed(request, about, lambda is_wanted: SessionsExport(order, is_wanted)), order)


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
