"""Engagement curves and heatmaps: how often each part of a video was watched.

The video is cut into buckets, one a second up to 1,000 s (the last may be shorter), else 1,000 equal ones. A stretch
`[start, end)` covers a bucket when it covers the bucket's midpoint (METRICS.md, "Curves").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.db import connections
from django.db.models import Max

from analytics.context import Context, all_time
from analytics.sessions import viewing_sessions
from videos.models import Video

SECOND = 1000
MOST_BUCKETS = 1000
PARTS = 100
DEFINITIONS = {
    "Engagement curve": (
        f"The video is cut into buckets: one a second up to {MOST_BUCKETS:,} s, else {MOST_BUCKETS:,} equal ones."
        " A stretch covers a bucket when it covers its midpoint (start ≤ midpoint < end). The curve has, for each"
        " bucket, the sessions that covered it at least once, shown as a part of the plays."
    ),
    "Rewatches": "How often a bucket was covered beyond each session's first time; they stand on top of the curve.",
    "Average curve": (
        f"For each of {PARTS} equal parts of a video, the part of the plays that covered its midpoint; of all plays in"
        " the workspace whose video has a known duration, each counting the same, under the page's period and filters."
        " Curves that are compared with it are made the same way. The mean over the parts is, but for rounding to"
        " midpoints, the metric engagement."
    ),
}


@dataclass(frozen=True)
class Buckets:
    """The cut of a video of `duration` whole milliseconds."""

    duration: int

    @property
    def count(self) -> int:
        return min(-(-self.duration // SECOND), MOST_BUCKETS) if self._by_second else MOST_BUCKETS

    @property
    def _by_second(self) -> bool:
        return self.duration <= MOST_BUCKETS * SECOND

    def before(self, instant: int) -> int:
        """Return how many midpoints lie before `instant` (ms), the first bucket that a stretch from it covers."""
        if not self._by_second:
            return min((2000 * instant + self.duration - 1) // (2 * self.duration), MOST_BUCKETS)
        whole = self.count - 1
        return min((instant + 499) // SECOND, whole) + int(2 * instant > SECOND * whole + self.duration)

    def before_sql(self, instant: str) -> str:
        """Return `before` in the engine's SQL for the expression `instant`."""
        if not self._by_second:
            return _before_parts(instant, str(self.duration), MOST_BUCKETS)
        whole = self.count - 1
        return f"(least(intDiv({instant} + 499, 1000), {whole}) + (2 * {instant} > {SECOND * whole + self.duration}))"

    def edge(self, place: int) -> float:
        """Return the second at which the bucket at `place` begins; the one behind the last bucket's is the end."""
        return min(place * max(SECOND, self.duration / MOST_BUCKETS), self.duration) / SECOND

    def middles(self) -> list[float]:
        """Return each bucket's midpoint in seconds."""
        if not self._by_second:
            return [(2 * i + 1) * self.duration / 2 / MOST_BUCKETS / SECOND for i in range(MOST_BUCKETS)]
        ends = [min((i + 1) * SECOND, self.duration) for i in range(self.count)]
        return [(i * SECOND + end) / 2 / SECOND for i, end in enumerate(ends)]


def video_duration(video: Video, sessions: Callable[[], Any]) -> int | None:
    """Return the catalog's duration, else the longest that players reported, in ms; None where nobody knows it.

    `sessions` makes the queryset of the video's viewing sessions, which is needed only where the catalog has none.
    """
    if video.duration:
        return int(video.duration * SECOND)
    return sessions().aggregate(longest=Max("duration"))["longest"]


def video_durations(context: Context, videos: Mapping[int, Decimal | None]) -> dict[int, int]:
    """Return how long each of the videos is, in ms: as the catalog has it (by primary key, in seconds), else the
    longest that players ever reported. Videos whose length nobody knows are left out."""
    known = {video: int(seconds * SECOND) for video, seconds in videos.items() if seconds}
    unknown = [video for video in videos if video not in known]
    if not unknown:
        return known
    sessions = viewing_sessions(context, all_time(context)).filter(video_id__in=unknown, duration__isnull=False)
    reported = sessions.order_by().values("video_id").annotate(longest=Max("duration"))
    return known | {row["video_id"]: row["longest"] for row in reported}


def union_sql(stretches: str) -> str:
    """Return the engine's SQL for the length of the union of an array of (start, end), which may be an aggregate."""
    # Sorted by start, each stretch adds what lies behind all earlier ends.
    return (
        "arraySum(arrayMap(stretches -> arraySum(arrayMap("
        "(stretch, before) -> greatest(0, toInt64(stretch.2) - toInt64(greatest(stretch.1, before))), stretches, "
        "arrayReduceInRanges('max', arrayMap(place -> (1, toUInt64(place - 1)), arrayEnumerate(stretches)), "
        f"stretches.2))), [arraySort({stretches})]))"
    )


@dataclass(frozen=True)
class Curve:
    """For each bucket: sessions that covered it at least once, how often it was covered beyond each first time, and
    sessions that covered it more than once."""

    buckets: Buckets
    engagement_data: list[int]
    rewatch_data: list[int]
    rewatcher_data: list[int]


