"""Numbers as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.formats import (
    bucket_shown,
    bucket_spoken,
    clock_shown,
    days_shown,
    duration_shown,
    percent_shown,
    value_shown,
)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"), (0.4, "0.40 s"), (0.996, "1 s"), (1.04, "1 s"), (1.06, "1.1 s"),
        (7.94, "7.9 s"), (7.97, "8 s"), (42, "42 s"), (59.6, "1 m 00 s"), (245, "4 m 05 s"),
        (3599.7, "1 h 00 m"), (11_520, "3 h 12 m"), (359_990, "100 h"), (4_334_400, "1,204 h"),
    ],
)  # fmt: skip
def test_durations_are_in_hours_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert duration_shown(seconds).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0, "0 %"),
        (0.0004, "0.0 %"),
        (0.098, "9.8 %"),
        (0.0996, "10 %"),
        (0.414, "41 %"),
        (1, "100 %"),
        (12.5, "1,250 %"),
    ],
)
def test_percentages_have_one_decimal_below_ten(ratio: float, shown: str) -> None:
    assert percent_shown(ratio).replace("\u00a0", " ") == shown


def test_every_unit_has_its_form_and_nothing_is_a_dash() -> None:
    shown = [value_shown("views", 1204), value_shown("watch_time", 42.0), value_shown("view_rate", 0.5)]
    assert [text.replace("\u00a0", " ") for text in shown] == ["1,204", "42 s", "50 %"]
    assert value_shown("engagement_score", 7.25) == "7.2"
    assert value_shown("view_rate", None) == "–"


def test_a_moment_of_a_video_is_what_the_player_shows() -> None:
    assert [clock_shown(at) for at in (0, 65.9, 3723)] == ["0:00", "1:05", "1:02:03"]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        ((2025, 11, 3), (2025, 11, 3), "3 November 2025"),
        ((2025, 11, 3), (2025, 11, 9), "3–9 November 2025"),
        ((2025, 10, 30), (2025, 11, 9), "30 October – 9 November 2025"),
        ((2024, 12, 30), (2025, 1, 5), "30 December 2024 – 5 January 2025"),
    ],
)
def test_a_range_of_days_says_nothing_twice(first: tuple[int, ...], last: tuple[int, ...], shown: str) -> None:
    assert days_shown(date(*first), date(*last)) == shown


def test_buckets_are_named_in_tables_and_in_sentences() -> None:
    assert bucket_shown("2025-11-04T14:00", "hour") == "Tue 4 Nov 2025, 14:00–15:00"
    assert bucket_shown("2025-11-03", "week") == "Week of 3 Nov 2025"
    assert bucket_spoken("2025-11-04", "day") == "on Tuesday 4 November"
    assert bucket_spoken("2025-11-01", "month") == "in November 2025"
