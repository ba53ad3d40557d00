"""The metrics: each defined once, after METRICS.md. Dashboard, API dialects and reports all read them from here.

A metric is one aggregate over viewing sessions, written in the engine's own SQL so that anyone can read, check and
run it. Seconds are floats from whole milliseconds; ratios lie between 0 and 1 (watch depth passes 1 where viewers
rewatch); a ratio over nothing is null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analytics.expressions import AggregateSQL

QUARTERS = ("0-25%", "25-50%", "50-75%", "75-100%")
ACTION_TYPES = ("cta", "annotation", "turnstile")


@dataclass(frozen=True)
class Metric:
    """One number over a set of viewing sessions.

    `unit` is count, seconds, ratio, score, counts (a mapping or a list of counts) or actions. `decode` turns the
    engine's value into the answer's; `empty` is the value over no sessions. Only plain numbers can be sorted by.
    """

    name: str
    label: str
    unit: str
    definition: str
    sql: str
    decode: Callable[[Any], Any] | None = None
    empty: Any = 0

    @property
    def is_number(self) -> bool:
        return self.unit not in {"counts", "actions"}

    @property
    def expression(self) -> AggregateSQL:
        return AggregateSQL(self.sql)

    def value(self, raw: Any) -> Any:
        """Return the answer's value for the engine's `raw` one; None stands for a set without sessions.

        Fractions are rounded at the twelfth decimal: what is beyond is a double's, not the viewers'.
        """
        if raw is None:
            return self.empty
        if self.decode:
            return self.decode(raw)
        return round(raw, 12) if isinstance(raw, float) else raw


def _quarters(raw: list[int]) -> list[int]:
    return [int(count) for count in raw] or [0, 0, 0, 0]


def _reactions(raw: tuple[list[str], list[int]]) -> dict[str, int]:
    return {name: int(count) for name, count in zip(*raw, strict=True)}


def _actions(raw: list[int]) -> dict[str, dict[str, float | None]]:
    """Return impressions, conversions and their ratio by type, for the types that occurred."""
    counts = {kind: (int(raw[2 * i]), int(raw[2 * i + 1])) for i, kind in enumerate(ACTION_TYPES)}
    return {
        kind: {"impressions": impressions, "conversions": conversions, "rate": conversions / impressions}
        for kind, (impressions, conversions) in counts.items()
        if impressions
    }


def _of_type(kind: str) -> str:
    return f"sum(countEqual(action_type, '{kind}'))"


def _converted(kind: str) -> str:
    return f"sum(arrayCount((type, converted) -> type = '{kind}' AND converted, action_type, action_converted))"


def _startup(level: str) -> str:
    return f"quantileExactInclusiveIf({level})(startup, played) / 1000"


_VIEWS = "countIf(viewed)"
# Decimals add up to the same in any order, which binary fractions do not: the same question must have the same answer.
# Of numbers that are never null the engine makes a mean in half the time; it divides in rows that do not count, too.
_SEEN = "least(1., watched / greatest(ifNull(duration, 1), 1))"
_ENGAGEMENT = f"avgOrNullIf(toDecimal64({_SEEN}, 15), played AND isNotNull(duration))"
_COMPLETION = "countIf(viewed AND completed) / nullIf(countIf(viewed AND isNotNull(completed)), 0)"
_INTERACTIONS = f"({_of_type('click')} + {_of_type('share')} + {_of_type('reaction')})"
_ATTENDEES = "uniqExactIf(visitor, played AND live)"
_REACTION_NAMES = "arrayFilter((name, type) -> type = 'reaction', action_name, action_type)"
_REBUFFERED = "countIf(played AND rebuffers > 0)"
_ERRORS = "countIf(error != '')"
_WAITED = "sumIf(rebuffering, played)"
# Doubled, so that a presence that ends at the moment another begins does not overlap it.
_PRESENCE = (
    "toInt64(2 * toUnixTimestamp64Milli(started_at)), toInt64(2 * (toUnixTimestamp64Milli(started_at) + elapsed) - 1)"
)

_ALL = (
    Metric("loads", "Player loads", "count", "How often the player was loaded with a video.", "count()"),
    Metric("plays", "Plays", "count", "Player loads in which playback started at least once.", "countIf(played)"),
    Metric(
        "play_rate",
        "Play rate",
        "ratio",
        "Visitors who started playback, of all visitors who loaded the player.",
        "uniqExactIf(visitor, played) / nullIf(uniqExact(visitor), 0)",
        empty=None,
    ),
    Metric(
        "views",
        "Views",
        "count",
        "Player loads with at least 5 seconds of continuous playback (95 % of the video where it is shorter).",
        _VIEWS,
    ),
    Metric(
        "view_rate",
        "View rate",
        "ratio",
        "Views divided by player loads.",
        f"{_VIEWS} / nullIf(count(), 0)",
        empty=None,
    ),
    Metric(
        "unique_views",
        "Unique impressions",
        "count",
        "Visits (device sessions, ended by 30 minutes of inactivity) in which a video was started.",
        "uniqExactIf(visit, played)",
    ),
    Metric(
        "visitors",
        "Visitors",
        "count",
        "Different browsers or known persons that loaded the player.",
        "uniqExact(visitor)",
    ),
    Metric(
        "unique_viewers", "Unique viewers", "count", "Different visitors with a view.", "uniqExactIf(visitor, viewed)"
    ),
    Metric(
        "watch_time",
        "Watch time",
        "seconds",
        "Seconds played, rewatching included.",
        "sum(watch_time) / 1000",
        empty=0.0,
    ),
    Metric(
        "average_watch_time",
        "Average watch time",
        "seconds",
        "Watch time divided by views.",
        f"sum(watch_time) / 1000 / nullIf({_VIEWS}, 0)",
        empty=None,
    ),
    Metric(
        "engagement",
        "Engagement",
        "ratio",
        "The part of the video that a play saw, on average; seen twice counts once.",
        _ENGAGEMENT,
        empty=None,
    ),
    Metric(
        "watch_depth",
        "Watch depth",
        "ratio",
        "Watch time divided by views × duration.",
        "sumIf(watch_time, isNotNull(duration)) / nullIf(sumIf(duration, viewed), 0)",
        empty=None,
    ),
    Metric(
        "completion_rate", "Completion rate", "ratio", "Views that reached 95 % of the video.", _COMPLETION, empty=None
    ),
    Metric(
        "quarter_reach",
        "Quarters reached",
        "counts",
        "Views that played any part of each quarter of the video.",
        "sumForEachIf(quarters, viewed)",
        _quarters,
        empty=[0, 0, 0, 0],
    ),
    Metric("clicks", "Clicks", "count", "Clicks on elements of the player.", _of_type("click")),
    Metric("shares", "Shares", "count", "Shares of the video.", _of_type("share")),
    Metric(
        "reactions",
        "Reactions",
        "counts",
        "Reactions by name.",
        f"sumMap({_REACTION_NAMES}, arrayMap(name -> toUInt64(1), {_REACTION_NAMES}))",
        _reactions,
        empty={},
    ),
    Metric("interactions", "Interactions", "count", "Clicks, shares and reactions.", _INTERACTIONS),
    Metric(
        "engagement_score",
        "Engagement score",
        "score",
        "From 1 to 10: half engagement, 30 % completion rate, 20 % interactions per view (1 at most).",
        f"if({_VIEWS} = 0, NULL, 1 + 9 * (0.5 * {_ENGAGEMENT} + 0.3 * {_COMPLETION}"
        f" + 0.2 * least(1., {_INTERACTIONS} / nullIf({_VIEWS}, 0))))",
        empty=None,
    ),
    Metric(
        "actions",
        "Actions",
        "actions",
        "Impressions and conversions of calls to action, annotations and turnstiles.",
        f"[{', '.join(f'{_of_type(kind)}, {_converted(kind)}' for kind in ACTION_TYPES)}]",
        _actions,
        empty={},
    ),
    Metric(
        "peak_concurrent",
        "Peak concurrent viewers",
        "count",
        "The largest number of plays whose viewers were present at one moment.",
        f"maxIntersectionsIf({_PRESENCE}, played AND elapsed > 0)",
    ),
    Metric(
        "live_views",
        "Live views",
        "count",
        "Live sessions with 30 seconds watched (all of it where the video is shorter).",
        "countIf(live AND watched_30)",
    ),
    Metric(
        "recording_views",
        "Recording views",
        "count",
        "Sessions of a recording with 30 seconds watched (all of it where the video is shorter).",
        "countIf(NOT live AND watched_30)",
    ),
    Metric("attendees", "Attendees", "count", "Different visitors who played the live stream.", _ATTENDEES),
    Metric(
        "average_attended",
        "Average attended",
        "seconds",
        "Watch time of live sessions divided by attendees.",
        f"sumIf(watch_time, live) / 1000 / nullIf({_ATTENDEES}, 0)",
        empty=None,
    ),
    Metric(
        "startup_median",
        "Median startup time",
        "seconds",
        "From play to the first picture, in plays that told it: half of them were as fast or faster.",
        _startup("0.5"),
        empty=None,
    ),
    Metric(
        "startup_p95",
        "Slow startup time",
        "seconds",
        "From play to the first picture, in plays that told it: 95 % of them were as fast or faster.",
        _startup("0.95"),
        empty=None,
    ),
    Metric(
        "rebuffered_plays",
        "Rebuffered plays",
        "count",
        "Plays interrupted at least once to wait for data.",
        _REBUFFERED,
    ),
    Metric(
        "rebuffer_rate",
        "Rebuffer rate",
        "ratio",
        "Rebuffered plays divided by plays.",
        f"{_REBUFFERED} / nullIf(countIf(played), 0)",
        empty=None,
    ),
    Metric(
        "rebuffering_ratio",
        "Rebuffering ratio",
        "ratio",
        "Of the time that plays waited for data or were watched, the part that they waited.",
        f"{_WAITED} / nullIf({_WAITED} + sumIf(watch_time, played), 0)",
        empty=None,
    ),
    Metric("errors", "Playback errors", "count", "Player loads that told of an error.", _ERRORS),
    Metric(
        "error_rate",
        "Error rate",
        "ratio",
        "Playback errors divided by player loads.",
        f"{_ERRORS} / nullIf(count(), 0)",
        empty=None,
    ),
)
METRICS = {metric.name: metric for metric in _ALL}
