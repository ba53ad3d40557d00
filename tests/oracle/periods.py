"""Periods as half-open spans of UTC, and the local buckets they are cut into."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NAMES = (
    "today",
    "yesterday",
    "last_24_hours",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "last_year",
    "all_time",
    "custom",
)
UNITS = ("hour", "day", "week", "month")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """[start, end) in UTC; None is without limit."""

    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment lies in the span: its start does, its end does not."""
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    def dates(self, zone: str) -> tuple[date, date] | None:
        """The local days on which the span begins and ends, both inclusive; None where it has no limits."""
        if self.start is None or self.end is None:
            return None
        last = self.end - timedelta(milliseconds=1)
        return self.start.astimezone(ZoneInfo(zone)).date(), last.astimezone(ZoneInfo(zone)).date()


def period(name: str, now: datetime, zone: str, first: date | None = None, last: date | None = None) -> Span:
    """The span of a named period at `now` (aware); `custom` is the local days `first` to `last`, both included."""
    if name == "all_time":
        return Span(None, None)
    if name == "last_24_hours":
        return Span(now.astimezone(UTC) - timedelta(hours=24), now.astimezone(UTC))
    return days(*_days_of(name, now, zone, first, last), zone)


def previous(name: str, now: datetime, zone: str, first: date | None = None, last: date | None = None) -> Span | None:
    """The span a period is compared with: the calendar period before, or as many days before; None for all time.

    An unfinished week or month compares its days so far with as many first days of the one before.
    """
    if name == "all_time":
        return None
    if name == "last_24_hours":
        return period(name, now - timedelta(hours=24), zone)
    start, end = _days_of(name, now, zone, first, last)
    before = start - DAY
    if name in ("this_week", "this_month"):
        first_before = start - 7 * DAY if name == "this_week" else before.replace(day=1)
        so_far = now.astimezone(ZoneInfo(zone)).date() - start
        return days(first_before, min(first_before + so_far, before), zone)
    if name.endswith("_month"):
        return days(before.replace(day=1), before, zone)
    if name.endswith("_year"):
        return days(before.replace(month=1, day=1), before, zone)
    return days(start - (end - start + DAY), before, zone)


def days(first: date, last: date, zone: str) -> Span:
    """The local days `first` to `last`, both included."""
    return Span(midnight(first, zone), midnight(last + DAY, zone))


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins (where clocks skip midnight: the moment they jump past it)."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def label(moment: datetime, unit: str, zone: str) -> str:
    """The local bucket a moment falls into, by what clocks show: 2026-01-31, an hour 2026-01-31T13:00."""
    local = moment.astimezone(ZoneInfo(zone))
    if unit == "hour":
        return local.strftime("%Y-%m-%dT%H:00")
    return {
        "day": local.date(),
        "week": local.date() - local.weekday() * DAY,
        "month": local.date().replace(day=1),
    }[unit].isoformat()


def labels(span: Span, unit: str, zone: str) -> list[str]:
    """Every bucket that a limited span touches, in order, each once; ValueError for a span without limits.

    An hour that clocks skip is no bucket, one that they repeat is one.
    """
    if span.start is None or span.end is None:
        raise ValueError("all time has no list of buckets")
    moments, moment = [], span.start
    while moment < span.end:
        moments.append(moment)
        moment += timedelta(minutes=15) if unit == "hour" else timedelta(hours=6)
    if moments:
        moments.append(span.end - timedelta(milliseconds=1))
    return sorted({label(moment, unit, zone) for moment in moments})


def _days_of(name: str, now: datetime, zone: str, first: date | None, last: date | None) -> tuple[date, date]:
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = today - today.weekday() * DAY
    month = today.replace(day=1)
    if name == "custom":
        if first is None or last is None or last < first:
            raise ValueError("a custom period needs a first day and one not before it")
        return first, last
    return {
        "today": (today, today),
        "yesterday": (today - DAY, today - DAY),
        "this_week": (monday, monday + 6 * DAY),
        "last_week": (monday - 7 * DAY, monday - DAY),
        "this_month": (month, (month + 31 * DAY).replace(day=1) - DAY),
        "last_month": ((month - DAY).replace(day=1), month - DAY),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[name]
