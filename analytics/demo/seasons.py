"""When the demo is watched: growth, seasons, weekdays, hours, launches, and the broadcasts of the event."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from random import Random
from zoneinfo import ZoneInfo

from analytics.demo.audience import Lot
from analytics.demo.catalog import EVENT_AGE, TALKS, DemoTalk, DemoVideo

_WEEKDAYS = (1.0, 1.12, 1.1, 1.02, 0.84, 0.4, 0.5)
# By the viewer's own clock: office hours with a lunch dip, and an evening; at weekends later and flatter.
_WEEKDAY_HOURS = (6, 3, 2, 1, 1, 3, 9, 24, 58, 84, 92, 84, 62, 70, 86, 82, 66, 50, 44, 52, 60, 52, 32, 14)
_WEEKEND_HOURS = (10, 6, 3, 2, 1, 2, 4, 9, 20, 36, 48, 50, 46, 44, 46, 50, 52, 52, 50, 56, 62, 54, 36, 20)
HOURS_OF_WEEKDAYS: Lot[int] = Lot(list(enumerate(_WEEKDAY_HOURS)))
HOURS_OF_WEEKENDS: Lot[int] = Lot(list(enumerate(_WEEKEND_HOURS)))


@dataclass(frozen=True)
class Broadcast:
    """A talk of the event on its day: when it began (ms since 1970) and how long it was (s)."""

    talk: DemoTalk
    starts_ms: int
    seconds: int


@dataclass(frozen=True)
class Calendar:
    """The days that are watched: `days` of them, the last one being the day before `until`, in the zone's own days."""

    until: date
    days: int
    zone: ZoneInfo

    @property
    def first(self) -> date:
        return self.until - timedelta(days=self.days)

    @property
    def end_ms(self) -> int:
        """The midnight with which `until` begins, in ms since 1970."""
        return self.moment_ms(self.until, 0)

    def moment_ms(self, day: date, hour: int) -> int:
        """Return when a local hour begins, in ms since 1970; one that the clocks skip is the hour after it."""
        return int(datetime.combine(day, clock(hour), self.zone).timestamp()) * 1000

    def day_aged(self, age: float) -> date:
        """Return the day that lies `age` days of a year before `until`, the year being stretched to the calendar."""
        return self.until - timedelta(days=max(1, round(age * self.days / 365)))

    @property
    def event_day(self) -> date:
        """The day of the event: a Thursday, where the calendar has one before."""
        day = self.day_aged(EVENT_AGE)
        thursday = day - timedelta(days=(day.weekday() - 3) % 7)
        return thursday if thursday >= self.first else day

    def programme(self) -> list[Broadcast]:
        """Return the event's talks, in order, those that no player shows included."""
        day = self.event_day
        return [Broadcast(talk, self.moment_ms(day, talk.hour), talk.minutes * 60) for talk in TALKS]

    def broadcasts(self) -> list[Broadcast]:
        """Return the event's talks that the player shows live, in order."""
        return [broadcast for broadcast in self.programme() if broadcast.talk.live]

    def day_weight(self, day: date, rng: Random) -> float:
        """Return how busy a day is: growth over the calendar, the season, the weekday, and chance."""
        growth = 0.8 + 0.2 * (day - self.first).days / self.days
        return growth * season(day) * _WEEKDAYS[day.weekday()] * rng.lognormvariate(0, 0.08)

    def interest(self, video: DemoVideo, day: date) -> float:
        """Return how much a video is asked for on a day: by its rank, not before it is out, more when it is new."""
        if video.seconds is None:
            return 0.0
        steady = 1 / float(video.rank) ** 0.85
        if video.age > 365:
            return steady
        out = (day - self.day_aged(video.age)).days
        if out < 0:
            return 0.0
        return steady * (0.85 + 4 * math.exp(-out / 3.5) + 0.6 * math.exp(-out / 25)) + 0.3 * math.exp(-out / 3.5)


def season(day: date) -> float:
    """Return how the time of year moves everything: a summer lull, a start in September, silence at the year's end."""
    if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2):
        return 0.42
    return (1.14, 1.08, 1.04, 0.98, 0.96, 0.9, 0.7, 0.74, 1.14, 1.16, 1.14, 0.92)[day.month - 1]


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total into whole parts in proportion to the weights; the parts add up to the total."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [math.floor(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda index: parts[index] - exact[index])
    for index in by_rest[: total - sum(parts)]:
        parts[index] += 1
    return parts
