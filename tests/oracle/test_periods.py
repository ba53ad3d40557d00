from datetime import UTC, date, datetime

import pytest

from .periods import Span, label, labels, midnight, period, previous

BERLIN, KATHMANDU, NEW_YORK = "Europe/Berlin", "Asia/Kathmandu", "America/New_York"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(start: str, end: str) -> Span:
    return Span(utc(start), utc(end))


@pytest.mark.parametrize(
    ("name", "zone", "now", "start", "end"),
    [
        # Clocks forward in Berlin on Sunday 31 March 2024, back on Sunday 27 October 2024.
        ("today", BERLIN, "2024-03-31 12:00", "2024-03-30 23:00", "2024-03-31 22:00"),
        ("today", BERLIN, "2024-03-30 22:59", "2024-03-29 23:00", "2024-03-30 23:00"),
        ("today", BERLIN, "2024-10-27 22:59", "2024-10-26 22:00", "2024-10-27 23:00"),
        ("yesterday", BERLIN, "2024-04-01 00:00", "2024-03-30 23:00", "2024-03-31 22:00"),
        ("last_24_hours", BERLIN, "2024-10-27 12:34", "2024-10-26 12:34", "2024-10-27 12:34"),
        ("this_week", BERLIN, "2024-03-31 12:00", "2024-03-24 23:00", "2024-03-31 22:00"),
        ("this_week", BERLIN, "2024-03-31 22:00", "2024-03-31 22:00", "2024-04-07 22:00"),
        ("last_week", BERLIN, "2024-10-28 12:00", "2024-10-20 22:00", "2024-10-27 23:00"),
        ("last_week", BERLIN, "2025-01-05 12:00", "2024-12-22 23:00", "2024-12-29 23:00"),
        ("this_week", BERLIN, "2025-01-01 12:00", "2024-12-29 23:00", "2025-01-05 23:00"),
        ("this_month", BERLIN, "2024-10-27 12:00", "2024-09-30 22:00", "2024-10-31 23:00"),
        ("this_month", BERLIN, "2024-12-31 23:00", "2024-12-31 23:00", "2025-01-31 23:00"),
        ("last_month", BERLIN, "2024-03-31 12:00", "2024-01-31 23:00", "2024-02-29 23:00"),
        ("last_month", BERLIN, "2024-04-30 12:00", "2024-02-29 23:00", "2024-03-31 22:00"),
        ("last_year", BERLIN, "2025-06-01 12:00", "2023-12-31 23:00", "2024-12-31 23:00"),
        ("last_year", BERLIN, "2024-12-31 23:30", "2023-12-31 23:00", "2024-12-31 23:00"),
        ("today", KATHMANDU, "2024-02-28 18:15", "2024-02-28 18:15", "2024-02-29 18:15"),
        ("today", KATHMANDU, "2024-02-28 18:14", "2024-02-27 18:15", "2024-02-28 18:15"),
        ("last_year", KATHMANDU, "2024-12-31 18:15", "2023-12-31 18:15", "2024-12-31 18:15"),
        # Clocks forward in New York on 10 March 2024, back on 3 November 2024.
        ("today", NEW_YORK, "2024-03-10 12:00", "2024-03-10 05:00", "2024-03-11 04:00"),
        ("today", NEW_YORK, "2024-11-03 12:00", "2024-11-03 04:00", "2024-11-04 05:00"),
        ("this_month", NEW_YORK, "2024-03-01 04:59", "2024-02-01 05:00", "2024-03-01 05:00"),
    ],
)
def test_named_periods(name: str, zone: str, now: str, start: str, end: str) -> None:
    assert period(name, utc(now), zone) == span(start, end)


def test_a_custom_period_includes_its_last_day() -> None:
    found = period("custom", utc("2026-01-01"), BERLIN, date(2024, 3, 30), date(2024, 3, 31))
    assert found == span("2024-03-29 23:00", "2024-03-31 22:00")
    assert found.dates(BERLIN) == (date(2024, 3, 30), date(2024, 3, 31))
    with pytest.raises(ValueError, match="not before"):
        period("custom", utc("2026-01-01"), BERLIN, date(2024, 3, 31), date(2024, 3, 30))


def test_all_time_holds_everything_and_a_span_its_start_but_not_its_end() -> None:
    assert period("all_time", utc("2024-01-01"), BERLIN) == Span(None, None)
    assert Span(None, None).holds(utc("1970-01-01"))
    assert Span(None, None).dates(BERLIN) is None
    day = span("2024-01-01 00:00", "2024-01-02 00:00")
    assert [day.holds(utc(one)) for one in ("2023-12-31 23:59:59.999", "2024-01-01", "2024-01-02")] == [
        False,
        True,
        False,
    ]


