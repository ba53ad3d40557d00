"""Periods and their buckets, in the workspace's time zone.

Days begin at local midnight; an end date is inclusive; `this_week` and `this_month` are the whole calendar week (from
Monday) and month, the days to come included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from videos.errors import Invalid

DAY = timedelta(days=1)
MOST_BUCKETS = 50_000
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
LABELS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last_24_hours": "Last 24 hours",
    "this_week": "This week",
    "last_week": "Last week",
    "this_month": "This month",
    "last_month": "Last month",
    "last_year": "Last year",
    "all_time": "All time",
}


@dataclass(frozen=True)
class Period:
    """Half-open `[start, end)` in UTC; None on a side: no bound there. `name` is `custom` where dates were given."""

    zone: ZoneInfo
    start: datetime | None
    end: datetime | None
    name: str = "custom"

    @property
    def first_on(self) -> date | None:
        """The local date of the first instant."""
        return self.start and self.start.astimezone(self.zone).date()

    @property
    def last_on(self) -> date | None:
        """The local date of the last instant."""
        return self.end and (self.end - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def label(self) -> str:
        if self.name in LABELS:
            return LABELS[self.name]
        if self.first_on is None:
            return f"Until {self.last_on}"
        return f"From {self.first_on} on" if self.last_on is None else f"{self.first_on} to {self.last_on}"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which `day` begins in `zone` (the first instant, where midnight is skipped)."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_of_dates(first_on: date, last_on: date, zone: ZoneInfo, name: str = "custom") -> Period:
    """Return the period of whole local days from `first_on` to `last_on`, both inclusive."""
    if last_on < first_on:
        raise Invalid.field("period", f"The period ends ({last_on}) before it begins ({first_on}).")
    if first_on < EARLIEST or last_on > LATEST:
        raise Invalid.field("period", f"Dates lie between {EARLIEST} and {LATEST}.")
    return Period(zone, midnight(first_on, zone), midnight(last_on + DAY, zone), name)


def period_of_instants(start: datetime, end: datetime, zone: ZoneInfo, name: str = "custom") -> Period:
    """Return the period from `start` up to but not including `end`, both aware."""
    if end < start:
        raise Invalid.field("period", f"The period ends ({end.isoformat()}) before it begins ({start.isoformat()}).")
    return Period(zone, start.astimezone(UTC), end.astimezone(UTC), name)


def _month_before(first: date) -> date:
    return (first - DAY).replace(day=1)


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


_CALENDAR: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda day: (day, day),
    "yesterday": lambda day: (day - DAY, day - DAY),
    "this_week": lambda day: (_monday(day), _monday(day) + 6 * DAY),
    "last_week": lambda day: (_monday(day) - 7 * DAY, _monday(day) - DAY),
    "this_month": lambda day: (day.replace(day=1), _month_after(day.replace(day=1)) - DAY),
    "last_month": lambda day: (_month_before(day.replace(day=1)), day.replace(day=1) - DAY),
    "last_year": lambda day: (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31)),
}


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def period_named(name: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return one of METRICS.md's periods as seen at `now` (aware). Raises Invalid for an unknown name."""
    if name == "all_time":
        return Period(zone, None, None, name)
    if name == "last_24_hours":
        return period_of_instants(now - timedelta(hours=24), now, zone, name)
    if name not in _CALENDAR:
        raise Invalid.field("period", f"There is no period {name!r}; there are {', '.join(LABELS)}.")
    return period_of_dates(*_CALENDAR[name](now.astimezone(zone).date()), zone, name)


def previous_period(period: Period, now: datetime) -> Period | None:
    """Return the period to compare with, None where there is none before: all time, or one that began before EARLIEST.

    A finished calendar period compares with the one before. An unfinished week or month compares its days so far,
    today included, with as many first days of the one before, so that a young month does not look like a collapse.
    Dates compare with as many days before them, instants with as long before them.
    """
    zone = period.zone
    if period.start is None or period.end is None:
        return None
    first, last, today = period.first_on, period.last_on, now.astimezone(zone).date()
    assert first is not None
    assert last is not None
    if period.name in {"this_week", "this_month"}:
        before_first = first - 7 * DAY if period.name == "this_week" else _month_before(first)
        return _earlier(before_first, min(before_first + (today - first), first - DAY), zone)
    if period.name == "last_month":
        return _earlier(_month_before(first), first - DAY, zone)
    if period.name == "last_year":
        return _earlier(date(first.year - 1, 1, 1), first - DAY, zone)
    if period.start == midnight(first, zone) and period.end == midnight(last + DAY, zone):
        return _earlier(first - (last - first) - DAY, first - DAY, zone)
    return period_of_instants(period.start - (period.end - period.start), period.start, zone)


def same_period_last_year(period: Period) -> Period | None:
    """Return the same dates a year before (29 February becomes 28 February), None for all time and before EARLIEST."""
    if period.first_on is None or period.last_on is None:
        return None
    return _earlier(_year_before(period.first_on), _year_before(period.last_on), period.zone)


def _earlier(first_on: date, last_on: date, zone: ZoneInfo) -> Period | None:
    return None if first_on < EARLIEST else period_of_dates(first_on, last_on, zone)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def bucket_start(local: datetime, grain: str) -> datetime:
    """Return the naive local start of the hour, day, week (Monday) or month that holds the naive `local` time."""
    if grain == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = datetime.combine(local.date(), time())
    if grain == "week":
        return day - local.weekday() * DAY
    return day.replace(day=1) if grain == "month" else day


def _next_bucket(start: datetime, grain: str) -> datetime:
    if grain == "month":
        return bucket_start(start + timedelta(days=31), grain)
    return start + {"hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY}[grain]


def bucket_label(start: datetime, grain: str) -> str:
    """Return how a bucket's local start is written: `2026-01-31`, hours `2026-01-31T13:00`."""
    return start.isoformat(timespec="minutes") if grain == "hour" else start.date().isoformat()


def period_buckets(start: datetime, end: datetime, zone: ZoneInfo, grain: str) -> list[datetime]:
    """Return the naive local starts of all buckets that `[start, end)` touches, in order.

    A repeated hour at the end of daylight saving time is one bucket, a skipped one none. Raises Invalid beyond
    MOST_BUCKETS, for that is more than anyone reads.
    """
    if start >= end:
        return []
    buckets: list[datetime] = []
    last = end - timedelta(microseconds=1)
    if grain == "hour":
        # By elapsed quarters of an hour, for zones whose offset is not a whole number of hours.
        moment, step = start, timedelta(minutes=15)
        while moment < last + step:
            local = bucket_start(min(moment, last).astimezone(zone).replace(tzinfo=None), grain)
            if not buckets or local > buckets[-1]:
                buckets.append(local)
            moment += step
            _refuse_too_many(buckets)
        return buckets
    bucket = bucket_start(start.astimezone(zone).replace(tzinfo=None), grain)
    while bucket <= last.astimezone(zone).replace(tzinfo=None):
        buckets.append(bucket)
        bucket = _next_bucket(bucket, grain)
        _refuse_too_many(buckets)
    return buckets


def _refuse_too_many(buckets: list[datetime]) -> None:
    if len(buckets) > MOST_BUCKETS:
        raise Invalid.field("by", f"More than {MOST_BUCKETS} buckets; ask for a shorter period or longer buckets.")
