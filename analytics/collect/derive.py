"""What METRICS.md derives on arrival, in whole milliseconds so that every comparison and sum is exact."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

VIEWED_MS = 5_000
WATCHED_MS = 30_000
_THOUSAND = Decimal(1000)


class Derived(NamedTuple):
    """The derived columns of a viewing session; every time is ms. What needs an unknown duration is None or []."""

    starts: list[int]
    ends: list[int]
    watch_time: int
    watched: int
    longest_run: int
    duration: int | None
    played: bool
    viewed: bool
    completed: bool | None
    watched_30: bool
    quarters: list[int]


def milliseconds(seconds: float) -> int:
    """Return the whole milliseconds nearest to the number as it was written, half a millisecond counting as one."""
    exact = seconds * 1000
    whole = int(exact)
    # A float near half a millisecond may lie on either side of what was written (1.0005 is 1.000499…).
    if 0.4999 < exact - whole < 0.5001:
        return int((Decimal(repr(seconds)) * _THOUSAND).to_integral_value(ROUND_HALF_UP))
    return int(exact + 0.5)


def derive(
    stretches: Iterable[tuple[float, float]], plays: int, known_ms: int | None, reported: float | None
) -> Derived:
    """Return the derived columns for stretches in seconds, in the order played.

    `known_ms` is the catalog's duration in ms, `reported` the player's in seconds; one that is not above zero is
    unknown.
    """
    duration: int | None = known_ms or milliseconds(reported or 0)
    if not duration or duration < 0:
        duration = None
    starts = []
    ends = []
    watch_time = longest_run = furthest = 0
    for start_seconds, end_seconds in stretches:
        start, end = milliseconds(start_seconds), milliseconds(end_seconds)
        if duration is not None:
            start, end = min(start, duration), min(end, duration)
        starts.append(start)
        ends.append(end)
        length = end - start
        watch_time += length
        longest_run = max(longest_run, length)
        furthest = max(furthest, end)
    watched = watch_time if len(starts) < 2 else _union(starts, ends)
    if duration is None:
        viewed = longest_run >= VIEWED_MS
        completed = None
        watched_30 = watched >= WATCHED_MS
    else:
        viewed = longest_run >= VIEWED_MS or 100 * longest_run >= 95 * duration
        completed = bool(starts) and 100 * furthest >= 95 * duration
        watched_30 = 100 * watched >= 99 * duration if duration < WATCHED_MS else watched >= WATCHED_MS
    return Derived(
        starts,
        ends,
        watch_time,
        watched,
        longest_run,
        duration,
        plays > 0,
        viewed,
        completed,
        watched_30,
        [] if duration is None else _quarters(starts, ends, duration),
    )


def _union(starts: list[int], ends: list[int]) -> int:
    """Return the milliseconds that the stretches cover at least once."""
    covered = reached = 0
    for start, end in sorted(zip(starts, ends, strict=True)):
        if end > reached:
            covered += end - max(start, reached)
            reached = end
    return covered


def _quarters(starts: list[int], ends: list[int], duration: int) -> list[int]:
    """Return, for each quarter of the video, 1 if any part of it was played, else 0."""
    played = [0, 0, 0, 0]
    for start, end in zip(starts, ends, strict=True):
        if start < end:
            # The quarter that holds the first moment, to the one that holds the last: 4 × end is exclusive.
            for quarter in range(4 * start // duration, -(-4 * end // duration)):
                played[quarter] = 1
    return played
