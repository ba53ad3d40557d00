"""The curves of one video: how often each bucket of it was covered."""

from collections.abc import Iterable
from fractions import Fraction

from .facts import Session


def midpoints(duration: int | None) -> list[Fraction]:
    """The middle of each bucket, in ms, of a video that is `duration` ms long; [] where nobody knows that."""
    if duration is None:
        return []
    if duration > 1_000_000:
        return [Fraction((2 * bucket + 1) * duration, 2000) for bucket in range(1000)]
    starts = range(0, duration, 1000)
    return [Fraction(start + min(start + 1000, duration), 2) for start in starts]


def heatmap(session: Session, duration: int | None) -> list[int]:
    """For each bucket of the video, how often this session covered it."""
    middles = midpoints(duration)
    scale = 2000  # makes every midpoint a whole number, which compares much faster
    scaled = [int(middle * scale) for middle in middles]
    stretches = [(start * scale, end * scale) for start, end in session.stretches]
    return [sum(start <= middle < end for start, end in stretches) for middle in scaled]


def engagement_data(sessions: Iterable[Session], duration: int | None, *, bots: bool = False) -> list[int]:
    """For each bucket, how many sessions covered it at least once."""
    return _sum(([min(1, times) for times in row] for row in _rows(sessions, duration, bots)), duration)


def rewatch_data(sessions: Iterable[Session], duration: int | None, *, bots: bool = False) -> list[int]:
    """For each bucket, how often it was covered beyond each session's first time."""
    return _sum(([max(0, times - 1) for times in row] for row in _rows(sessions, duration, bots)), duration)


def rewatcher_data(sessions: Iterable[Session], duration: int | None, *, bots: bool = False) -> list[int]:
    """For each bucket, how many sessions covered it more than once."""
    return _sum(([int(times > 1) for times in row] for row in _rows(sessions, duration, bots)), duration)


def _rows(sessions: Iterable[Session], duration: int | None, bots: bool) -> list[list[int]]:
    return [heatmap(one, duration) for one in sessions if bots or not one.bot]


def _sum(rows: Iterable[list[int]], duration: int | None) -> list[int]:
    total = [0] * len(midpoints(duration))
    for row in rows:
        total = [a + b for a, b in zip(total, row, strict=True)]
    return total


def part_curve(sessions: Iterable[Session]) -> tuple[int, list[Fraction]]:
    """How many plays there are of a known duration, and what part of them covered the middle of each hundredth."""
    plays = [(one, one.duration) for one in sessions if one.played and one.duration and not one.bot]
    covered = [
        sum(
            any(start * 200 <= (2 * part + 1) * duration < end * 200 for start, end in one.stretches)
            for one, duration in plays
        )
        for part in range(100)
    ]
    return len(plays), [Fraction(count, len(plays) or 1) for count in covered]
