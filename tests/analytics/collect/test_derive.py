"""The derived columns: worked examples, and the oracle on random sessions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collect.derive import Derived, derive, milliseconds
from analytics.collect.pages import NO_PAGE, page_of
from tests.oracle import facts
from tests.oracle.strategies import World, worlds


def derived(*stretches: tuple[float, float], known: int | None = 60_000, reported: float | None = None) -> Derived:
    return derive(stretches, 1, known, reported)


def test_a_plain_session() -> None:
    assert derived((0, 12.4), (30, 42)) == Derived(
        starts=[0, 30_000],
        ends=[12_400, 42_000],
        watch_time=24_400,
        watched=24_400,
        longest_run=12_400,
        duration=60_000,
        played=True,
        viewed=True,
        completed=False,
        watched_30=False,
        quarters=[1, 0, 1, 0],
    )


def test_watching_again_counts_as_watch_time_only() -> None:
    one = derived((0, 20), (10, 30), (10, 30), (29, 31))
    assert (one.watch_time, one.watched, one.longest_run, one.watched_30) == (62_000, 31_000, 20_000, True)


def test_stretches_are_clipped_and_empty_ones_kept_in_order() -> None:
    one = derived((50, 70), (61, 90), (3, 3))
    assert (one.starts, one.ends, one.watch_time) == ([50_000, 60_000, 3000], [60_000, 60_000, 3000], 10_000)
    assert one.quarters == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("known", "reported", "duration"),
    [
        (60_000, 5.0, 60_000),
        (None, 5.0, 5000),
        (0, 5.0, 5000),
        (None, 0, None),
        (None, None, None),
        (None, 0.0004, None),
    ],
)
def test_the_catalog_s_duration_counts_before_the_player_s(
    known: int | None, reported: float | None, duration: int | None
) -> None:
    assert derive([(0, 1)], 1, known, reported).duration == duration


def test_without_a_duration_what_needs_one_is_unknown() -> None:
    one = derived((0, 31), known=None)
    assert (one.duration, one.completed, one.quarters, one.viewed, one.watched_30) == (None, None, [], True, True)


@pytest.mark.parametrize(
    ("end", "known", "viewed"), [(4.999, None, False), (5, None, True), (3.8, 4000, True), (3.799, 4000, False)]
)
def test_a_view_is_five_seconds_or_95_per_cent_at_one_go(end: float, known: int | None, viewed: bool) -> None:
    assert derived((0, end), known=known).viewed is viewed


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (12.4, 12_400),
        (0.0004, 0),
        (0.0005, 1),
        (1.0005, 1001),
        (2.0015, 2002),
        (0.0014999999, 1),
        (604800, 604_800_000),
    ],
)
def test_half_a_millisecond_counts_as_one(written: float, expected: int) -> None:
    assert milliseconds(written) == expected


@given(st.floats(0, 604_800) | st.integers(0, 6_048_000_000).map(lambda number: number / 10_000))
def test_milliseconds_are_those_of_the_number_as_written(seconds: float) -> None:
    assert milliseconds(seconds) == facts.milliseconds(seconds)


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_every_derived_column_is_the_oracle_s(world: World) -> None:
    for snapshot in world.snapshots:
        agrees(snapshot, facts.session_of(snapshot, world.catalog), world.catalog.video(snapshot["video"]).duration)


def agrees(snapshot: dict[str, Any], expected: facts.Session, known: Decimal | None) -> None:
    one = derive(
        snapshot["stretches"], snapshot["plays"], None if known is None else int(known * 1000), snapshot.get("duration")
    )
    assert tuple(zip(one.starts, one.ends, strict=True)) == expected.stretches
    assert tuple(map(bool, one.quarters)) == expected.quarters
    for name in ("watch_time", "watched", "longest_run", "duration", "played", "viewed", "completed", "watched_30"):
        assert getattr(one, name) == getattr(expected, name), name
    page = page_of(snapshot["page"]) if snapshot.get("page") else NO_PAGE
    assert page is not None
    for name in page._fields:
        assert getattr(page, name) == getattr(expected, name), name
