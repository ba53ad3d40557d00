"""The exports of the SixtySeconds dialect: `POST /v1/analytics/export`, `GET /v1/analytics/export/{id}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from analytics.api.sixtyseconds.parameters import PeriodParameters, period_of
from analytics.context import Context
from exports.api.shapes import (
    AnalyticsExportCompleted,
    AnalyticsExportOrdered,
    AnalyticsExportProcessing,
    AnalyticsExportStopped,
)
from exports.api.sixtyseconds_described import ORDER, ORDERED, SHOW
from exports.estimates import estimated_completion
from exports.links import download_url
from exports.models import About, Format, Report, Status
from exports.selectors import exports_of
from exports.services.reports import ReportOrder, report_create
from exports.sixtyseconds.files import MEDIA_TYPES
from videos.api.parsers import ShallowJSONParser
from videos.api.shapes import second_shown
from videos.errors import Invalid, Unknown
from videos.models import ApiToken, Scope

TYPES = (About.VIDEO, About.ACCOUNT, About.TEMPLATE)
MOST_METRICS = 100
CANCELED = "The export was canceled."


def _choice(known: tuple[str, ...], **options: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(
        choices=known, error_messages={"invalid_choice": f"Give one of {', '.join(known)}."}, **options
    )


class ExportParameters(PeriodParameters):
    """What is to be exported. The names of metrics depend on the type, and are checked where the export is made."""

    type = _choice(tuple(map(str, TYPES)))
    id = serializers.CharField(default="", max_length=64)
    format = _choice(tuple(map(str, MEDIA_TYPES)), default=Format.CSV)
    metrics = serializers.ListField(
        child=serializers.CharField(max_length=64),
        default=list,
        max_length=MOST_METRICS,  # type: ignore[arg-type]
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        # What is null or empty counts as left out, as it does in the dialect's addresses.
        return super().to_internal_value({name: value for name, value in data.items() if value not in (None, "")})

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["type"] != About.ACCOUNT and not attrs["id"]:
            raise serializers.ValidationError({"id": f"Give the id of the {attrs['type']}."})
        return super().validate(attrs)


def order_of(context: Context, given: dict[str, Any]) -> ReportOrder:
    """Return what validated parameters order."""
    return ReportOrder(
        period=period_of(context, given),
        about=given["type"],
        # An account is always the token's own.
        subject="" if given["type"] == About.ACCOUNT else given["id"],
        fields=tuple(given["metrics"]),
        format=given["format"],
    )


def export_ordered(report: Report, now: datetime) -> AnalyticsExportOrdered:
    """Return the answer to an order."""
    return {
        "export_id": report.public_id,
        "status": "processing",
        "type": report.about,
        "format": report.format,
        "estimated_completion": second_shown(estimated_completion(report, now)),
    }


def export_shown(
    report: Report, now: datetime
) -> AnalyticsExportProcessing | AnalyticsExportCompleted | AnalyticsExportStopped:
    """Return how far the export is; with its link when it is completed, with the reason when there will be none."""
    if report.status == Status.PROCESSING:
        return {
            "export_id": report.public_id,
            "status": "processing",
            "progress": report.progress,
            "estimated_completion": second_shown(estimated_completion(report, now)),
        }
    if report.status == Status.COMPLETED:
        assert report.size is not None
        assert report.expires_at is not None
        return {
            "export_id": report.public_id,
            "status": "completed",
            "format": report.format,
            "size": report.size,
            "download_url": download_url(report) if report.is_downloadable(now) else None,
            "expires_at": second_shown(report.expires_at),
        }
    return {"export_id": report.public_id, "status": report.status, "error": report.error or CANCELED}


def _token(request: Request) -> ApiToken:
    """Return who calls; the permission lets nobody pass without one."""
    return cast(ApiToken, request.auth)


class AnalyticsExportsView(APIView):
    """POST orders a file of analytics (202)."""

    # Nothing is changed or sent that a token for reading could not get from the dialect's other calls.
    scope = Scope.READ
    parser_classes = [ShallowJSONParser]

    @extend_schema(**ORDER, request=OpenApiRequest(ExportParameters, examples=[ORDERED]))
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid.field("", "The body is a JSON object.")
        parameters = ExportParameters(data=request.data)
        parameters.is_valid(raise_exception=True)
        token, now = _token(request), timezone.now()
        order = order_of(Context(token.workspace), parameters.validated_data)
        report = report_create(token.workspace, order, token=token)
        location = reverse("sixtyseconds_export", args=[report.public_id])
        return Response(export_ordered(report, now), status=202, headers={"Location": location})


class AnalyticsExportView(APIView):
    """GET tells how far an export is."""

    @extend_schema(**SHOW)
    def get(self, request: Request, export_id: str) -> Response:
        report = exports_of(_token(request).workspace).filter(public_id=export_id).first()
        if report is None:
            raise Unknown("export", export_id)
        return Response(export_shown(report, timezone.now()))
