"""Findings in words: what a reader should see in a chart, said in a sentence. Plain text, to be escaped like any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.dimensions import WEEKDAYS
from analytics.formats import (
    NBSP,
    bucket_spoken,
    count_shown,
    percent_number,
    percent_shown,
    value_shown,
)
from analytics.metrics import METRICS
from analytics.periods import DAY, Period

Point = tuple[str, float | None]
# From here on a reader thinks in multiples rather than in per cent.
MANY_TIMES = 10
# Whose hours add up to the whole.
ADDABLE = {"loads", "plays", "views", "watch_time"}
FROM_NOTHING = "up from 0"
ARROWS = {"up": "▲", "down": "▼", "same": "=", "none": ""}


@dataclass(frozen=True)
class Change:
    """How a metric moved: `direction` is up, down, same or none (nothing to compare); `words` say it by themselves.

    `joint` leads in a sentence from the words to what was compared with.
    """

    direction: str
    words: str
    joint: str = "than"

    @property
    def arrow(self) -> str:
        return ARROWS[self.direction]


def change_of(metric: str, now: float | None, before: float | None) -> Change:
    """Return the change from `before` to `now`: ratios in percentage points, everything else relative to before."""
    if now is None or before is None:
        return Change("none", "nothing to compare")
    ratio = METRICS[metric].unit == "ratio"
    if not ratio and not before:
        return Change("up", FROM_NOTHING) if now else Change("same", "0 as before")
    moved = (now - before) * 100 if ratio else (now - before) / before * 100
    size = percent_number(abs(moved))
    if float(size.replace(",", "")) == 0:
        return Change("same", "unchanged")
    direction = "up" if moved > 0 else "down"
    if ratio:
        word = "higher" if moved > 0 else "lower"
        return Change(direction, f"{size} {'point' if size == '1.0' else 'points'} {word}")
    is_count = METRICS[metric].unit == "count"
    if moved >= MANY_TIMES * 100:
        return Change(direction, f"{count_shown(now / before)} times as {'many' if is_count else 'much'}", "as")
    return Change(direction, f"{size}{NBSP}% {'more' if moved > 0 else 'fewer' if is_count else 'less'}")


def before_spoken(period: Period, comparison: str) -> str:
    """Return what a period is compared with, as it follows "than": `the 30 days before`."""
    if comparison == "previous_year":
        return "a year before"
    named = {
        "today": "all of yesterday",
        "yesterday": "the day before",
        "last_24_hours": "the 24 hours before",
        "this_week": "the same days of last week",
        "last_week": "the week before",
        "this_month": "the same days of last month",
        "last_month": "the month before",
        "last_year": "the year before",
    }
    if period.name in named:
        return named[period.name]
    if period.first_on is None or period.last_on is None:
        return "before"
    days = (period.last_on - period.first_on) // DAY + 1
    return "the day before" if days == 1 else f"the {days} days before"


def amount_spoken(metric: str, value: float) -> str:
    """Return a value with the name of what it counts: `1 view`, `1,204 views`, `view rate 41 %`."""
    label = METRICS[metric].label.lower()
    if METRICS[metric].unit == "count":
        return f"{count_shown(value)} {label.removesuffix('s') if value == 1 else label}"
    return f"{label} {value_shown(metric, value)}"


def series_caption(
    metric: str, total: float | None, change: Change | None, before: str, points: Sequence[Point], grain: str
) -> str:
    """Return the finding of a time series: how much, how it moved against `before`, and where its peak lies."""
    if not total:
        what = METRICS[metric].label.lower()
        return f"{what.capitalize()}: 0 in this period." if total == 0 else f"There is no {what} in this period."
    sentence = amount_spoken(metric, total)
    sentence = sentence[0].upper() + sentence[1:]
    if change is not None and change.words == FROM_NOTHING:
        sentence += f", after none in {before}" if before.startswith("the ") else f", after none {before}"
    elif change is not None and change.direction in {"up", "down"}:
        sentence += f", {change.words} {change.joint} {before}"
    elif change is not None and change.direction == "same":
        sentence += f", as many as {before}" if METRICS[metric].unit == "count" else f", the same as {before}"
    known = [(label, value) for label, value in points if value is not None]
    if len(known) > 1:
        label, value = max(known, key=lambda point: point[1])
        word = "most" if METRICS[metric].unit == "count" or metric == "watch_time" else "highest"
        sentence += f"; {word} {bucket_spoken(label, grain)} ({value_shown(metric, value)})"
    return f"{sentence}."


def pair_caption(first: str, second: str, totals: dict[str, Any], points: Sequence[Point], grain: str) -> str:
    """Return the finding of two ratios over time, of which `points` are the first's."""
    if totals[first] is None:
        return "No play of a video with a known duration in this period."
    sentence = f"A play saw {percent_shown(totals[first])} of its video on average"
    if totals[second] is not None:
        sentence += f"; rewatching included, {METRICS[second].label.lower()} is {percent_shown(totals[second])}"
    known = [(label, value) for label, value in points if value is not None]
    if len(known) > 1:
        label, value = max(known, key=lambda point: point[1])
        sentence += f". Engagement was highest {bucket_spoken(label, grain)} ({percent_shown(value)})"
    return f"{sentence}."


