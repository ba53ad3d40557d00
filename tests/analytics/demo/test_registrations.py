"""Who registers for the demo's event: believable, and the same for the same seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from analytics.demo.catalog import TALKS
from analytics.demo.registrations import DemoRegistration, registrations_drawn
from analytics.demo.sessions import DemoPlan, DemoYear

UNTIL = date(2026, 11, 21)


def walked(sessions: int = 20_000, days: int = 365, seed: int = 1) -> tuple[DemoYear, list[DemoRegistration]]:
    year = DemoYear(DemoPlan(sessions, days, seed, UNTIL))
    for _ in year.lines():
        pass
    return year, list(registrations_drawn(year))


@pytest.fixture(scope="module")
def usual() -> tuple[DemoYear, list[DemoRegistration]]:
    return walked()


def test_the_same_seed_registers_the_same_people_and_another_seed_others() -> None:
    first, again, other = (walked(2_000, seed=seed)[1] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_talk_has_its_registrations_each_address_once(usual: tuple[DemoYear, list[DemoRegistration]]) -> None:
    _, drawn = usual
    for talk in TALKS:
        emails = [each.email for each in drawn if each.talk == talk.key]
        assert len(emails) == len(set(emails)) == round(20_000 * talk.attendance * 1.45)
    assert all(
        each.email.isascii() and each.email.endswith((".example", "example.com", "example.org")) for each in drawn
    )
    assert len({each.email for each in drawn}) < len(drawn) * 0.8, "many register for several talks"


def test_most_of_those_known_to_attend_registered_and_most_who_registered_stay_away(
    usual: tuple[DemoYear, list[DemoRegistration]],
) -> None:
    year, drawn = usual
    attended = year.attended["keynote"]
    registered = {each.email: each.name for each in drawn if each.talk == "keynote"}
    both = attended.keys() & registered
    assert 0.7 < len(both) / len(attended) < 0.98
    assert all(registered[email] == attended[email].name for email in both)


def test_registrations_come_in_the_weeks_before_and_none_after_the_beginning(
    usual: tuple[DemoYear, list[DemoRegistration]],
) -> None:
    year, drawn = usual
    begins = datetime.fromtimestamp(year.calendar.programme()[0].starts_ms / 1000, UTC)
    ahead = [begins - each.registered_at for each in drawn]
    assert timedelta(0) < min(ahead)
    assert max(ahead) < timedelta(days=44)
    assert sum(each < timedelta(days=7) for each in ahead) > len(ahead) / 3


@pytest.mark.parametrize(("sessions", "days"), [(1, 1), (40, 3), (500, 2)])
def test_small_demos_have_some_too(sessions: int, days: int) -> None:
    assert len(walked(sessions, days)[1]) == 24 * len(TALKS)
