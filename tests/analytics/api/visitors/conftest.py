"""Two workspaces, what the calls answer, and what the engine really has."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connections

from tests.analytics.api.wistia.conftest import Stage, staged
from videos.models import Event, Registration, Talk

ANNA = {"id": "a-1", "email": "Anna@example.com", "name": "Anna Lee", "org": {"name": "Acme"}, "source": "turnstile"}


@pytest.fixture
def stage(settings: Any, tmp_path: Path) -> Stage:
    settings.DATA_DIR = tmp_path
    return staged("Stage")


@pytest.fixture
def other(stage: Stage) -> Stage:
    return staged("Other")


def pieces(stage: Stage, key: str) -> list[bytes]:
    answer: Any = stage.client.get(f"/v1/visitors/{quote(key)}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "private, no-store"
    return list(answer.streaming_content)


def told(stage: Stage, key: str) -> dict[str, Any]:
    return json.loads(b"".join(pieces(stage, key)))


def forget(stage: Stage, key: str) -> None:
    answer = stage.client.delete(f"/v1/visitors/{quote(key)}")
    assert (answer.status_code, answer.content) == (204, b"")


def is_unknown(stage: Stage, key: str) -> bool:
    answer = stage.client.get(f"/v1/visitors/{quote(key)}")
    return answer.status_code == 404 and answer.json()["code"] == "unknown_visitor"


def registered(stage: Stage, email: str) -> Registration:
    talk = Talk.objects.create(event=Event.objects.create(workspace=stage.workspace, name="Event"), title="Talk")
    return Registration.objects.create(talk=talk, email=email, name="Anna")


def rows(stage: Stage) -> list[tuple[str, int]]:
    """Return visitor and seq of all rows that the engine has, superseded ones included."""
    with connections["clickhouse"].cursor() as cursor:
        sql = (
            "SELECT visitor, seq FROM viewing_session WHERE workspace_id = %s ORDER BY visitor, seq SETTINGS final = 0"
        )
        cursor.execute(sql, [stage.workspace.pk])
        return list(cursor.fetchall())
