"""The events that webhooks may be told of: one sentence and one example each, for the pages, the API and the docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from videos.api.shown import VIDEO

TEST = "webhook.test"


@dataclass(frozen=True)
class Event:
    """`about` says when it happens; `example` is the `data` of a message."""

    name: str
    about: str
    example: Mapping[str, Any]


_REPORT = {
    "id": "export_0a1b2c3d4e",
    "status": "completed",
    "progress": 100,
    "created_at": "2026-02-01T06:00:00Z",
    "finished_at": "2026-02-01T06:00:02Z",
    "period": {"name": "last_month", "from": "2026-01-01", "to": "2026-01-31", "timezone": "Europe/Berlin"},
    "folders": ["fold_0a1b2c3d4e"],
    "projects": [],
    "fields": ["video_id", "title", "views"],
    "breakdown": None,
    "format": "csv",
    "email": "ann@example.com",
    "mailed_at": None,
    "rows": 120,
    "size": 4_711,
    "download_url": "https://viewprint.example.com/reports/download/export_0a1b2c3d4e/…",
    "expires_at": "2026-02-08T06:00:02Z",
}
_FAILED = {
    **{name: value for name, value in _REPORT.items() if name not in ("rows", "size", "download_url", "expires_at")},
    "status": "failed",
    "progress": 30,
    "error": "There is no folder 'fold_0a1b2c3d4e' in this workspace.",
}
_VISITOR = {
    "visitor": "6f1c8d5e0b7a4c2d9e3f",
    "id": "4711",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "org": {"name": "Analytical Engines", "title": "Programmer"},
    "source": "embed",
    "session": "01972fde-7e80-7000-8000-000000000001",
    "first_seen_at": "2026-01-31T12:00:00.000Z",
}

EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        event.name: event
        for event in (
            Event("video.created", "A video was added to the catalog.", VIDEO),
            Event("video.updated", "A video's details were changed, or it was moved by itself.", VIDEO),
            Event("video.deleted", "A video was deleted, and what was watched of it is being erased.", VIDEO),
            Event("report.completed", "A report is finished and can be downloaded.", _REPORT),
            Event("report.failed", "A report could not be made; its error says why.", _FAILED),
            Event("visitor.identified", "A viewer said for the first time who they are.", _VISITOR),
        )
    }
)