def test_a_day_whose_midnight_is_skipped_begins_when_clocks_jump() -> None:
    assert midnight(date(2018, 11, 4), "America/Sao_Paulo") == utc("2018-11-04 03:00")  # 00:00 becomes 01:00


@pytest.mark.parametrize(
    ("name", "now", "start", "end"),
    [
        ("today", "2024-04-01 12:00", "2024-03-30 23:00", "2024-03-31 22:00"),
        ("yesterday", "2024-04-01 12:00", "2024-03-29 23:00", "2024-03-30 23:00"),
        ("last_24_hours", "2024-10-27 12:34", "2024-10-25 12:34", "2024-10-26 12:34"),
        ("this_week", "2024-04-03 12:00", "2024-03-24 23:00", "2024-03-27 23:00"),
        ("last_week", "2024-04-03 12:00", "2024-03-17 23:00", "2024-03-24 23:00"),
        ("this_month", "2024-03-10 12:00", "2024-01-31 23:00", "2024-02-10 23:00"),
        ("last_month", "2024-03-10 12:00", "2023-12-31 23:00", "2024-01-31 23:00"),
        ("last_year", "2025-03-10 12:00", "2022-12-31 23:00", "2023-12-31 23:00"),
    ],
)
def test_previous_periods(name: str, now: str, start: str, end: str) -> None:
    assert previous(name, utc(now), BERLIN) == span(start, end)


def test_a_custom_period_is_compared_with_as_many_local_days_before() -> None:
    found = previous("custom", utc("2026-01-01"), BERLIN, date(2024, 4, 1), date(2024, 4, 3))
    assert found == span("2024-03-28 23:00", "2024-03-31 22:00")


def test_all_time_is_compared_with_nothing() -> None:
    assert previous("all_time", utc("2024-01-01"), BERLIN) is None


def test_a_skipped_hour_is_no_bucket() -> None:
    hours = labels(period("today", utc("2024-03-31 12:00"), BERLIN), "hour", BERLIN)
    assert len(hours) == 23
    assert hours[:3] == ["2024-03-31T00:00", "2024-03-31T01:00", "2024-03-31T03:00"]


def test_a_repeated_hour_is_one_bucket() -> None:
    hours = labels(period("today", utc("2024-11-03 12:00"), NEW_YORK), "hour", NEW_YORK)
    assert hours == [f"2024-11-03T{hour:02}:00" for hour in range(24)]
    assert label(utc("2024-11-03 05:30"), "hour", NEW_YORK) == label(utc("2024-11-03 06:30"), "hour", NEW_YORK)


def test_24_hours_touch_25_hours_of_the_clock() -> None:
    hours = labels(period("last_24_hours", utc("2024-06-02 12:30"), KATHMANDU), "hour", KATHMANDU)
    assert (len(hours), hours[0], hours[-1]) == (25, "2024-06-01T18:00", "2024-06-02T18:00")


def test_days_weeks_and_months_that_a_period_touches() -> None:
    february = period("custom", utc("2026-01-01"), BERLIN, date(2024, 2, 28), date(2024, 3, 1))
    assert labels(february, "day", BERLIN) == ["2024-02-28", "2024-02-29", "2024-03-01"]
    assert labels(february, "week", BERLIN) == ["2024-02-26"]
    assert labels(february, "month", BERLIN) == ["2024-02-01", "2024-03-01"]
    new_year = period("custom", utc("2026-01-01"), BERLIN, date(2024, 12, 29), date(2025, 1, 1))
    assert labels(new_year, "week", BERLIN) == ["2024-12-23", "2024-12-30"]
    assert len(labels(period("last_year", utc("2025-06-01"), BERLIN), "day", BERLIN)) == 366


def test_all_time_has_no_list_of_buckets() -> None:
    with pytest.raises(ValueError, match="all time"):
        labels(Span(None, None), "day", BERLIN)


def test_a_moment_belongs_to_the_local_bucket() -> None:
    moment = utc("2024-12-31 18:15")
    assert [label(moment, unit, KATHMANDU) for unit in ("hour", "day", "week", "month")] == [
        "2025-01-01T00:00",
        "2025-01-01",
        "2024-12-30",
        "2025-01-01",
    ]
