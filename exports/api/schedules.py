"""/v1/schedules: reports again and again, by mail."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from exports.api.reports import PageSerializer
from exports.api.schedule_shapes import NEW, SchedulePage, ScheduleSerializer, ShownSchedule, changed, schedule_shown
from exports.api.schedules_described import CHANGE, CHANGED, CREATE, DELETE, LIST, ORDERED, RUN, SHOW
from exports.api.shown import report_shown
from exports.models import Schedule
from exports.selectors import latest_runs, schedule_by_id, schedule_locked, schedules_of
from exports.services.schedule_runs import schedule_run_now
from exports.services.schedules import (
    schedule_change,
    schedule_create,
    schedule_delete,
    schedule_order,
    schedule_pause,
)
from videos.api.parsers import ShallowJSONParser
from videos.errors import Invalid
from videos.models import ApiToken, Workspace


class SchedulesView(APIView):
    """GET lists the workspace's schedules by name; POST makes one (201)."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(**LIST, parameters=[PageSerializer])
    def get(self, request: Request) -> Response:
        serializer = PageSerializer(data=request.query_params)
        serializer.is_valid(raise_exception=True)
        return Response(_listed(_workspace(request), **serializer.validated_data))

    @extend_schema(**CREATE, request=OpenApiRequest(ScheduleSerializer, examples=[ORDERED]))
    def post(self, request: Request) -> Response:
        data = _body(request, partial=False)
        with transaction.atomic():
            schedule = schedule_create(_workspace(request), changed(NEW, data))
            if data.get("paused"):
                schedule_pause(schedule)
        location = reverse("schedule", args=[schedule.public_id])
        return Response(_shown(schedule), status=201, headers={"Location": location})


class ScheduleView(APIView):
    """GET shows one schedule, PATCH changes what it names, DELETE deletes it (204) and keeps its finished reports."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(**SHOW)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(_shown(schedule_by_id(_workspace(request), public_id)))

    @extend_schema(**CHANGE, request=OpenApiRequest(ScheduleSerializer, examples=[CHANGED]))
    def patch(self, request: Request, public_id: str) -> Response:
        with transaction.atomic():
            schedule = schedule_locked(_workspace(request), public_id)
            data = _body(request, partial=True)
            schedule_change(schedule, changed(schedule_order(schedule), data), is_paused=data.get("paused"))
        return Response(_shown(schedule))

    @extend_schema(**DELETE)
    def delete(self, request: Request, public_id: str) -> Response:
        schedule_delete(schedule_by_id(_workspace(request), public_id))
        return Response(status=204)


class ScheduleRunView(APIView):
    """POST orders a report of the schedule at once (202); 409 while one is in progress."""

    @extend_schema(**RUN)
    def post(self, request: Request, public_id: str) -> Response:
        report = schedule_run_now(schedule_by_id(_workspace(request), public_id), token=cast(ApiToken, request.auth))
        return Response(
            report_shown(report, timezone.now()),
            status=202,
            headers={"Location": reverse("report", args=[report.public_id])},
        )


def _workspace(request: Request) -> Workspace:
    """Return the workspace of who calls; the permission lets nobody pass without a token."""
    return cast(ApiToken, request.auth).workspace


def _body(request: Request, *, partial: bool) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Invalid.field("", "The body is a JSON object.")
    serializer = ScheduleSerializer(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _listed(workspace: Workspace, page: int, per_page: int) -> SchedulePage:
    schedules, begin = schedules_of(workspace), (page - 1) * per_page
    runs = {report.schedule_id: report for report in latest_runs(workspace)}
    shown = [schedule_shown(each, runs.get(each.pk)) for each in schedules[begin : begin + per_page]]
    return {"schedules": shown, "total_rows": schedules.count(), "page": page, "per_page": per_page}


def _shown(schedule: Schedule) -> ShownSchedule:
    return schedule_shown(schedule, schedule.reports.first())
