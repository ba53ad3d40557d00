"""How /v1/reports describes itself."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from msgspec import Meta

from videos.api.schema import answers
from videos.api.tags import REPORTS

Moment = Annotated[str, Meta(description="UTC, to the second", examples=["2026-02-01T06:00:00Z"])]
# `from` is a word of Python.
ReportPeriod = TypedDict("ReportPeriod", {"name": str, "from": str | None, "to": str | None, "timezone": str})


class ShownReport(TypedDict):
    """A report. What its file is comes when it is completed, what went wrong when it failed."""

    id: str
    status: Annotated[str, Meta(pattern="^(processing|completed|failed|canceled)$")]
    progress: Annotated[int, Meta(description="per cent", ge=0, le=100)]
    created_at: Moment | None
    finished_at: Moment | None
    period: ReportPeriod
    folders: list[str]
    projects: list[str]
    fields: list[str]
    breakdown: Annotated[str, Meta(pattern="^(day|country|domain|viewer)$")] | None
    format: Annotated[str, Meta(pattern="^(csv|xlsx)$")]
    email: str | None
    mailed_at: Moment | None
    rows: NotRequired[int | None]
    size: NotRequired[Annotated[int, Meta(description="bytes")] | None]
    download_url: NotRequired[Annotated[str, Meta(description="opens without a token until `expires_at`")] | None]
    expires_at: NotRequired[Moment | None]
    error: NotRequired[str]


class ReportPage(TypedDict):
    """A page of the reports, newest first."""

    reports: list[ShownReport]
    total_rows: int
    page: int
    per_page: int


BEGUN: ShownReport = {
    "id": "export_0a1b2c3d4e",
    "status": "processing",
    "progress": 0,
    "created_at": "2026-02-01T06:00:00Z",
    "finished_at": None,
    "period": {"name": "last_month", "from": "2026-01-01", "to": "2026-01-31", "timezone": "Europe/Berlin"},
    "folders": ["fold_0a1b2c3d4e"],
    "projects": [],
    "fields": ["video_id", "title", "views"],
    "breakdown": None,
    "format": "csv",
    "email": "ann@example.com",
    "mailed_at": None,
}
COMPLETED: ShownReport = {
    **BEGUN,
    "status": "completed",
    "progress": 100,
    "finished_at": "2026-02-01T06:00:02Z",
    "mailed_at": "2026-02-01T06:00:03Z",
    "rows": 120,
    "size": 4_711,
    "download_url": "https://viewprint.example.com/reports/download/export_0a1b2c3d4e/…",
    "expires_at": "2026-02-08T06:00:02Z",
}
CANCELED: ShownReport = {**BEGUN, "status": "canceled", "finished_at": "2026-02-01T06:00:01Z"}
PAGE: ReportPage = {"reports": [BEGUN], "total_rows": 1, "page": 1, "per_page": 50}
ORDERED = OpenApiExample(
    "Example",
    {
        "period": {"name": "last_month"},
        "folders": ["fold_0a1b2c3d4e"],
        "fields": ["video_id", "title", "views"],
        "format": "csv",
        "email": "ann@example.com",
    },
    request_only=True,
)
NAMED = [OpenApiParameter("public_id", location="path", description="The report's id.")]

LIST: dict[str, Any] = {
    "operation_id": "reports_list",
    "summary": "List the reports",
    "description": "Newest first.",
    "tags": [REPORTS],
    "responses": answers(ReportPage, example=PAGE, errors=(401, 403, 422)),
}
ORDER: dict[str, Any] = {
    "operation_id": "reports_order",
    "summary": "Order a report",
    "description": (
        "Of the whole workspace where neither folders nor projects are named, with all fields where none is. It is "
        "made in the background: `GET` shows how far it is."
    ),
    "tags": [REPORTS],
    "parameters": [OpenApiParameter("Location", location="header", description="Its path.", response=[202])],
    "responses": answers(ShownReport, example=BEGUN, status=202, errors=(400, 401, 403, 413, 415, 422)),
}
SHOW: dict[str, Any] = {
    "operation_id": "reports_show",
    "summary": "Show a report",
    "description": "How far it is, and when it is completed its link.",
    "tags": [REPORTS],
    "parameters": NAMED,
    "responses": answers(ShownReport, examples={"In progress": BEGUN, "Completed": COMPLETED}, errors=(401, 403, 404)),
}
CANCEL: dict[str, Any] = {
    "operation_id": "reports_cancel",
    "summary": "Cancel a report",
    "description": "Takes the finished file and its link away; the report stays listed as canceled.",
    "tags": [REPORTS],
    "parameters": NAMED,
    "responses": answers(ShownReport, example=CANCELED, errors=(401, 403, 404)),
}
