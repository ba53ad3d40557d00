"""/v1/reports: order a report, see how far it is, take the link, cancel it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from analytics.api.query.body import PeriodSerializer, period_of
from exports.api.described import CANCEL, LIST, ORDER, ORDERED, SHOW, ReportPage
from exports.api.shown import report_shown
from exports.models import About, Breakdown, Format, Report
from exports.selectors import reports_of
from exports.services.reports import ReportOrder, report_cancel, report_create
from videos.api.parsers import ShallowJSONParser
from videos.errors import Invalid, Unknown
from videos.models import ApiToken, Workspace

DEFAULT_PER_PAGE, MOST_PER_PAGE = 50, 500


class _Names(serializers.ListField):
    """A list of texts, by default an empty one."""

    child = serializers.CharField()

    def __init__(self, **options: Any) -> None:
        super().__init__(default=list, allow_null=True, max_length=1000, **options)


class OrderSerializer(serializers.Serializer):
    """The shape of the body; what the names mean is checked where the report is made.

    Null stands for none, as leaving a part out does.
    """

    period = PeriodSerializer(default=dict, allow_null=True)
    folders = _Names()
    projects = _Names()
    fields_ = _Names()
    breakdown = serializers.CharField(default=Breakdown.NONE, allow_blank=True, allow_null=True, max_length=64)
    format = serializers.CharField(default=Format.CSV, allow_null=True)
    email = serializers.CharField(default="", allow_blank=True, allow_null=True, max_length=254)

    def get_fields(self) -> dict[str, serializers.Field]:
        # A serializer's own `fields` is something else, so the part of that name is declared under another.
        return {name.removesuffix("_"): field for name, field in super().get_fields().items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(self.initial_data) - set(self.fields):
            message = f"There is no such part of a report; there are {', '.join(self.fields)}."
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), message))
        return attrs


class PageSerializer(serializers.Serializer):
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    per_page = serializers.IntegerField(default=DEFAULT_PER_PAGE, min_value=1, max_value=MOST_PER_PAGE)


def order_of(workspace: Workspace, data: dict[str, Any], now: datetime) -> ReportOrder:
    """Return what a validated body orders. Raises Invalid for a period that does not exist."""
    return ReportOrder(
        period=period_of(data["period"] or {}, workspace, now),
        folders=tuple(data["folders"] or ()),
        projects=tuple(data["projects"] or ()),
        fields=tuple(data["fields"] or ()),
        breakdown=data["breakdown"] or Breakdown.NONE,
        format=data["format"] or Format.CSV,
        emails=(data["email"],) if data["email"] else (),
    )


def _reports(request: Request) -> QuerySet[Report]:
    """Return the reports that this API orders; the exports of analytics have a call of their own."""
    return reports_of(_token(request).workspace).filter(about=About.CATALOG)


def _report(request: Request, public_id: str) -> Report:
    report = _reports(request).filter(public_id=public_id).first()
    if report is None:
        raise Unknown("report", public_id)
    return report


def _token(request: Request) -> ApiToken:
    """Return who calls; the permission lets nobody pass without one."""
    return cast(ApiToken, request.auth)


class ReportsView(APIView):
    """GET lists the workspace's reports, newest first; POST orders one (202)."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(**LIST, parameters=[PageSerializer])
    def get(self, request: Request) -> Response:
        serializer = PageSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        page, per_page = serializer.validated_data["page"], serializer.validated_data["per_page"]
        reports = _reports(request)
        begin, now = (page - 1) * per_page, timezone.now()
        rows = [report_shown(report, now) for report in reports[begin : begin + per_page]]
        answer: ReportPage = {"reports": rows, "total_rows": reports.count(), "page": page, "per_page": per_page}
        return Response(answer)

    @extend_schema(**ORDER, request=OpenApiRequest(OrderSerializer, examples=[ORDERED]))
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid.field("", "The body is a JSON object.")
        serializer = OrderSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        workspace, now = _token(request).workspace, timezone.now()
        report = report_create(workspace, order_of(workspace, serializer.validated_data, now), token=_token(request))
        location = reverse("report", args=[report.public_id])
        return Response(report_shown(report, now), status=202, headers={"Location": location})


class ReportView(APIView):
    """GET shows one report; DELETE cancels it, or takes the finished file and its link away."""

    @extend_schema(**SHOW)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(report_shown(_report(request, public_id), timezone.now()))

    @extend_schema(**CANCEL)
    def delete(self, request: Request, public_id: str) -> Response:
        report = _report(request, public_id)
        report_cancel(report)
        return Response(report_shown(report, timezone.now()))
