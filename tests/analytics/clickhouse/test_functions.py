"""The engine's functions and aggregates as Django expressions."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db.models import Count, F, Func, IntegerField, Max, Q, Value

from analytics.clickhouse.functions import (
    ArgMax,
    CountEqual,
    LocalTime,
    MaxIntersections,
    QuantilesExact,
    StartOfHour,
    StartOfMonth,
    StartOfWeek,
    SumForEach,
    SumMap,
    ToDate,
    Transform,
    UniqExact,
)
from analytics.models import ViewingSession
from tests.analytics.clickhouse.conftest import Make

UTC = datetime.UTC
AGGREGATES: list[tuple[Any, Any, Any]] = [
    # the aggregate, over all three rows, over nothing
    (UniqExact("visitor"), 2, 0),
    (UniqExact("visitor", "seq"), 3, 0),
    (UniqExact("duration"), 1, 0),
    (UniqExact("visitor", filter=Q(watched__gt=2)), 1, 0),
    (UniqExact("visitor") - UniqExact("visitor", filter=Q(watched=1)), 1, 0),
    (ArgMax("visitor", "watched"), "berta", None),
    (ArgMax("visitor", "watched", filter=Q(watched__lt=3)), "anna", None),
    (SumForEach("starts"), [3, 12], []),
    (SumForEach("starts", filter=Q(watched__lt=3)), [2, 2], []),
    (SumMap("action_name", "action_at"), {"like": 12, "love": 3}, {}),
    (SumMap("action_name", "action_at", filter=Q(watched__lt=3)), {"like": 2}, {}),
    (MaxIntersections("watched", "elapsed"), 2, None),
    (MaxIntersections("watched", "elapsed", filter=Q(watched=3)), 1, None),
    (QuantilesExact("watched", [0, 0.5, 1]), [1, 2, 3], None),
    (QuantilesExact("watched", [0.5], filter=Q(watched__gt=2)), [3], None),
    (QuantilesExact("duration", [0.5]), [7], None),
    (QuantilesExact("duration", [0.5], filter=Q(duration=None)), None, None),
]


@pytest.fixture
def three(make: Make) -> None:
    """Store three sessions of two visitors."""
    make(visitor="anna", watched=1, elapsed=3, starts=[1, 1], action_name=["like"], action_at=[1], seq=1)
    make(visitor="anna", watched=2, elapsed=9, starts=[1, 1], action_name=["like"], action_at=[1], seq=2)
    make(
        visitor="berta",
        watched=3,
        elapsed=8,
        starts=[1, 10],
        action_name=["love", "like", "like"],
        action_at=[3, 4, 6],
        seq=3,
        duration=7,
    )


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(("aggregate", "of_all", "of_nothing"), AGGREGATES)
def test_an_aggregate_answers_over_rows_groups_and_nothing(aggregate: Any, of_all: Any, of_nothing: Any) -> None:
    rows = ViewingSession.objects.all()
    assert rows.aggregate(answer=aggregate) == {"answer": of_all}
    assert rows.filter(video_id=9).aggregate(answer=aggregate) == {"answer": of_nothing}
    assert list(rows.values("video_id").annotate(answer=aggregate)) == [{"video_id": 1, "answer": of_all}]


@pytest.mark.usefixtures("three")
def test_aggregates_may_be_filtered_and_ordered_by() -> None:
    by_visitor = ViewingSession.objects.values("visitor").annotate(n=UniqExact("id")).filter(n__gt=1)
    assert list(by_visitor.order_by("-n").values_list("visitor", "n")) == [("anna", 2)]


@pytest.mark.parametrize("levels", [[], [1.5], [-1]])
def test_levels_outside_nought_to_one_are_refused(levels: list[float]) -> None:
    with pytest.raises(ValueError, match="Levels"):
        QuantilesExact("watched", levels)


@pytest.mark.usefixtures("three")
def test_elements_of_an_array_are_counted() -> None:
    counted = ViewingSession.objects.annotate(likes=CountEqual("action_name", Value("like"))).order_by("watched")
    assert list(counted.values_list("likes", flat=True)) == [1, 1, 2]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("transform", "groups"),
    [
        (Transform("visitor", ["anna"], ["A"], "other"), [("A", 2), ("other", 1)]),
        (Transform("visitor", ["it's", "anna"], ["%", "A\\'"], None), [("A\\'", 2), (None, 1)]),
        (Transform("visitor", ["anna"], ["A"], F("visitor")), [("A", 2), ("berta", 1)]),
        (Transform("watched", [1, 2], [10, 10], 0, output_field=IntegerField()), [(0, 1), (10, 2)]),
        (Transform("watched", [1, 2], [10, 10], output_field=IntegerField()), [(10, 2), (None, 1)]),
        (Transform("watched", [], [], "all"), [("all", 3)]),
        (Transform("watched", list(range(20_000)), ["x"] * 20_000, "y"), [("x", 3)]),
    ],
)
def test_values_become_those_that_stand_in_their_places(transform: Transform, groups: list[Any]) -> None:
    rows = ViewingSession.objects.annotate(key=transform).values_list("key").annotate(Count("id")).order_by("key")
    assert list(rows) == groups
    for key, number in groups:
        lookup = {"key": key} if key is not None else {"key__isnull": True}
        assert ViewingSession.objects.annotate(key=transform).filter(**lookup).count() == number


def test_lists_of_two_lengths_are_no_transformation() -> None:
    with pytest.raises(ValueError, match="2 values cannot become 1"):
        Transform("watched", [1, 2], ["a"])


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
    clock, expected = LocalTime("started_at", zone), datetime.datetime(*local)
    found = ViewingSession.objects.annotate(
        clock=clock, day=ToDate(clock), week=StartOfWeek(clock), month=StartOfMonth(clock), hour=StartOfHour(clock)
    )
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
    hours = ViewingSession.objects.annotate(hour=StartOfHour(LocalTime("started_at", "Europe/Berlin")))
    assert list(hours.values_list("hour").annotate(Count("id"))) == [(datetime.datetime(2026, 10, 25, 2), 2)]


def test_two_zones_in_one_question_are_two_expressions(make: Make) -> None:
    make(started_at=datetime.datetime(2026, 1, 1, tzinfo=UTC))
    assert LocalTime("started_at", "UTC") != LocalTime("started_at", "Asia/Tokyo")
    both = ViewingSession.objects.values_list(LocalTime("started_at", "UTC"), LocalTime("started_at", "Asia/Tokyo"))
    assert both.get() == (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, 9))


def test_an_unknown_zone_and_an_aware_wall_clock_are_refused(engine: Any) -> None:
    with pytest.raises(KeyError, match="Nowhere"):
        LocalTime("started_at", "Europe/Nowhere")
    with pytest.raises(ValueError, match="no zone"):
        ViewingSession.objects.annotate(clock=LocalTime("started_at", "UTC")).filter(
            clock=datetime.datetime(2026, 1, 1, tzinfo=UTC)
        ).count()


def test_instants_may_be_counted_at_once_as_whole_milliseconds(make: Make) -> None:
    for second in (0, 1, 10):
        make(started_at=datetime.datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC), elapsed=2)
    start = Func("started_at", function="toUnixTimestamp64Milli", output_field=IntegerField())
    end = Func(start + 1000 * F("elapsed"), function="toInt64", output_field=IntegerField())
    assert ViewingSession.objects.aggregate(peak=MaxIntersections(start, end)) == {"peak": 2}
