"""The engine for these tests, and a maker of viewing sessions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections

from analytics.models import ViewingSession

Make = Callable[..., ViewingSession]


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Any:
    """Return Django's connection to the engine."""
    request.applymarker(pytest.mark.django_db(databases=["default", "clickhouse"]))
    request.getfixturevalue("db")
    return connections["clickhouse"]


@pytest.fixture
def make(engine: Any) -> Make:
    """Return a function that stores viewing sessions, one for each keyword of lists or one in all."""

    def store(**values: Any) -> ViewingSession:
        at = values.setdefault("started_at", datetime(2026, 3, 1, 12, tzinfo=UTC))
        row = ViewingSession(
            **{
                "workspace_id": 1,
                "video_id": 1,
                "id": uuid.uuid4(),
                "seq": 1,
                "received_at": at,
                "visitor": "anna",
                "visit": uuid.UUID(int=1),
                **{name: [] for name in ("starts", "ends", "quarters")},
                **{name: [] for name in ("action_type", "action_name", "action_at", "action_converted")},
                **values,
            }
        )
        ViewingSession.objects.bulk_create([row])
        return row

    return store
