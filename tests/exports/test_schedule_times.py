"""When schedules run, against a scan of every minute of the clock."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.models import Frequency, Schedule
from exports.schedule_times import Timing, first_instant, next_run, rhythm_words, schedule_words
from videos.models import Workspace

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu")
# Half an hour of daylight saving, clocks changed at midnight, and a zone that had no 30 December 2011.
ODD_ZONES = ("Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Pacific/Apia", "Asia/Beirut")


def scanned(timing: Timing, zone: ZoneInfo, after: datetime) -> datetime:
    """The oracle: watch the clock on the wall minute by minute, and note when it first reaches each planned time."""
    moment = after.replace(second=0, microsecond=0) - 3 * DAY
    latest = moment.astimezone(zone).replace(tzinfo=None)
    while True:
        moment += MINUTE
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if wall > latest:
            day = latest.date()
            while day <= wall.date():
                planned = datetime(day.year, day.month, day.day, timing.hour)
                if planned_on(timing, day) and latest < planned <= wall and moment > after:
                    return moment
                day += DAY
            latest = wall


def planned_on(timing: Timing, day: date) -> bool:
    if timing.frequency == "weekly":
        return calendar.weekday(day.year, day.month, day.day) == timing.weekday
    if timing.frequency == "monthly":
        is_last = (day + DAY).month != day.month
        return day.day == timing.month_day or (is_last and timing.month_day > day.day)
    return True


timings = st.builds(
    Timing,
    frequency=st.sampled_from(list(Frequency)),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    month_day=st.integers(1, 31),
)
# Whole minutes and the instants just beside them; half of the days near the changes of clocks, leap days, month ends.
interesting = st.sampled_from(
    [
        *(date(2026, 3, day) for day in (7, 8, 9, 28, 29, 30)),
        *(date(2026, 10, day) for day in (23, 24, 25, 26, 30)),
        *(date(2026, 11, day) for day in (1, 2, 30)),
        *(date(2028, 2, day) for day in (27, 28, 29)),
        *(date(2026, 2, day) for day in (27, 28)),
        date(2026, 12, 31),
        date(2011, 12, 29),
        date(2026, 4, 5),
        date(2026, 4, 23),
    ]
)
days = st.one_of(interesting, st.dates(date(2010, 1, 1), date(2035, 12, 31)))


@settings(max_examples=60)
@given(timing=timings, zone=st.sampled_from(ZONES + ODD_ZONES), day=days, seconds=st.integers(0, 86_399))
def test_the_next_run_is_the_one_that_a_watched_clock_reaches_first(
    timing: Timing, zone: str, day: date, seconds: int
) -> None:
    after = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)
    assert next_run(timing, ZoneInfo(zone), after) == scanned(timing, ZoneInfo(zone), after)


@given(timing=timings, zone=st.sampled_from(ZONES + ODD_ZONES), day=days)
def test_the_run_after_a_run_is_a_later_one_and_none_is_left_out(timing: Timing, zone: str, day: date) -> None:
    run = datetime(day.year, day.month, day.day, tzinfo=UTC)
    runs: list[datetime] = []
    for _ in range(5):
        run = next_run(timing, ZoneInfo(zone), run)
        assert not runs or run > runs[-1]
        # Asked a moment before, it is still the same run.
        assert next_run(timing, ZoneInfo(zone), run - MINUTE / 60) == run
        runs.append(run)


def runs(timing: Timing, zone: str, after: str, count: int) -> list[str]:
    found, moment = [], datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for _ in range(count):
        moment = next_run(timing, ZoneInfo(zone), moment)
        found.append(moment.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("timing", "zone", "after", "expected"),
    [
        (  # 02:00 to 03:00 does not exist on 29 March: the first instant after it
            Timing("daily", 2),
            "Europe/Berlin",
            "2026-03-28T12:00",
            ["2026-03-29T03:00+02:00", "2026-03-30T02:00+02:00"],
        ),
        (  # and exists twice on 25 October: the first of them, once
            Timing("daily", 2),
            "Europe/Berlin",
            "2026-10-24T12:00",
            ["2026-10-25T02:00+02:00", "2026-10-26T02:00+01:00"],
        ),
        (
            Timing("weekly", 2, weekday=6),
            "America/New_York",
            "2026-03-02T00:00",
            ["2026-03-08T03:00-04:00", "2026-03-15T02:00-04:00"],
        ),
        (
            Timing("weekly", 1, weekday=6),
            "America/New_York",
            "2026-10-26T00:00",
            ["2026-11-01T01:00-04:00", "2026-11-08T01:00-05:00"],
        ),
        (  # the same hour of the clock in summer and winter
            Timing("daily", 7),
            "Europe/Berlin",
            "2026-03-28T07:00",
            ["2026-03-29T07:00+02:00", "2026-03-30T07:00+02:00"],
        ),
        (
            Timing("daily", 0),
            "Asia/Kathmandu",
            "2026-01-01T00:00",
            ["2026-01-02T00:00+05:45", "2026-01-03T00:00+05:45"],
        ),
        (
            Timing("monthly", 7, month_day=31),
            "Europe/Berlin",
            "2028-01-31T07:00",
            ["2028-02-29T07:00+01:00", "2028-03-31T07:00+02:00", "2028-04-30T07:00+02:00", "2028-05-31T07:00+02:00"],
        ),
        (
            Timing("monthly", 7, month_day=29),
            "America/New_York",
            "2026-01-29T07:00",
            ["2026-02-28T07:00-05:00", "2026-03-29T07:00-04:00"],
        ),
        (  # midnight itself is skipped in Havana
            Timing("daily", 0),
            "America/Havana",
            "2026-03-07T12:00",
            ["2026-03-08T01:00-04:00", "2026-03-09T00:00-04:00"],
        ),
        (  # clocks put forward by half an hour
            Timing("daily", 2),
            "Australia/Lord_Howe",
            "2026-10-03T12:00",
            ["2026-10-04T02:30+11:00", "2026-10-05T02:00+11:00"],
        ),
    ],
)
def test_days_on_which_the_clocks_change_and_months_end(
    timing: Timing, zone: str, after: str, expected: list[str]
) -> None:
    assert runs(timing, zone, after, len(expected)) == expected


def test_a_date_that_was_skipped_has_its_run_when_the_next_one_begins() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert first_instant(date(2011, 12, 30), 7, apia).astimezone(apia).isoformat() == "2011-12-31T00:00:00+14:00"


@pytest.mark.parametrize(
    ("timing", "words"),
    [
        (Timing("daily", 7), "every day at 07:00"),
        (Timing("weekly", 18, weekday=0), "every Monday at 18:00"),
        (Timing("monthly", 0, month_day=1), "on the 1st of every month at 00:00"),
        (Timing("monthly", 7, month_day=12), "on the 12th of every month at 07:00"),
        (Timing("monthly", 7, month_day=22), "on the 22nd of every month at 07:00"),
        (Timing("monthly", 7, month_day=31), "on the 31st of every month, or its last day, at 07:00"),
    ],
)
def test_a_rhythm_in_words(timing: Timing, words: str) -> None:
    assert rhythm_words(timing) == words


def test_the_words_name_the_workspaces_time_zone() -> None:
    schedule = Schedule(workspace=Workspace(timezone="Asia/Kathmandu"), frequency="weekly", hour=7, weekday=4)
    assert schedule_words(schedule) == "every Friday at 07:00 (Asia/Kathmandu)"
