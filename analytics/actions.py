"""What viewers did and were shown in a video, by type and name, and when in the video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from analytics.curves import SECOND
from analytics.metrics import ACTION_TYPES

DEFINITIONS = {
    "Actions along the video": (
        "An action counts in the bucket that its moment lies in, as often as it happened; at or behind the end, in the"
        " last one. Impressions of calls to action, annotations and turnstiles are their actions, conversions those"
        " that say they converted. Clicks, shares and reactions cannot convert."
    )
}
PRESSED = ("click", "share")
SHOWN_OR_PRESSED = (*ACTION_TYPES, *PRESSED)
# As many as can be told apart in a chart's width, and seconds that a reader can add up.
MOST_BUCKETS = 60
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600)


@dataclass(frozen=True)
class Cut:
    """The cut of a video of `duration` seconds into buckets of `width` whole seconds."""

    duration: float
    width: int

    @property
    def count(self) -> int:
        return max(1, int(-(-self.duration // self.width)))

    def begin(self, bucket: int) -> int:
        """Return the second at which a bucket begins."""
        return bucket * self.width

    def end(self, bucket: int) -> float:
        return min(self.begin(bucket + 1), max(self.duration, self.begin(bucket)))


@dataclass(frozen=True)
class NamedAction:
    """The actions of one type and name; `moments` has how many of them lie in each bucket."""

    type: str
    name: str
    count: int
    conversions: int
    moments: tuple[int, ...]

    @property
    def rate(self) -> float | None:
        """Conversions ÷ impressions, None for what cannot convert."""
        return self.conversions / self.count if self.type in ACTION_TYPES else None

    @property
    def bucket_most(self) -> int:
        """The bucket in which it happened most, the first one of several."""
        return max(range(len(self.moments)), key=self.moments.__getitem__)


def cut_of(duration: int) -> Cut:
    """Return the cut of a video of so many ms."""
    seconds = duration / SECOND
    return Cut(seconds, next((width for width in WIDTHS if seconds <= width * MOST_BUCKETS), WIDTHS[-1]))


def actions_of(sessions: Any, types: Sequence[str], cut: Cut, most: int) -> tuple[list[NamedAction], int]:
    """Return the `most` frequent actions of these types in `sessions` (a queryset), and how many names there are."""
    columns = ("action_type", "action_name", "action_at", "action_converted")
    inner, parameters = sessions.values(*columns).query.get_compiler("clickhouse").as_sql()
    sql = f"""
        SELECT action.1 AS type, action.2 AS name, count() AS times, countIf(action.4),
            sumMap([least(intDiv(action.3, {cut.width * SECOND}), {cut.count - 1})], [toUInt64(1)]),
            count() OVER ()
        FROM (
            SELECT arrayJoin(arrayFilter(each -> has(%s, each.1), arrayZip({", ".join(columns)}))) AS action
            FROM ({inner})
        ) GROUP BY type, name ORDER BY times DESC, type, name LIMIT {int(most)}"""  # noqa: S608  # ours, and the queryset's own SQL
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute(sql, [list(types), *parameters])
        rows = cursor.fetchall()
    found = [
        NamedAction(kind, name, times, converted, _moments(moments, cut.count))
        for kind, name, times, converted, moments, _ in rows
    ]
    return found, rows[0][-1] if rows else 0


def _moments(counted: tuple[list[int], list[int]], buckets: int) -> tuple[int, ...]:
    counts = dict(zip(*counted, strict=True))
    return tuple(int(counts.get(bucket, 0)) for bucket in range(buckets))
