"""Who registers for the demo's event: many of those who come, and many who do not, most in the weeks before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from analytics.demo.audience import registrant_drawn
from analytics.demo.seasons import HOURS_OF_WEEKDAYS, HOURS_OF_WEEKENDS, Calendar
from analytics.demo.sessions import DemoYear

_ANNOUNCED_DAYS = 42
# Of a talk's registrations to those who attend; not all who attend have registered under the address we know.
_REGISTERED_PER_ATTENDEE = 1.45
_KNOWN_REGISTERED = 0.85
_ALSO_ELSEWHERE = 0.55
_FEWEST, _MOST = 24, 2_000


@dataclass(frozen=True)
class DemoRegistration:
    """Somebody who means to attend a talk (its key); `registered_at` is in UTC and before the event."""

    talk: str
    email: str
    name: str
    registered_at: datetime


def registrations_drawn(year: DemoYear) -> Iterator[DemoRegistration]:
    """Yield the event's registrations, talk by talk; the year's lines must have been walked to their end.

    The same plan gives the same registrations.
    """
    # Draws a pastime, guards nothing.
    rng = Random(f"viewprint demo registrations {year.plan.seed}")  # noqa: S311
    people: dict[str, tuple[str, datetime]] = {}
    for broadcast in year.calendar.programme():
        talk = broadcast.talk
        expected = round(year.plan.sessions * talk.attendance * _REGISTERED_PER_ATTENDEE)
        total = min(max(expected, _FEWEST), _MOST)
        known = [person for person in year.attended[talk.key].values() if rng.random() < _KNOWN_REGISTERED]
        chosen = {person.email: person.name for person in known[:total]}
        elsewhere = list(people)
        while len(chosen) < total:
            if elsewhere and rng.random() < _ALSO_ELSEWHERE:
                email = elsewhere.pop(rng.randrange(len(elsewhere)))
                name = people[email][0]
            else:
                email, name = registrant_drawn(rng, people.keys() | chosen.keys())
            chosen[email] = name
        for email, name in chosen.items():
            if email not in people:
                people[email] = name, _moment_drawn(rng, year.calendar)
            # One form for the whole event, its boxes ticked one after the other.
            people[email] = name, people[email][1] + timedelta(milliseconds=rng.randrange(400, 9_000))
            yield DemoRegistration(talk.key, email, name, people[email][1])


def _moment_drawn(rng: Random, calendar: Calendar) -> datetime:
    """Return when somebody registers: after the announcement, in between, or after the last reminder."""
    chance = rng.random()
    if chance < 0.3:
        before = _ANNOUNCED_DAYS - rng.expovariate(1 / 3)
    elif chance < 0.62:
        before = rng.random() * _ANNOUNCED_DAYS
    else:
        before = rng.expovariate(1 / 3)
    day = calendar.event_day - timedelta(days=round(min(max(before, 0), _ANNOUNCED_DAYS)))
    hour = (HOURS_OF_WEEKDAYS if day.weekday() < 5 else HOURS_OF_WEEKENDS).draw(rng)
    at_ms = calendar.moment_ms(day, hour) + rng.randrange(3_600_000)
    begins_ms = calendar.programme()[0].starts_ms
    if at_ms >= begins_ms - 60_000:
        at_ms = begins_ms - rng.randrange(60_000, 7_200_000)
    return datetime.fromtimestamp(at_ms // 1000, UTC)
