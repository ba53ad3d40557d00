"""Anonymous viewers: the same for a day, a stranger on the next, and nothing left to trace them by after two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from analytics.collect.identity import (
    Salts,
    anonymous_viewer,
    historic_viewer,
    old_salts_destroy,
    secret_key,
    session_viewer,
)
from analytics.models import DailySalt
from analytics.tasks import destroy_old_salts_task
from tests.analytics.collect.examples import uuid7

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


def test_an_anonymous_viewer_is_the_same_within_a_day_and_a_workspace() -> None:
    one = anonymous_viewer(b"salt", 1, "203.0.113.9", "agent")
    assert one == anonymous_viewer(b"salt", 1, "203.0.113.9", "agent")
    others = [
        anonymous_viewer(b"other", 1, "203.0.113.9", "agent"),
        anonymous_viewer(b"salt", 2, "203.0.113.9", "agent"),
        anonymous_viewer(b"salt", 1, "203.0.113.8", "agent"),
        anonymous_viewer(b"salt", 1, "203.0.113.9", "agent2"),
        anonymous_viewer(b"salt", 1, "203.0.113.9a", "gent"),
    ]
    assert len({one.visitor, *(other.visitor for other in others)}) == 6
    assert len({one.visit, *(other.visit for other in others)}) == 6
    assert "203" not in one.visitor


def test_history_without_a_visitor_is_hashed_the_same_every_time() -> None:
    on = date(2024, 2, 29)
    assert historic_viewer(1, "203.0.113.9", "a", on) == historic_viewer(1, "203.0.113.9", "a", on)
    assert historic_viewer(1, "203.0.113.9", "a", on) != historic_viewer(1, "203.0.113.9", "a", on + DAY)
    session = UUID(uuid7())
    assert session_viewer(session) == session_viewer(session) != session_viewer(UUID(uuid7()))


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert secret_key("history") != secret_key("person")


def test_a_session_is_hashed_with_the_salt_of_its_load_while_that_exists() -> None:
    salts = Salts()
    now = datetime(2025, 3, 10, 0, 30, tzinfo=UTC)
    at = int(now.timestamp() * 1000)
    hour = 3_600_000
    loads = (at, at - hour, at - 24 * hour, at - 25 * hour, at + hour // 15)
    assert [salts.day(load, now).day for load in loads] == [10, 9, 9, 10, 10]


@pytest.mark.django_db
def test_a_day_has_one_salt_whoever_asks() -> None:
    first, second = Salts(), Salts()
    assert first.cached(TODAY) is None
    assert first.fetch(TODAY) == second.fetch(TODAY) == first.cached(TODAY)
    assert len(first.fetch(TODAY)) == 32
    assert first.fetch(TODAY - DAY) != first.fetch(TODAY)
    assert DailySalt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_salts_are_destroyed_48_hours_after_their_day_began() -> None:
    for age in range(4):
        DailySalt.objects.create(on=TODAY - age * DAY, salt=b"x" * 32)
    assert old_salts_destroy(datetime.now(UTC)) == 2
    assert sorted(DailySalt.objects.values_list("on", flat=True)) == [TODAY - DAY, TODAY]
    DailySalt.objects.create(on=TODAY - 2 * DAY, salt=b"x" * 32)
    destroy_old_salts_task()
    assert DailySalt.objects.count() == 2


@pytest.mark.django_db
def test_memory_forgets_old_salts_too() -> None:
    salts = Salts()
    salts.fetch(TODAY)
    salts.forget(datetime.now(UTC) + DAY)
    assert salts.cached(TODAY) is not None
    salts.forget(datetime.now(UTC) + 2 * DAY)
    assert salts.cached(TODAY) is None