@dataclass(frozen=True)
class PartCurve:
    """What part of so many plays covered the middle of each hundredth of its video; all 0 where there is no play."""

    plays: int
    parts: list[float]


def engagement_curve(sessions: Any, duration: int) -> Curve:
    """Return the curve of one video's viewing `sessions` (a queryset of analytics.sessions), cut by `duration` (ms)."""
    buckets = Buckets(duration)
    inner, parameters = sessions.values("starts", "ends").query.get_compiler("clickhouse").as_sql()
    sql = f"""
        WITH {_EVENTS}
        SELECT arrayJoin({_edges(buckets.before_sql)}) AS edge, count() FROM ({inner})
        GROUP BY edge"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        edges = [(*divmod(edge, EDGES), count) for edge, count in cursor.fetchall()]
    once, again, every = (_summed(edges, steps, buckets.count) for steps in (ONCE, AGAIN, EVERY))
    return Curve(buckets, once, [total - first for total, first in zip(every, once, strict=True)], again)


def part_curves(sessions: Any, videos: Sequence[int]) -> tuple[PartCurve, list[PartCurve]]:
    """Return the curve of all `sessions` (a queryset) together, and that of each of `videos` (primary keys) alone.

    Each play of a known duration counts the same, however long its video is: one statement for all curves.
    """
    known = sessions.filter(played=True, duration__isnull=False).values("video_id", "starts", "ends", "duration")
    inner, parameters = known.query.get_compiler("clickhouse").as_sql()
    places = f"transform(video_id, {list(videos)}, {list(range(1, len(videos) + 1))}, 0)" if videos else "0"
    edges = _edges(lambda instant: _before_parts(instant, "assumeNotNull(duration)", PARTS))
    sql = f"""
        WITH {_EVENTS}
        SELECT {places} AS place, arrayJoin(arrayPushFront({edges}, -1)) AS edge, count() FROM ({inner})
        GROUP BY place, edge"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    alone = [_part_curve(row for row in rows if row[0] == place) for place in range(1, len(videos) + 1)]
    return _part_curve(rows), alone


def _part_curve(rows: Iterable[tuple[int, int, int]]) -> PartCurve:
    """Return the curve of rows of place, edge and count; the edge -1 stands for the play itself."""
    plays = 0
    edges = []
    for _, edge, count in rows:
        if edge < 0:
            plays += count
        else:
            edges.append((*divmod(edge, EDGES), count))
    return PartCurve(plays, [count / plays if plays else 0.0 for count in _summed(edges, ONCE, PARTS)])


def _before_parts(instant: str, duration: str, count: int) -> str:
    """Return the SQL of how many midpoints of `count` equal parts of a duration lie before an instant."""
    return f"least(intDiv({2 * count} * {instant} + {duration} - 1, 2 * {duration}), {count})"


# Where a session's stretches begin and end in the order of time, each twice the instant, and 1 more where one ends: so
# one that begins as another ends comes first. Then, how many stretches go on behind each.
_EVENTS = """arraySort(arrayConcat(arrayMap(start -> start * 2, starts), arrayMap(end -> end * 2 + 1, ends))) AS events,
            arrayCumSum(event -> if(bitTest(event, 0), -1, 1), events) AS depths"""
# An edge is a bucket and what happens there: a stretch begins (0 to 3) or ends (4 to 7) and so many go on, at most 3.
# Curves are sums of steps: of what covers a bucket once, once more, or in all.
EDGES = 8
ONCE = (0, 1, 0, 0, -1, 0, 0, 0)
AGAIN = (0, 0, 1, 0, 0, -1, 0, 0)
EVERY = (1, 1, 1, 1, -1, -1, -1, -1)


def _edges(before: Callable[[str], str]) -> str:
    """Return the SQL of the array of a session's edges; `before` makes that of the bucket which an instant opens."""
    bucket = before("intDiv(event, 2)")
    return f"arrayMap((event, depth) -> {bucket} * {EDGES} + bitTest(event, 0) * 4 + least(depth, 3), events, depths)"


def _summed(edges: Iterable[tuple[int, int, int]], steps: Sequence[int], buckets: int) -> list[int]:
    """Return for each bucket the sum of the steps up to it; `edges` are bucket, kind and count."""
    moved = [0] * (buckets + 1)
    for bucket, kind, count in edges:
        moved[bucket] += steps[kind] * count
    return list(accumulate(moved[:-1]))


def session_heatmap(starts: Sequence[int], ends: Sequence[int], duration: int) -> list[int]:
    """Return for each bucket how often one session covered it; `starts`, `ends` and `duration` in ms."""
    buckets = Buckets(duration)
    steps = [0] * (buckets.count + 1)
    for start, end in zip(starts, ends, strict=True):
        steps[buckets.before(start)] += 1
        steps[max(buckets.before(end), buckets.before(start))] -= 1
    return list(accumulate(steps[:-1]))
