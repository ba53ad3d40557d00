"""The same connection to a server over HTTP (here a gateway in front of the same engine)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError, ProgrammingError, connections
from django.db.models import Count, Max

from analytics.clickhouse.base import DatabaseWrapper, insert_rows
from analytics.clickhouse.functions import LocalTime
from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make
from tests.analytics.clickhouse.gateway import PASSWORD, USER, gateway


def wrapper_at(engine: Any, address: str, password: str = PASSWORD) -> DatabaseWrapper:
    """Return Django's connection to the address, whose path is the database."""
    dsn = f"http://{USER}:{quote(password, safe='')}@{address}/{engine.settings_dict['NAME']}"
    return DatabaseWrapper({**engine.settings_dict, "NAME": "default", "OPTIONS": {"dsn": dsn}}, "clickhouse")


@pytest.fixture
def served(engine: Any) -> Iterator[DatabaseWrapper]:
    """Yield a connection over HTTP, which Django takes for its own meanwhile."""
    engine.ensure_connection()
    with gateway() as address:
        wrapper = connections["clickhouse"] = wrapper_at(engine, address)
        try:
            yield wrapper
        finally:
            wrapper.close()
            connections["clickhouse"] = engine


def test_the_address_names_the_database(served: DatabaseWrapper, engine: Any) -> None:
    with served.cursor() as cursor:
        cursor.execute("SELECT currentDatabase(), getSetting('final'), getSetting('max_execution_time')")
        assert tuple(map(str, cursor.fetchone())) == (engine.settings_dict["NAME"], "True", "30.0")


def test_questions_inserts_and_parameters_are_the_same_over_http(served: DatabaseWrapper, make: Make) -> None:
    first = make(visitor="it's")
    columns = ["workspace_id", "video_id", "started_at", "id", "seq", "received_at", "visitor", "visit"]
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    insert_rows("viewing_session", [[1, 1, noon, uuid.uuid4(), 1, noon, "berta", first.visit]], columns)
    rows = ViewingSession.objects
    rows.bulk_create([ViewingSession(**{**rows.filter(visitor="it's").values().get(), "seq": 2, "city": "\x00%'"})])
    assert rows.get(visitor="it's").city == "\x00%'"
    assert rows.filter(started_at=noon).aggregate(Count("id"), Max("started_at")) == {
        "id__count": 2,
        "started_at__max": noon,
    }
    local = rows.annotate(clock=LocalTime("started_at", "Asia/Kathmandu")).values_list("clock", flat=True)
    assert set(local) == {datetime(2026, 3, 1, 17, 45)}
    assert len(list(rows.iterator(chunk_size=1))) == 2
    with served.cursor() as cursor:
        cursor.execute("SELECT {at:DateTime64(3, 'UTC')}, {name:String}", {"at": noon, "name": "it's"})
        assert cursor.fetchone() == (noon, "it's")


def test_an_error_over_http_has_its_class_and_leaves_the_connection_usable(served: DatabaseWrapper) -> None:
    with served.cursor() as cursor:
        with pytest.raises(ProgrammingError):
            cursor.execute("SELECT * FROM nowhere")
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_wrong_password_is_an_operational_error_that_does_not_tell_it(engine: Any) -> None:
    engine.ensure_connection()
    with gateway() as address, pytest.raises(OperationalError) as caught:
        wrapper_at(engine, address, "wrong secret").ensure_connection()
    assert "wrong secret" not in str(caught.value)
