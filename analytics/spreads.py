"""How a metric spreads over videos: least, quartiles, most. The templates' analytics and pages read it here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

from analytics.query import Row


@dataclass(frozen=True)
class Spread:
    """Five values with a quarter of the videos between each two of them; all None where there is no value."""

    least: float | None
    first: float | None
    median: float | None
    third: float | None
    most: float | None

    @property
    def values(self) -> tuple[float | None, ...]:
        return (self.least, self.first, self.median, self.third, self.most)


def spread_of(values: Sequence[float]) -> Spread:
    """Return the spread of the values; quartiles are interpolated linearly between the values around them."""
    if not values:
        return Spread(None, None, None, None, None)
    several = values if len(values) > 1 else [*values, *values]
    first, median, third = (round(each, 12) for each in quantiles(several, n=4, method="inclusive"))
    return Spread(min(values), first, median, third, max(values))


def spread_of_rows(rows: Iterable[Row], metric: str) -> Spread:
    """Return the spread of a metric over the rows that have a value of it."""
    return spread_of([row[metric] for row in rows if row[metric] is not None])


def with_views(rows: Iterable[Row]) -> list[Row]:
    """Return those of the rows (by video) that spreads are about: of videos that were viewed and are in the catalog."""
    # Sessions of a video that was deleted a moment ago are one more row, without an id.
    return [row for row in rows if row["views"] and row["video"] is not None]