def week_caption(metric: str, values: Sequence[Sequence[float | None]]) -> str:
    """Return the finding of a metric by weekday (from Monday) and hour: the busiest hour, and how much of all it is."""
    known = [(value, day, hour) for day, row in enumerate(values) for hour, value in enumerate(row) if value]
    if not known:
        return f"{METRICS[metric].label}: nothing in this period."
    value, day, hour = max(known, key=lambda each: each[0])
    when = f"{WEEKDAYS[day].capitalize()}s {hour}–{hour + 1}{NBSP}h"
    if metric not in ADDABLE:
        return f"{METRICS[metric].label} is highest on {when} ({value_shown(metric, value)})."
    sentence = f"Busiest on {when} ({value_shown(metric, value)})"
    days = [sum(each or 0 for each in row) for row in values]
    total = sum(days)
    strong, weak = max(days), min(days)
    if strong > weak:
        names = [WEEKDAYS[days.index(each)].capitalize() for each in (strong, weak)]
        sentence += (
            f"; most of the week on {names[0]} ({percent_shown(strong / total)}), least on {names[1]}"
            f" ({percent_shown(weak / total)})"
        )
    return f"{sentence}."


def world_caption(drawn: Sequence[tuple[str, int]], not_drawn: Sequence[tuple[str, int]]) -> str:
    """Return the finding of a map: in how many countries most views are, and what has no place on it."""
    if not drawn:
        sentence = "No view came from a country that is known"
    else:
        total = sum(views for _, views in drawn)
        half, passed = 0, 0
        while 2 * passed < total:
            passed += drawn[half][1]
            half += 1
        sentence = f"Views from {len(drawn)} {'country' if len(drawn) == 1 else 'countries'}"
        if len(drawn) > 2:
            names = [name for name, _ in drawn[:half]]
            leaders = f"{', '.join(names[:-1])} and {names[-1]} have" if len(names) > 1 else f"{names[0]} alone has"
            sentence += f"; {leaders if half <= 3 else f'{half} of them have'} {percent_shown(passed / total)}"
    if not_drawn:
        rest = ", ".join(
            f"{name.lower() if name == 'Unknown' else name} ({count_shown(views)})" for name, views in not_drawn[:3]
        )
        sentence += f". Not on the map: {rest}{' and others' if len(not_drawn) > 3 else ''}"
    return f"{sentence}."


def leaders_caption(names: Sequence[str], shares: Sequence[float], total: int) -> str:
    """Return the finding of a breakdown of `total` views whose rows are ordered, largest first, shares in per cent."""
    views = f"{count_shown(total)} {'view' if total == 1 else 'views'}"
    if not names or not total:
        return "No views in this period."
    sentence = f"{names[0]} leads with {percent_number(shares[0])}{NBSP}% of {views}"
    rest = [
        f"{name} ({percent_number(share)}{NBSP}%)" for name, share in zip(names[1:3], shares[1:3], strict=True) if share
    ]
    if rest:
        sentence += f", then {' and '.join(rest)}"
    return f"{sentence}."
