"""The engine's functions and aggregates as Django expressions."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db.models import Count, Max

from analytics.clickhouse.functions import LocalDate, LocalHour, LocalMonth, LocalTime, LocalWeek
from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make

UTC = datetime.UTC


@pytest.mark.parametrize(
    ("zone", "instant", "local"),
    [
        ("UTC", (2026, 1, 1, 0, 30), (2026, 1, 1, 0, 30)),
        ("Europe/Berlin", (2025, 12, 31, 23, 30), (2026, 1, 1, 0, 30)),
        ("Europe/Berlin", (2026, 3, 29, 0, 59), (2026, 3, 29, 1, 59)),
        ("Europe/Berlin", (2026, 3, 29, 1, 0), (2026, 3, 29, 3, 0)),
        ("Europe/Berlin", (2026, 10, 25, 0, 30), (2026, 10, 25, 2, 30)),
        ("Europe/Berlin", (2026, 10, 25, 1, 30), (2026, 10, 25, 2, 30)),
        ("Asia/Kathmandu", (2024, 2, 28, 18, 15), (2024, 2, 29, 0, 0)),
        ("America/St_Johns", (2026, 1, 1, 3, 29), (2025, 12, 31, 23, 59)),
        ("Australia/Lord_Howe", (2026, 4, 4, 15, 0), (2026, 4, 5, 1, 30)),
    ],
)
def test_the_local_time_is_what_a_clock_showed(make: Make, zone: str, instant: Any, local: Any) -> None:
    make(started_at=datetime.datetime(*instant).replace(tzinfo=UTC))
    expected = datetime.datetime(*local)
    parts = {"clock": LocalTime, "day": LocalDate, "week": LocalWeek, "month": LocalMonth, "hour": LocalHour}
    found = ViewingSession.objects.annotate(**{name: part("started_at", zone) for name, part in parts.items()})
    assert found.values_list("clock", "day", "week", "month", "hour").get() == (
        expected,
        expected.date(),
        expected.date() - datetime.timedelta(expected.weekday()),
        expected.date().replace(day=1),
        expected.replace(minute=0),
    )
    assert found.filter(clock=expected, day=expected.date(), hour__lte=expected).count() == 1
    assert found.filter(clock__lt=expected).count() == 0
    assert found.aggregate(Max("clock"), Max("day")) == {"clock__max": expected, "day__max": expected.date()}


def test_a_repeated_hour_is_one_bucket(make: Make) -> None:
    for hour in (0, 1):
        make(started_at=datetime.datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
    hours = ViewingSession.objects.annotate(hour=LocalHour("started_at", "Europe/Berlin"))
    assert list(hours.values_list("hour").annotate(Count("id"))) == [(datetime.datetime(2026, 10, 25, 2), 2)]


def test_two_zones_in_one_question_are_two_expressions(make: Make) -> None:
    make(started_at=datetime.datetime(2026, 1, 1, tzinfo=UTC))
    assert LocalTime("started_at", "UTC") != LocalTime("started_at", "Asia/Tokyo")
    both = ViewingSession.objects.values_list(LocalTime("started_at", "UTC"), LocalTime("started_at", "Asia/Tokyo"))
    assert both.get() == (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, 9))
    dates = ViewingSession.objects.values_list(LocalDate("started_at", "UTC"), LocalDate("started_at", "Asia/Tokyo"))
    assert LocalDate("started_at", "UTC") != LocalDate("started_at", "Asia/Tokyo")
    assert dates.get() == (datetime.date(2026, 1, 1), datetime.date(2026, 1, 1))


def test_an_unknown_zone_and_an_aware_wall_clock_are_refused(engine: Any) -> None:
    with pytest.raises(KeyError, match="Nowhere"):
        LocalTime("started_at", "Europe/Nowhere")
    with pytest.raises(ValueError, match="no zone"):
        ViewingSession.objects.annotate(clock=LocalTime("started_at", "UTC")).filter(
            clock=datetime.datetime(2026, 1, 1, tzinfo=UTC)
        ).count()
