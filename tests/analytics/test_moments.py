"""Hot spots and drop-offs of curves made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from analytics.curves import Buckets, Curve
from analytics.moments import DropOff, HotSpot, moments_of


def curve(once: list[int], again: dict[range, int] | None = None, seconds: int = 0) -> Curve:
    """Return the curve whose buckets so many sessions covered, and so many of them twice."""
    twice = [0] * len(once)
    for places, count in (again or {}).items():
        for place in places:
            twice[place] = count
    return Curve(Buckets((seconds or len(once)) * 1000), once, twice, twice)


def watched(seconds: int, sessions: Iterable[list[tuple[float, float]]]) -> Curve:
    """Return the curve of sessions with these stretches, counted second by second."""
    covered = [
        [sum(begin <= second < end for begin, end in stretches) for second in range(seconds)] for stretches in sessions
    ]
    columns = list(zip(*covered, strict=True))
    return Curve(
        Buckets(seconds * 1000),
        [sum(times > 0 for times in column) for column in columns],
        [sum(max(0, times - 1) for times in column) for column in columns],
        [sum(times > 1 for times in column) for column in columns],
    )


def test_a_passage_seen_twice_is_a_hot_spot_with_its_times_and_its_part() -> None:
    found = moments_of(curve([100] * 60, {range(42, 51): 31}), 100)
    assert found.hot_spots == (HotSpot(42, 51, pytest.approx(0.31)),)
    assert found.drop_offs == ()


def test_a_cut_is_a_drop_off_between_the_moments_before_and_after_it() -> None:
    found = moments_of(curve([100] * 20 + [40] * 20), 100)
    assert found.drop_offs == (DropOff(19.5, 20.5, 60, 0.6),)
    assert found.hot_spots == ()


def test_a_slope_is_one_drop_off_from_where_it_begins_to_where_it_ends() -> None:
    once = [200] * 60 + [200 - 8 * step for step in range(1, 11)] + [120] * 50
    [drop] = moments_of(curve(once), 200).drop_offs
    # Of the 80 who leave, the outer tenths are cut off.
    assert (drop.begin, drop.end) == (60.5, 68.5)
    assert (drop.viewers, drop.part) == (64, pytest.approx(64 / 192))


def test_the_strongest_three_are_named_strongest_first() -> None:
    places = {range(20 * at, 20 * at + 5): rewatchers for at, rewatchers in ((0, 300), (1, 500), (2, 200), (3, 400))}
    spots = moments_of(curve([1000] * 100, places), 1000).hot_spots
    assert [spot.begin for spot in spots] == [20, 60, 0]
    once = [1000] * 20 + [880] * 20 + [640] * 20 + [280] * 20 + [180] * 20
    drops = moments_of(curve(once), 1000).drop_offs
    assert [drop.viewers for drop in drops] == [360, 240, 120]


@pytest.mark.parametrize("plays", [0, 1, 29])
def test_few_plays_are_not_enough_to_say_anything(plays: int) -> None:
    found = moments_of(curve([plays] * 20 + [0] * 20, {range(5, 10): plays}), plays)
    assert (found.enough, found.hot_spots, found.drop_offs) == (False, (), ())


@pytest.mark.parametrize("seconds", [1, 2, 9])
def test_a_video_of_a_few_seconds_has_no_passages(seconds: int) -> None:
    assert not moments_of(curve([1000] + [100] * (seconds - 1), {range(1): 500}), 1000).enough


def test_a_short_video_can_have_both() -> None:
    found = moments_of(curve([100] * 4 + [50] * 6, {range(6, 8): 25}), 100)
    assert [(spot.begin, spot.end) for spot in found.hot_spots] == [(5, 9)]
    assert [(drop.begin, drop.end) for drop in found.drop_offs] == [(3.5, 4.5)]


@pytest.mark.parametrize("seconds", [10, 60, 1000])
def test_a_flat_curve_has_neither(seconds: int) -> None:
    found = moments_of(curve([500] * seconds), 500)
    assert (found.enough, found.hot_spots, found.drop_offs) == (True, (), ())


def test_leaving_evenly_and_rewatching_everything_are_usual() -> None:
    once = [1000 - 10 * place for place in range(90)]
    evenly = Curve(Buckets(90_000), once, once, [count // 5 for count in once])
    assert moments_of(evenly, 1000) == moments_of(curve([1000] * 90), 1000)


def test_nobody_left_is_nothing_to_lose() -> None:
    found = moments_of(curve([0] * 60), 50)
    assert (found.hot_spots, found.drop_offs) == ((), ())
    # Of nineteen viewers all may leave or come back.
    assert moments_of(curve([19] * 30 + [0] * 30, {range(10, 15): 19}), 100).drop_offs == ()
    assert moments_of(curve([19] * 30 + [0] * 30, {range(10, 15): 19}), 100).hot_spots == ()


def test_who_leaves_in_the_last_twentieth_has_completed_the_video() -> None:
    assert moments_of(curve([100] * 96 + [10] * 4), 100).drop_offs == ()
    assert moments_of(curve([100] * 90 + [10] * 10), 100).drop_offs == (DropOff(89.5, 90.5, 90, 0.9),)


def test_viewers_who_come_later_are_no_drop() -> None:
    assert moments_of(curve([40] * 30 + [400] * 30), 400).drop_offs == ()


def test_a_long_video_has_its_moments_in_seconds() -> None:
    found = moments_of(curve([300] * 500 + [100] * 500, {range(200, 240): 90}, seconds=5000), 300)
    assert found.hot_spots == (HotSpot(1000, 1200, pytest.approx(0.3)),)
    assert found.drop_offs == (DropOff(2497.5, 2502.5, 200, pytest.approx(2 / 3)),)


@pytest.mark.parametrize("plays", [30, 60, 200, 1000])
def test_chance_alone_is_not_named(plays: int) -> None:
    """Viewers leave anywhere, and a fifth of them see a passage again that lies anywhere."""
    named = 0
    for seed in range(10):
        draw = Random(seed)
        sessions = []
        for _ in range(plays):
            leaves = draw.choice([60, 60 * draw.random()])
            begin = leaves * draw.random()
            again = [(begin, min(leaves, begin + draw.expovariate(1 / 6)))] if draw.random() < 0.2 else []
            sessions.append([(0, leaves), *again])
        found = moments_of(watched(60, sessions), plays)
        named += bool(found.hot_spots) + bool(found.drop_offs)
    assert named == 0


def test_what_stands_out_of_chance_is_named() -> None:
    draw = Random(7)
    sessions = []
    for _ in range(200):
        leaves = 15 if draw.random() < 0.2 else draw.choice([60, 60 * draw.random()])
        again = [(30 + draw.random() * 2, 38 - draw.random() * 2)] if leaves > 38 and draw.random() < 0.3 else []
        sessions.append([(0, leaves), *again])
    found = moments_of(watched(60, sessions), 200)
    [spot], [drop] = found.hot_spots, found.drop_offs
    assert 29 <= spot.begin <= 32
    assert 36 <= spot.end <= 39
    assert spot.part == pytest.approx(0.3, abs=0.07)
    assert 13 <= drop.begin <= 15
    assert 15 <= drop.end <= 17
