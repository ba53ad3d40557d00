"""`GET /v1/analytics/videos/{id}`, `/v1/analytics/account` and `/v1/analytics/templates/{id}`."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.api.sixtyseconds import examples
from analytics.api.sixtyseconds.answers import account_analytics, template_analytics, video_analytics
from analytics.api.sixtyseconds.parameters import AccountParameters, PeriodParameters, period_of
from analytics.api.sixtyseconds.shapes import AccountAnalytics, TemplateAnalytics, VideoAnalytics
from analytics.context import Context
from videos.api.schema import answers
from videos.api.tags import SIXTYSECONDS
from videos.models import ApiToken

VIDEO = OpenApiParameter("video_id", location="path", description="The video's id, such as `vid_12345abcde`.")
TEMPLATE = OpenApiParameter(
    "template_id", location="path", description="The template's id, such as `tmpl_welcome_message`."
)


@method_decorator(conditional_page, name="dispatch")
class SixtySecondsView(APIView):
    """What the three have in common: a token's workspace, validated parameters, an ETag of the answer itself."""

    parameters: ClassVar[type[PeriodParameters]] = PeriodParameters

    @property
    def context(self) -> Context:
        return Context(cast("ApiToken", self.request.auth).workspace)

    def given(self, request: Request) -> dict[str, Any]:
        """Return the query's parameters; raises ValidationError naming each one at fault."""
        parameters = self.parameters(data=request.query_params)
        parameters.is_valid(raise_exception=True)
        return parameters.validated_data


class VideoAnalyticsView(SixtySecondsView):
    @extend_schema(
        operation_id="sixtyseconds_video",
        summary="Analytics of a video",
        description="Metrics, quarters reached, interactions and audience, of all time where no date is given.",
        tags=[SIXTYSECONDS],
        parameters=[VIDEO, PeriodParameters],
        responses=answers(VideoAnalytics, example=examples.VIDEO),
    )
    def get(self, request: Request, video_id: str) -> Response:
        context = self.context
        return Response(video_analytics(context, video_id, period_of(context, self.given(request))))


class AccountAnalyticsView(SixtySecondsView):
    parameters = AccountParameters

    @extend_schema(
        operation_id="sixtyseconds_account",
        summary="Analytics of the account",
        description="Totals, trends without gaps, and the videos with the most views.",
        tags=[SIXTYSECONDS],
        parameters=[AccountParameters],
        responses=answers(AccountAnalytics, example=examples.ACCOUNT, errors=(401, 403, 422)),
    )
    def get(self, request: Request) -> Response:
        context, given = self.context, self.given(request)
        return Response(account_analytics(context, period_of(context, given), given["group_by"]))


class TemplateAnalyticsView(SixtySecondsView):
    @extend_schema(
        operation_id="sixtyseconds_template",
        summary="Analytics of a template",
        description="Totals of the videos made from it, how these spread, and those with the most views.",
        tags=[SIXTYSECONDS],
        parameters=[TEMPLATE, PeriodParameters],
        responses=answers(TemplateAnalytics, example=examples.TEMPLATE),
    )
    def get(self, request: Request, template_id: str) -> Response:
        context = self.context
        return Response(template_analytics(context, template_id, period_of(context, self.given(request))))
