"""/v1/visitors/{key}: all that is known of a visitor, to hand it over or to forget it."""

from __future__ import annotations

from functools import partial
from typing import cast

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.streamed import Unavailable, engine_answers, streamed
from analytics.api.visitors_described import ERASE, EXPORT
from analytics.context import Context
from analytics.erasure import RowsWait, visitor_erase
from analytics.exporting.visitor import VisitorExport
from videos.models import ApiToken, Workspace


class VisitorView(APIView):
    """GET exports, DELETE forgets."""

    @extend_schema(**EXPORT)
    def get(self, request: Request, visitor: str) -> HttpResponseBase:
        workspace = _workspace(request)
        begin = partial(VisitorExport, Context(workspace), visitor)
        answer: HttpResponseBase
        if request.method == "HEAD":
            with engine_answers():
                begin().close()
            answer = HttpResponse()
        else:
            answer = streamed(request, f"workspace={workspace.pk} a visitor", begin)
        answer["Content-Type"] = "application/json"
        answer["Cache-Control"] = "private, no-store"
        return answer

    @extend_schema(**ERASE)
    def delete(self, request: Request, visitor: str) -> Response:
        try:
            with engine_answers():
                visitor_erase(_workspace(request), visitor)
        except RowsWait as error:
            message = "Sessions wait on the disk to be stored, perhaps this visitor's too; try again soon."
            raise Unavailable(message, "busy") from error
        return Response(status=204)


def _workspace(request: Request) -> Workspace:
    return cast(ApiToken, request.auth).workspace
