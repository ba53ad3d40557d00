from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from exports.models import Report
from tests.analytics.api.conftest import history, history_of, kept_history
from tests.analytics.api.sixtyseconds.conftest import Stage, other, stage, staged
from tests.exports.conftest import build

__all__ = ["history", "history_of", "kept_history", "other", "stage", "staged"]
PATH = "/v1/analytics/export"
ORDERED: dict[str, Any] = {
    "export_id": "export_12345abcde",
    "status": "processing",
    "type": "account",
    "format": "csv",
    "estimated_completion": "2025-03-05T15:35:00Z",
}
PROCESSING: dict[str, Any] = {
    "export_id": "export_12345abcde",
    "status": "processing",
    "progress": 45,
    "estimated_completion": "2025-03-05T15:35:00Z",
}
COMPLETED: dict[str, Any] = {
    "export_id": "export_12345abcde",
    "status": "completed",
    "format": "csv",
    "size": 245678,
    "download_url": "https://cdn.sixtyseconds.video/exports/export_12345abcde.csv",
    "expires_at": "2025-03-12T15:30:00Z",
}


@dataclass(frozen=True)
class Exported:
    """A finished export: what its status says, and its file."""

    body: dict[str, Any]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def rows(self) -> list[list[str]]:
        return list(csv.reader(io.StringIO(self.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def export() -> Callable[..., Exported]:
    """Order an export, have it built, and follow its link without a token."""

    def make(client: Any, **order: Any) -> Exported:
        answer = client.post(PATH, order, format="json")
        assert answer.status_code == 202, answer.content
        export_id = answer.json()["export_id"]
        build(Report.objects.get(public_id=export_id))
        body = client.get(f"{PATH}/{export_id}").json()
        assert body["status"] == "completed", body
        download = Client().get(body["download_url"].removeprefix("http://127.0.0.1:8000"))
        assert download.status_code == 200
        return Exported(body, b"".join(download.streaming_content))  # type: ignore[attr-defined]

    return make


def subject_of(stage: Stage, kind: str) -> dict[str, str]:
    """The type, and the id where there is one, of an export of what the stage has."""
    ids = {"video": stage.video.public_id, "template": stage.template.public_id}
    return {"type": kind, **({"id": ids[kind]} if kind in ids else {})}
