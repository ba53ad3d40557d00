"""A session's heatmap as something to draw and to read out: which parts were watched how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analytics.curves import SECOND, Buckets, session_heatmap
from analytics.formats import clock_shown, percent_shown

# For 0, 1, 2, 3, 4 and 5 or more times: white, green, yellow, orange, light red, dark red.
COLOURS = ("#ffffff", "#43a047", "#fdd835", "#fb8c00", "#ef6c6c", "#a31515")
MOST_TIMES = len(COLOURS) - 1
TOLD_STRIPS = 40
_TIMES = ("not watched", "once", "twice", "3 times", "4 times", "5 times or more")


@dataclass(frozen=True)
class Strip:
    """Neighbouring buckets watched equally often: `times` is 5 for more, `start` and `width` count buckets."""

    start: int
    width: int
    times: int
    label: str

    @property
    def colour(self) -> str:
        return COLOURS[self.times]


@dataclass(frozen=True)
class Heatmap:
    """The strips from the first bucket to the last. `end` is how long the video is, `watched` the part of it seen in
    per cent, None where that is unknown; `told` says the strips in words."""

    count: int
    strips: tuple[Strip, ...]
    end: str
    watched: str | None
    told: str


def heatmap_of(starts: Sequence[int], ends: Sequence[int], duration: int | None, watched: float | None) -> Heatmap:
    """Return the heatmap of what one session played of a video of `duration`; all in ms, and `watched` from 0 to 1.

    Where nobody knows the duration, the video is cut where the viewer got furthest.
    """
    length = duration or max(ends, default=0)
    counts = session_heatmap(starts, ends, length) if length else [0]
    strips = _strips(counts, length)
    part = None if watched is None else percent_shown(watched)
    return Heatmap(len(counts), strips, clock_shown(length / SECOND), part, _told(strips))


def _strips(counts: list[int], length: int) -> tuple[Strip, ...]:
    edges = [clock_shown(Buckets(length).edge(place)) for place in range(len(counts) + 1)]
    strips = []
    start = 0
    for times, run in groupby(min(count, MOST_TIMES) for count in counts):
        width = len(list(run))
        label = f"{edges[start]}–{edges[start + width]} {_TIMES[times]}"
        strips.append(Strip(start, width, times, label))
        start += width
    return tuple(strips)


def _told(strips: tuple[Strip, ...]) -> str:
    seen = [strip.label for strip in strips if strip.times]
    if not seen:
        return "Nothing was watched."
    more = len(seen) - TOLD_STRIPS
    rest = f", and {more} more parts" if more > 0 else ""
    return f"Watched {', '.join(seen[:TOLD_STRIPS])}{rest}."
