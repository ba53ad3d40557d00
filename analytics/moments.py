"""Where viewers come back to a video (hot spots) and where they leave it (drop-offs), read off its curve alone.

Both are passages in which more happens than elsewhere in the video, and more than chance explains: `DEFINITIONS` says
how they are found. Noise is not worth a word, so curves of few plays rarely have any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from statistics import fmean, median

from analytics.curves import Curve
from analytics.formats import percent_shown

MOST_NAMED = 3
FEWEST_PLAYS, FEWEST_VIEWERS, FEWEST_BUCKETS = 30, 20, 10
# What is news: so much more than expected, as a part of the viewers, as times, as deviations of a count of rare events.
LEAST_PART, TIMES, DEVIATIONS = 0.05, 2, 5
# Of the video's buckets: what a step spans, what lies on each side of a bucket where it is smoothed.
STEP, SIDE = 1 / 25, 1 / 100
# From here on a view is complete: who leaves now has seen the video.
FINISHED = 0.95
OUTER = 0.1

_STANDS_OUT = (
    f"at least {TIMES} times as many as expected, and more than expected by at least {percent_shown(LEAST_PART)} of the"
    f" viewers there and by {DEVIATIONS} times the square root of what is expected (of 1 where that is less)"
)
DEFINITIONS = {
    "Hot spot": (
        "A passage that an unusual part of its viewers watched more than once. Of each bucket, the sessions that"
        f" covered it more than once and those that covered it at all are averaged with {percent_shown(SIDE)} of the"
        " buckets (at least one) on each side; the first ÷ the second is its part. Expected is the median part of the"
        f" video. A bucket is hot where its rewatchers are {_STANDS_OUT}. Hot buckets next to each other are one hot"
        " spot. It begins and ends where the part is still halfway between the expected one and its peak, and its per"
        " cent are those of all who watched a bucket between."
    ),
    "Drop-off": (
        f"A passage in which an unusual part of the viewers leaves. A step is {percent_shown(STEP)} of the buckets (at"
        " least 3); its loss is how many sessions fewer covered the bucket at its end than the one at its beginning."
        " Expected is the mean loss of all steps: what viewers leaving evenly would be. A step is steep where its loss"
        f" is {_STANDS_OUT}. Steep steps that touch are one drop-off; what holds less than {percent_shown(OUTER)} of"
        f" its loss is cut off at both ends. Steps into the last {percent_shown(1 - FINISHED)} of the video are not"
        " looked at: who leaves there has completed it."
    ),
    "What is not named": (
        f"Nothing is said of curves with fewer than {FEWEST_PLAYS} plays or {FEWEST_BUCKETS} buckets, nor of buckets"
        f" that fewer than {FEWEST_VIEWERS} sessions covered. At most {MOST_NAMED} of each are named: the hot spots"
        " with the highest per cent, the drop-offs with the most viewers lost."
    ),
}


@dataclass(frozen=True)
class HotSpot:
    """A passage (seconds) and the part of its viewers who watched it more than once."""

    begin: float
    end: float
    part: float


@dataclass(frozen=True)
class DropOff:
    """A passage (seconds), how many viewers fewer there are at its end, and what part of those at its beginning."""

    begin: float
    end: float
    viewers: int
    part: float


@dataclass(frozen=True)
class Moments:
    """The strongest first. `enough` is whether the curve is of enough plays, and long enough, to look at."""

    enough: bool
    hot_spots: tuple[HotSpot, ...] = ()
    drop_offs: tuple[DropOff, ...] = ()


def moments_of(curve: Curve, plays: int) -> Moments:
    """Return what stands out in the curve of so many plays."""
    if plays < FEWEST_PLAYS or curve.buckets.count < FEWEST_BUCKETS:
        return Moments(enough=False)
    hot_spots = sorted(_hot_spots(curve), key=lambda spot: (-spot.part, spot.begin))
    drop_offs = sorted(_drop_offs(curve), key=lambda drop: (-drop.viewers, drop.begin))
    return Moments(True, tuple(hot_spots[:MOST_NAMED]), tuple(drop_offs[:MOST_NAMED]))


def _stands_out(count: float, whole: float, expected: float) -> bool:
    """Whether `count` of the `whole` viewers are many, where so many as are `expected` would be no news."""
    more = max(LEAST_PART * whole, DEVIATIONS * sqrt(max(1, expected)))
    return whole >= FEWEST_VIEWERS and count >= max(expected + more, TIMES * expected)


def _hot_spots(curve: Curve) -> Iterator[HotSpot]:
    side = max(1, int(curve.buckets.count * SIDE))
    viewers, again = _smoothed(curve.engagement_data, side), _smoothed(curve.rewatcher_data, side)
    parts = [count / whole if whole else 0 for count, whole in zip(again, viewers, strict=True)]
    usual = median(parts)
    hot = [_stands_out(count, whole, usual * whole) for count, whole in zip(again, viewers, strict=True)]
    for first, last in _runs(hot):
        peak = max(range(first, last + 1), key=parts.__getitem__)
        halfway = (usual + parts[peak]) / 2
        begin = end = peak
        while begin > first and parts[begin - 1] >= halfway:
            begin -= 1
        while end < last and parts[end + 1] >= halfway:
            end += 1
        seen, twice = (sum(data[begin : end + 1]) for data in (curve.engagement_data, curve.rewatcher_data))
        yield HotSpot(curve.buckets.edge(begin), curve.buckets.edge(end + 1), twice / seen)


def _drop_offs(curve: Curve) -> Iterator[DropOff]:
    once, middles = curve.engagement_data, curve.buckets.middles()
    step = max(3, int(curve.buckets.count * STEP))
    begins = range(int(curve.buckets.count * FINISHED) - step)
    viewers = [once[place] for place in begins]
    losses = [once[place] - once[place + step] for place in begins]
    expected = max(0, fmean(losses))
    steep = [_stands_out(loss, whole, expected) for loss, whole in zip(losses, viewers, strict=True)]
    # Each place but the first of a steep step.
    spanned = [any(steep[max(0, place - step) : place]) for place in range(len(steep) + step)]
    for first, last in _runs(spanned):
        first -= 1
        loss = once[first] - once[last]
        end = next(place for place in range(first, last + 1) if once[first] - once[place] >= (1 - OUTER) * loss)
        begin = next(place for place in range(end, first - 1, -1) if once[first] - once[place] <= OUTER * loss)
        lost = once[begin] - once[end]
        yield DropOff(middles[begin], middles[end], lost, lost / once[begin])


def _smoothed(values: Sequence[int], side: int) -> list[float]:
    """Return each value averaged with up to `side` neighbours on each side."""
    near = (values[max(0, place - side) : place + side + 1] for place in range(len(values)))
    return [sum(each) / len(each) for each in near]


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of true flags."""
    for is_set, run in groupby(range(len(flags)), key=flags.__getitem__):
        if is_set:
            places = list(run)
            yield places[0], places[-1]
