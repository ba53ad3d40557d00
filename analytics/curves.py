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
        WITH {_STRETCHES},
            arrayMap((stretch, before) -> (stretch.1, least(stretch.2, before)), stretches, reached) AS repeated,
            {_pieces("repeated", "arrayReduceInRanges('max', earlier, repeated.2)")} AS repeats
        SELECT kind, bucket, sum(step) FROM (
            SELECT arrayJoin(arrayConcat(
                {_steps("once", "pieces", buckets.before_sql)}, {_steps("all", "stretches", buckets.before_sql)},
                {_steps("again", "repeats", buckets.before_sql)}
            )) AS edge, edge.1 AS kind, toUInt32(edge.2) AS bucket, toInt64(edge.3) AS step
            FROM ({inner})
        ) GROUP BY kind, bucket"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        steps = {(kind, bucket): step for kind, bucket, step in cursor.fetchall()}
    once, every, again = (
        list(accumulate(int(steps.get((kind, bucket), 0)) for bucket in range(buckets.count)))
        for kind in ("once", "all", "again")
    )
    return Curve(buckets, once, [total - first for total, first in zip(every, once, strict=True)], again)


def part_curves(sessions: Any, videos: Sequence[int]) -> tuple[PartCurve, list[PartCurve]]:
    """Return the curve of all `sessions` (a queryset) together, and that of each of `videos` (primary keys) alone.

    Each play of a known duration counts the same, however long its video is: one statement for all curves.
    """
    known = sessions.filter(played=True, duration__isnull=False).values("video_id", "starts", "ends", "duration")
    inner, parameters = known.query.get_compiler("clickhouse").as_sql()
    places = f"transform(video_id, {list(videos)}, {list(range(1, len(videos) + 1))}, 0)" if videos else "0"
    sql = f"""
        WITH {_STRETCHES}
        SELECT place, kind, bucket, sum(step) FROM (
            SELECT {places} AS place, arrayJoin(arrayConcat(
                [('plays', 0, 1)],
                {_steps("once", "pieces", lambda instant: _before_parts(instant, "assumeNotNull(duration)", PARTS))}
            )) AS edge, edge.1 AS kind, toUInt32(edge.2) AS bucket, toInt64(edge.3) AS step
            FROM ({inner})
        ) GROUP BY place, kind, bucket"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    alone = [_part_curve(row for row in rows if row[0] == place) for place in range(1, len(videos) + 1)]
    return _part_curve(rows), alone


def _part_curve(rows: Iterable[tuple[int, str, int, int]]) -> PartCurve:
    plays = 0
    steps = [0] * (PARTS + 1)
    for _, kind, bucket, step in rows:
        if kind == "plays":
            plays += step
        else:
            steps[bucket] += step
    return PartCurve(plays, [count / plays if plays else 0.0 for count in accumulate(steps[:-1])])


def _before_parts(instant: str, duration: str, count: int) -> str:
    """Return the SQL of how many midpoints of `count` equal parts of a duration lie before an instant."""
    return f"least(intDiv({2 * count} * {instant} + {duration} - 1, 2 * {duration}), {count})"


def _steps(kind: str, stretches: str, before: Callable[[str], str]) -> str:
    """Return the SQL of the steps up and down that these stretches make: tuples of kind, bucket and step."""
    up, down = (
        f"arrayMap(piece -> ('{kind}', {before(f'piece.{end}')}, {step}), {stretches})"
        for end, step in ((1, 1), (2, -1))
    )
    return f"{up}, {down}"


def _pieces(stretches: str, reached: str) -> str:
    """Return the SQL of what each stretch adds to the union of those before it, which `reached` that far."""
    return (
        "arrayFilter(piece -> piece.1 < piece.2, arrayMap((stretch, before) ->"
        f" (greatest(stretch.1, before), stretch.2), {stretches}, {reached}))"
    )


# Sorted by start, each stretch adds to the union what lies behind all earlier ends, and repeats what lies before them;
# curves are sums of steps.
_STRETCHES = f"""arraySort(arrayZip(starts, ends)) AS stretches,
            arrayMap(place -> (1, toUInt64(place - 1)), arrayEnumerate(stretches)) AS earlier,
            arrayReduceInRanges('max', earlier, stretches.2) AS reached,
            {_pieces("stretches", "reached")} AS pieces"""


def session_heatmap(starts: Sequence[int], ends: Sequence[int], duration: int) -> list[int]:
    """Return for each bucket how often one session covered it; `starts`, `ends` and `duration` in ms."""
    buckets = Buckets(duration)
    steps = [0] * (buckets.count + 1)
    for start, end in zip(starts, ends, strict=True):
        steps[buckets.before(start)] += 1
        steps[max(buckets.before(end), buckets.before(start))] -= 1
    return list(accumulate(steps[:-1]))
