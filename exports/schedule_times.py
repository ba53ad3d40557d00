"""When a schedule runs: on local dates of a time zone, at an hour of its clocks. And how that is said."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from exports.models import Frequency, Schedule

DAY = timedelta(days=1)
WEEKDAYS = tuple(calendar.day_name)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Timing:
    """A rhythm: `weekday` (Monday is 0) counts for weekly, `month_day` for monthly ones; `hour` is 0 to 23."""

    frequency: str
    hour: int
    weekday: int = 0
    month_day: int = 1

    def is_on(self, day: date) -> bool:
        """Whether the rhythm has a run on this local date; a month that is too short has it on its last day."""
        return _IS_ON[self.frequency](self, day)


_IS_ON: dict[str, Callable[[Timing, date], bool]] = {
    Frequency.DAILY: lambda timing, day: True,
    Frequency.WEEKLY: lambda timing, day: day.weekday() == timing.weekday,
    Frequency.MONTHLY: lambda timing, day: (
        day.day == min(timing.month_day, calendar.monthrange(day.year, day.month)[1])
    ),
}


def timing_of(schedule: Schedule) -> Timing:
    """Return when the schedule runs."""
    return Timing(schedule.frequency, schedule.hour, schedule.weekday, schedule.month_day)


def next_run(timing: Timing, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first instant (UTC) later than `after` (aware) at which the rhythm has a run in `zone`.

    An hour that the clocks skip is replaced by the first instant after it; of one that they repeat, the first counts.
    """
    # From the day before: a whole date that a zone skips has its run at the beginning of the next one.
    day = after.astimezone(zone).date() - DAY
    while not (timing.is_on(day) and (moment := first_instant(day, timing.hour, zone)) > after):
        day += DAY
    return moment


def first_instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) at which the zone's clocks show this hour of this day or anything later."""
    local = datetime.combine(day, time(hour), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # Skipped: read with the offsets of both sides, the hour lies around the instant at which the clocks were changed.
    before = local.replace(fold=1).astimezone(UTC)
    while moment - before > _SECOND:
        middle = before + (moment - before) // 2
        if middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset():
            before = middle
        else:
            moment = middle
    return moment.replace(microsecond=0)


def rhythm_words(timing: Timing) -> str:
    """Return the rhythm in words, such as `every Monday at 07:00`."""
    return f"{_WORDS[timing.frequency](timing)} at {timing.hour:02}:00"


def _month_day_words(timing: Timing) -> str:
    day = timing.month_day
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    shorter = ", or its last day," if day > 28 else ""
    return f"on the {day}{ending} of every month{shorter}"


_WORDS: dict[str, Callable[[Timing], str]] = {
    Frequency.DAILY: lambda timing: "every day",
    Frequency.WEEKLY: lambda timing: f"every {WEEKDAYS[timing.weekday]}",
    Frequency.MONTHLY: _month_day_words,
}


def schedule_words(schedule: Schedule) -> str:
    """Return when the schedule runs with the time zone, such as `every Monday at 07:00 (Europe/Berlin)`."""
    return f"{rhythm_words(timing_of(schedule))} ({schedule.workspace.timezone})"
