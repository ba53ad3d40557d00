"""How /v1/schedules describes itself."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from exports.api.described import BEGUN, ShownReport
from exports.api.schedule_shapes import SchedulePage, ShownSchedule
from videos.api.envelopes import Problem
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import answers
from videos.api.tags import REPORTS

WEEKLY: ShownSchedule = {
    "id": "sched_0a1b2c3d4e",
    "name": "Weekly numbers",
    "period": "last_week",
    "frequency": "weekly",
    "weekday": "monday",
    "month_day": None,
    "hour": 7,
    "timezone": "Europe/Berlin",
    "when": "every Monday at 07:00 (Europe/Berlin)",
    "folders": [],
    "projects": [],
    "fields": ["video_id", "title", "views"],
    "breakdown": None,
    "format": "xlsx",
    "recipients": [
        {"email": "anna@example.com", "status": "subscribed"},
        {"email": "ben@example.com", "status": "unsubscribed"},
    ],
    "skip_unchanged": True,
    "paused": False,
    "next_run_at": "2026-02-09T06:00:00Z",
    "last_run_at": "2026-02-02T06:00:00Z",
    "last_run": {
        "report": "export_0a1b2c3d4e",
        "status": "completed",
        "unchanged": False,
        "created_at": "2026-02-02T06:00:00Z",
    },
}
NEW: ShownSchedule = {**WEEKLY, "last_run_at": None, "last_run": None}
PAUSED: ShownSchedule = {**WEEKLY, "paused": True, "next_run_at": None}
PAGE: SchedulePage = {"schedules": [WEEKLY], "total_rows": 1, "page": 1, "per_page": 50}
ORDERED = OpenApiExample(
    "Example",
    {
        "name": "Weekly numbers",
        "period": "last_week",
        "frequency": "weekly",
        "weekday": "monday",
        "hour": 7,
        "fields": ["video_id", "title", "views"],
        "format": "xlsx",
        "recipients": ["anna@example.com", "ben@example.com"],
        "skip_unchanged": True,
    },
    request_only=True,
)
CHANGED = OpenApiExample("Example", {"paused": True}, request_only=True)
NAMED = [OpenApiParameter("public_id", location="path", description="The schedule's id.")]

LIST: dict[str, Any] = {
    "operation_id": "schedules_list",
    "summary": "List the schedules",
    "description": "By name.",
    "tags": [REPORTS],
    "responses": answers(SchedulePage, example=PAGE, errors=(401, 403, 422)),
}
CREATE: dict[str, Any] = {
    "operation_id": "schedules_create",
    "summary": "Have a report mailed every day, week or month",
    "description": "What it selects is as of a report. It runs for the first time at its next hour.",
    "tags": [REPORTS],
    "parameters": [OpenApiParameter("Location", location="header", description="Its path.", response=[201])],
    "responses": answers(ShownSchedule, example=NEW, status=201, errors=(400, 401, 403, 413, 415, 422)),
}
SHOW: dict[str, Any] = {
    "operation_id": "schedules_show",
    "summary": "Show a schedule",
    "description": "What it orders for whom, when it runs next, and its last report.",
    "tags": [REPORTS],
    "parameters": NAMED,
    "responses": answers(ShownSchedule, examples={"Weekly": WEEKLY, "Paused": PAUSED}, errors=(401, 403, 404)),
}
CHANGE: dict[str, Any] = {
    "operation_id": "schedules_change",
    "summary": "Change a schedule, pause or resume it",
    "description": "Changes what it names. `recipients` replaces the list, but not who has unsubscribed.",
    "tags": [REPORTS],
    "parameters": NAMED,
    "responses": answers(ShownSchedule, example=PAUSED, errors=(400, 401, 403, 404, 413, 415, 422)),
}
DELETE: dict[str, Any] = {
    "operation_id": "schedules_delete",
    "summary": "Delete a schedule",
    "description": "Its finished reports stay; one in progress is canceled.",
    "tags": [REPORTS],
    "parameters": NAMED,
    "responses": answers(None, status=204, errors=(401, 403, 404)),
}
RUN: dict[str, Any] = {
    "operation_id": "schedules_run",
    "summary": "Order a schedule's report now",
    "description": "It is mailed to everyone subscribed, whether anything has changed or not.",
    "tags": [REPORTS],
    "request": None,
    "parameters": [
        *NAMED,
        OpenApiParameter("Location", location="header", description="The report's path.", response=[202]),
    ],
    "responses": answers(ShownReport, example=BEGUN, status=202, errors=(401, 403, 404, 422))
    | answers(
        Problem,
        status=409,
        example=problem(409, "already_running", "A report of this schedule is being made already."),
        errors=(),
        content_type=CONTENT_TYPE,
    ),
}
