"""How the exports of the SixtySeconds dialect describe themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from exports.api.shapes import (
    AnalyticsExportCompleted,
    AnalyticsExportOrdered,
    AnalyticsExportProcessing,
    AnalyticsExportStopped,
)
from videos.api.schema import answers
from videos.api.tags import SIXTYSECONDS

ORDERED = OpenApiExample(
    "Example",
    {
        "type": "account",
        "start_date": "2025-01-01",
        "end_date": "2025-02-28",
        "format": "csv",
        "metrics": ["views", "completion_rate", "engagement_score"],
    },
    request_only=True,
)
BEGUN: AnalyticsExportOrdered = {
    "export_id": "export_12345abcde",
    "status": "processing",
    "type": "account",
    "format": "csv",
    "estimated_completion": "2025-03-05T15:35:00Z",
}
PROCESSING: AnalyticsExportProcessing = {
    "export_id": "export_12345abcde",
    "status": "processing",
    "progress": 45,
    "estimated_completion": "2025-03-05T15:35:00Z",
}
COMPLETED: AnalyticsExportCompleted = {
    "export_id": "export_12345abcde",
    "status": "completed",
    "format": "csv",
    "size": 245_678,
    "download_url": "https://viewprint.example.com/reports/download/export_12345abcde.…",
    "expires_at": "2025-03-12T15:30:00Z",
}
FAILED: AnalyticsExportStopped = {
    "export_id": "export_12345abcde",
    "status": "failed",
    "error": "There is no video 'vid_12345abcde' in this workspace.",
}

ORDER: dict[str, Any] = {
    "operation_id": "sixtyseconds_export_order",
    "summary": "Order analytics as a file",
    "description": (
        "Of a video, of the account or of a template, of all time where no date is given, with all metrics where none "
        "is named. It is made in the background; `GET` shows how far it is. The scope `read` suffices."
    ),
    "tags": [SIXTYSECONDS],
    "parameters": [OpenApiParameter("Location", location="header", description="Its path.", response=[202])],
    "responses": answers(AnalyticsExportOrdered, example=BEGUN, status=202, errors=(400, 401, 403, 404, 413, 415, 422)),
}
SHOW: dict[str, Any] = {
    "operation_id": "sixtyseconds_export",
    "summary": "Show how far a file of analytics is",
    "description": "With its link when it is completed, with the reason when there will be none.",
    "tags": [SIXTYSECONDS],
    "parameters": [OpenApiParameter("export_id", location="path", description="The export's id.")],
    "responses": answers(
        AnalyticsExportProcessing | AnalyticsExportCompleted | AnalyticsExportStopped,
        examples={"In progress": PROCESSING, "Completed": COMPLETED, "Failed": FAILED},
        errors=(401, 403, 404),
    ),
}
