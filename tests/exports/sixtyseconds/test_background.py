"""An export as a client gets it: ordered, asked about until it is there, fetched; a worker makes it meanwhile."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from tests.analytics.api.sixtyseconds.conftest import FEBRUARY, Stage
from tests.exports.building import eml_files, eventually
from tests.exports.conftest import DATABASES
from tests.exports.sixtyseconds.conftest import PATH, subject_of

pytestmark = [pytest.mark.django_db(databases=DATABASES, transaction=True)]


def test_a_worker_makes_the_export_that_was_ordered(stage: Stage, worker: None, settings: Any) -> None:
    stage.play({}, {"stretches": [[0, 60]]})
    order = {**subject_of(stage, "template"), "metrics": ["views", "completion_rate"], **FEBRUARY}
    export_id = stage.client.post(PATH, order, format="json").json()["export_id"]

    def look() -> dict[str, Any] | None:
        body: dict[str, Any] = stage.client.get(f"{PATH}/{export_id}").json()
        assert body["status"] in {"processing", "completed"}
        return body if body["status"] == "completed" else None

    done = eventually(look)
    download = Client().get(done["download_url"].removeprefix("http://127.0.0.1:8000"))
    text = b"".join(download.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [
        {"video_id": stage.video.public_id, "title": "Welcome, John", "views": "2", "completion_rate": "0.5"},
        {"video_id": "total", "title": "Welcome Message", "views": "2", "completion_rate": "0.5"},
    ]
    assert eml_files(settings) == []
