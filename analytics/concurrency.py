"""How many viewers are present at once, over time; made by the engine of every session's presence.

A session is present in `[started_at, started_at + elapsed)` (METRICS.md, `peak_concurrent`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections
from django.db.models import BigIntegerField

from analytics.expressions import AggregateSQL

MINUTE = 60_000
# What a bucket may last, in minutes: the shortest of which not more are needed than make a readable curve.
STEPS = (1, 2, 5, 15, 60, 240, 1440)
MOST_BUCKETS = 1000
DEFINITION = (
    "Time is cut into minutes; where people were present over more than"
    f" {MOST_BUCKETS:,} of them, into the shortest of {', '.join(map(str, STEPS[1:-1]))} and {STEPS[-1]} minutes that"
    " suffices. A minute's value is the largest number of played live sessions whose presence, from the load to the"
    " last snapshot (`[started_at, started_at + elapsed)`), overlapped at one moment in it; so the largest value is"
    " exactly the metric `peak_concurrent`. The peak is marked at the first moment at which it was reached. The curve"
    " is about the time from an hour before the talks to an hour after them, and about all times where more people were"
    " there at another one."
)
_BEGIN = "toUnixTimestamp64Milli(started_at)"


@dataclass(frozen=True)
class Concurrency:
    """For each bucket of `step` from `start` on, the most sessions present at once in it; none without presence.

    `peak_at` is the first moment at which the `peak` was reached, None without presence.
    """

    start: datetime
    step: timedelta
    most: list[int]
    peak: int
    peak_at: datetime | None

    def moment(self, place: int) -> datetime:
        """Return when the bucket at `place` begins."""
        return self.start + place * self.step


def concurrency_of(sessions: Any, around: tuple[datetime, datetime] | None = None) -> Concurrency:
    """Return the concurrency of viewing `sessions` (a queryset of analytics.sessions), by moments of UTC.

    It is about the time `around` which people were expected, and about all times where more were there at another one.
    Two statements, a third for such another one: between which moments people were present, every bucket's largest.
    """
    present = sessions.filter(played=True, elapsed__gt=0)
    bounds = present.aggregate(
        first=AggregateSQL(f"minOrNull({_BEGIN})", BigIntegerField()),
        last=AggregateSQL(f"maxOrNull({_BEGIN} + elapsed)", BigIntegerField()),
    )
    if bounds["first"] is None:
        return Concurrency(datetime.fromtimestamp(0, UTC), timedelta(milliseconds=MINUTE), [], 0, None)
    first, last = int(bounds["first"]), int(bounds["last"])
    if around is not None:
        begin, end = max(first, _milliseconds(around[0])), min(last, _milliseconds(around[1]))
        found = _between(present, begin, end) if begin < end else None
        if found is not None:
            return found
    whole = _between(present, first, last)
    assert whole is not None
    return whole


def _between(present: Any, first: int, last: int) -> Concurrency | None:
    """Return the concurrency between two moments, as far as people were there in between.

    None where as many had been there before, or where more were there afterwards.
    """
    step = next((MINUTE * each for each in STEPS if (last - first) // (MINUTE * each) < MOST_BUCKETS), None)
    step = step or MINUTE * STEPS[-1]
    start = first // step * step
    count = (last - 1 - start) // step + 1
    rows = _changes(present, start, step, count)
    nobody = (0, 0, 0, 0)
    there = rows.get(-1, nobody)[3]
    most = []
    for bucket in range(count):
        begins, largest, _, stay = rows.get(bucket, (None, there, None, there))
        # Those who were there stay until the first one comes or goes.
        most.append(largest if begins == start + bucket * step else max(there, largest))
        there = stay
    peak = max(most)
    if not peak or rows.get(-1, nobody)[1] >= peak or rows.get(count, nobody)[1] > peak:
        return None
    reached = next(row[2] for bucket, row in sorted(rows.items()) if bucket >= 0 and row[1] == peak)
    some = [bucket for bucket, count in enumerate(most) if count]
    start, kept = start + some[0] * step, most[some[0] : some[-1] + 1]
    return Concurrency(_moment(start), timedelta(milliseconds=step), kept, peak, _moment(reached))


def _changes(present: Any, start: int, step: int, count: int) -> dict[int, tuple[int, int, int, int]]:
    """Return for each bucket in which people come or go: when first, the largest number there and when, and the last.

    -1 is the time before the first bucket, `count` that after the last one.
    """
    inner, parameters = present.values("started_at", "elapsed").query.get_compiler("clickhouse").as_sql()
    # Where people come and go, in order; between two such moments nothing changes. Who leaves at the moment at which
    # somebody comes was never there together with them.
    sql = f"""
        SELECT if(at < {start}, -1, least(intDiv(at - {start}, {step}), {count})) AS bucket, min(at), max(there),
            argMin(at, (-there, at)), argMax(there, at)
        FROM (
            SELECT at, sum(change) OVER (ORDER BY at) AS there
            FROM (
                SELECT edge.1 AS at, sum(edge.2) AS change
                FROM (
                    SELECT arrayJoin([({_BEGIN}, toInt64(1)), ({_BEGIN} + elapsed, toInt64(-1))]) AS edge
                    FROM ({inner})
                )
                GROUP BY at
            )
        )
        GROUP BY bucket"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return {int(bucket): (int(a), int(b), int(c), int(d)) for bucket, a, b, c, d in cursor.fetchall()}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
