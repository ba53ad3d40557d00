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
    " exactly the metric `peak_concurrent`. The peak is marked at the first moment at which it was reached."
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


def concurrency_of(sessions: Any) -> Concurrency:
    """Return the concurrency of viewing `sessions` (a queryset of analytics.sessions), by moments of UTC.

    Two statements: between which moments people were present, and every bucket's largest number.
    """
    present = sessions.filter(played=True, elapsed__gt=0)
    bounds = present.aggregate(
        first=AggregateSQL(f"minOrNull({_BEGIN})", BigIntegerField()),
        last=AggregateSQL(f"maxOrNull({_BEGIN} + elapsed)", BigIntegerField()),
    )
    if bounds["first"] is None:
        return Concurrency(datetime.fromtimestamp(0, UTC), timedelta(milliseconds=MINUTE), [], 0, None)
    first, last = int(bounds["first"]), int(bounds["last"])
    step = _step(first, last)
    start = first // step * step
    most, peak_at = _most(present, start, step, (last - 1 - start) // step + 1)
    return Concurrency(_moment(start), timedelta(milliseconds=step), most, max(most), peak_at)


def _most(present: Any, start: int, step: int, count: int) -> tuple[list[int], datetime | None]:
    """Return each bucket's largest number, and when the largest of all was first reached."""
    inner, parameters = present.values("started_at", "elapsed").query.get_compiler("clickhouse").as_sql()
    # Where people come and go, in order; between two such moments nothing changes. Who leaves at the moment at which
    # somebody comes was never there together with them.
    sql = f"""
        SELECT intDiv(at - {start}, {step}) AS bucket, min(at) AS begins, max(there) AS most,
            argMin(at, (-there, at)) AS most_at, argMax(there, at) AS stay
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
        GROUP BY bucket ORDER BY bucket"""  # noqa: S608  # numbers of ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = {int(row[0]): tuple(map(int, row[1:])) for row in cursor.fetchall()}
    most, there = [], 0
    for bucket in range(count):
        begins, largest, _, stay = rows.get(bucket, (None, there, None, there))
        # Those who were there stay until the first one comes or goes.
        most.append(largest if begins == start + bucket * step else max(there, largest))
        there = stay
    peak = max(most)
    return most, next((_moment(row[2]) for row in rows.values() if row[1] == peak), None)


def _step(first: int, last: int) -> int:
    return next(
        (MINUTE * step for step in STEPS if (last - first) // (MINUTE * step) < MOST_BUCKETS), MINUTE * STEPS[-1]
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
