"""`GET /v1/analytics/overview`, `/v1/analytics` and `/v1/analytics/referrers`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.kinescope import described
from analytics.api.kinescope.answers import grouped, overview
from analytics.api.kinescope.errors import error_handler
from analytics.api.kinescope.referrers import referrers
from analytics.api.kinescope.shapes import KinescopeGrouped, KinescopeOverview, KinescopeReferrers
from videos.api.envelopes import KINESCOPE_ERROR
from videos.api.schema import answers
from videos.api.tags import KINESCOPE

ERRORS = (400, 401, 403, 404, 406)


@method_decorator(conditional_page, name="dispatch")
class KinescopeView(APIView):
    """What the three have in common: the envelope of errors, an ETag of the answer itself."""

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return error_handler


class OverviewView(KinescopeView):
    @extend_schema(
        operation_id="kinescope_overview",
        description=overview.__doc__,
        summary="Totals, timeline and tops of a period",
        tags=[KINESCOPE],
        parameters=[*described.OVERVIEW],
        responses=answers(
            KinescopeOverview, example=described.OVERVIEW_EXAMPLE, errors=ERRORS, envelope=KINESCOPE_ERROR
        ),
    )
    def get(self, request: Request) -> Response:
        return Response(overview(request))


class GroupedView(KinescopeView):
    @extend_schema(
        operation_id="kinescope_analytics",
        description=grouped.__doc__,
        summary="Metrics by video, project, day, country or other groups",
        tags=[KINESCOPE],
        parameters=[*described.GROUPED],
        responses=answers(KinescopeGrouped, example=described.GROUPED_EXAMPLE, errors=ERRORS, envelope=KINESCOPE_ERROR),
    )
    def get(self, request: Request) -> Response:
        return Response(grouped(request))


class ReferrersView(KinescopeView):
    @extend_schema(
        operation_id="kinescope_referrers",
        description=referrers.__doc__,
        summary="Domains and pages that the player is loaded on",
        tags=[KINESCOPE],
        parameters=[*described.REFERRERS],
        responses=answers(
            KinescopeReferrers, example=described.REFERRERS_EXAMPLE, errors=ERRORS, envelope=KINESCOPE_ERROR
        ),
    )
    def get(self, request: Request) -> Response:
        return Response(referrers(request))
