"""Numbers as people read them: counts, durations, shares, moments of a video, dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from analytics.metrics import METRICS
from analytics.periods import Period

NBSP = "\u00a0"
NOTHING = "–"


def count_shown(value: float) -> str:
    """Return a count with thousands separators: `1,204`."""
    return f"{value:,.0f}"


def percent_number(percent: float) -> str:
    """Return per cent without the sign: one decimal below 10, none from there on and at 0 itself."""
    return f"{percent:.1f}" if 0 < abs(percent) < 9.95 else f"{percent:,.0f}"


def percent_shown(ratio: float) -> str:
    """Return a ratio in per cent: `9.8 %`, `41 %`, `0 %`."""
    return f"{percent_number(ratio * 100)}{NBSP}%"


def part_shown(ratio: float | None) -> str:
    """Return a ratio in per cent, a dash where there is none."""
    return NOTHING if ratio is None else percent_shown(ratio)


def duration_shown(seconds: float) -> str:
    """Return seconds as `0.42 s`, `42 s`, `4 m 05 s`, `3 h 12 m` or, from 100 hours on, `1,204 h`."""
    if 0 < seconds < 0.995:
        return f"{seconds:.2f}{NBSP}s"
    if 0 < seconds < 9.95 and round(seconds, 1) != round(seconds):
        return f"{seconds:.1f}{NBSP}s"
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole}{NBSP}s"
    if whole < 3600:
        return f"{whole // 60}{NBSP}m {whole % 60:02}{NBSP}s"
    minutes = int(seconds / 60 + 0.5)
    if minutes < 6000:
        return f"{minutes // 60}{NBSP}h {minutes % 60:02}{NBSP}m"
    return f"{seconds / 3600:,.0f}{NBSP}h"


def clock_shown(seconds: float) -> str:
    """Return a moment of a video as a player shows it, cut to the second: `1:05`, `1:02:03`."""
    whole = int(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02}"
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def passage_shown(begin: float, end: float) -> str:
    """Return a passage of a video: `0:42–0:51`."""
    return f"{clock_shown(begin)}–{clock_shown(end)}"


def value_shown(metric: str, value: Any) -> str:
    """Return a metric's value in its unit; a dash where there is none."""
    if value is None:
        return NOTHING
    unit = METRICS[metric].unit
    if unit == "ratio":
        return percent_shown(value)
    if unit == "seconds":
        return duration_shown(value)
    return f"{value:.1f}" if unit == "score" else count_shown(value)


def day_shown(day: date) -> str:
    """Return `3 November 2025`."""
    return f"{day.day} {day:%B %Y}"


def days_shown(first_on: date, last_on: date) -> str:
    """Return a range of days without saying twice what they share: `3–9 November 2025`."""
    if first_on == last_on:
        return day_shown(first_on)
    if (first_on.year, first_on.month) == (last_on.year, last_on.month):
        return f"{first_on.day}–{day_shown(last_on)}"
    if first_on.year == last_on.year:
        return f"{first_on.day} {first_on:%B} – {day_shown(last_on)}"
    return f"{day_shown(first_on)} – {day_shown(last_on)}"


def period_shown(period: Period) -> str:
    """Return the period's days in words."""
    if period.first_on is None or period.last_on is None:
        return "From the first session until now"
    return days_shown(period.first_on, period.last_on)


def period_in_name(period: Period) -> str:
    """Return the period's days as they stand in a file's name: `2025-11-03-to-2025-11-09`."""
    whole = period.first_on and period.last_on
    return f"{period.first_on}-to-{period.last_on}" if whole else period.name.replace("_", "-")


def bucket_shown(label: str, grain: str) -> str:
    """Return a bucket (by its label, the local start) for a table or a tooltip: `Tue 3 Nov 2025, 14:00–15:00`."""
    start = datetime.fromisoformat(label)
    if grain == "month":
        return f"{start:%B %Y}"
    if grain == "week":
        return f"Week of {start.day} {start:%b %Y}"
    day = f"{start:%a} {start.day} {start:%b %Y}"
    return f"{day}, {start:%H:%M}–{start + timedelta(hours=1):%H:%M}" if grain == "hour" else day


def bucket_spoken(label: str, grain: str) -> str:
    """Return a bucket as it stands in a sentence: `on Tuesday 3 November`, `in the week of 3 November`."""
    start = datetime.fromisoformat(label)
    if grain == "month":
        return f"in {start:%B %Y}"
    if grain == "week":
        return f"in the week of {start.day} {start:%B %Y}"
    day = f"on {start:%A} {start.day} {start:%B}"
    return f"{day}, {start:%H:%M}–{start + timedelta(hours=1):%H:%M}" if grain == "hour" else day
