"""Findings in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.captions import (
    Change,
    before_spoken,
    change_of,
    leaders_caption,
    pair_caption,
    series_caption,
    week_caption,
    world_caption,
)
from analytics.periods import period_named, period_of_dates

BERLIN = ZoneInfo("Europe/Berlin")
POINTS = [("2025-11-03", 40), ("2025-11-04", 98), ("2025-11-05", None)]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("metric", "now", "before", "direction", "words"),
    [
        ("views", 112, 100, "up", "12 % more"),
        ("views", 95, 100, "down", "5.0 % fewer"),
        ("views", 100, 100, "same", "unchanged"),
        ("views", 10_000_001, 10_000_000, "same", "unchanged"),
        ("views", 1100, 100, "up", "11 times as many"),
        ("watch_time", 674.0, 1.0, "up", "674 times as much"),
        ("views", 5, 0, "up", "up from 0"),
        ("views", 0, 0, "same", "0 as before"),
        ("views", 0, 5, "down", "100 % fewer"),
        ("watch_time", 50.0, 100.0, "down", "50 % less"),
        ("view_rate", 0.41, 0.389, "up", "2.1 points higher"),
        ("view_rate", 0.40, 0.41, "down", "1.0 point lower"),
        ("view_rate", 0.4, 0.0, "up", "40 points higher"),
        ("view_rate", None, 0.4, "none", "nothing to compare"),
        ("view_rate", 0.4, None, "none", "nothing to compare"),
    ],
)
def test_a_change_is_said_in_words(
    metric: str, now: float | None, before: float | None, direction: str, words: str
) -> None:
    change = change_of(metric, now, before)
    assert (change.direction, plain(change.words)) == (direction, words)


def test_a_time_series_says_how_much_how_it_moved_and_where_its_peak_is() -> None:
    change = change_of("views", 1204, 1075)
    caption = series_caption("views", 1204, change, "the 30 days before", POINTS, "day")
    assert plain(caption) == "1,204 views, 12 % more than the 30 days before; most on Tuesday 4 November (98)."


@pytest.mark.parametrize(
    ("metric", "total", "change", "caption"),
    [
        ("views", 1, None, "1 view."),
        ("views", 3, Change("up", "up from 0"), "3 views, after none in the week before."),
        ("views", 30, Change("up", "15 times as many", "as"), "30 views, 15 times as many as the week before."),
        ("views", 3, Change("same", "unchanged"), "3 views, as many as the week before."),
        ("views", 0, Change("same", "0 as before"), "Views: 0 in this period."),
        (
            "view_rate",
            0.414,
            Change("down", "2.0 points lower"),
            "View rate 41 %, 2.0 points lower than the week before.",
        ),
        ("view_rate", None, Change("none", ""), "There is no view rate in this period."),
        ("watch_time", 7200.0, None, "Watch time 2 h 00 m."),
    ],
)
def test_a_time_series_of_one_bucket_names_no_peak(
    metric: str, total: float | None, change: Change | None, caption: str
) -> None:
    assert plain(series_caption(metric, total, change, "the week before", [("2025-11-03", total)], "day")) == caption


def test_what_a_period_is_compared_with_has_a_name() -> None:
    now = datetime(2025, 11, 6, 12, tzinfo=UTC)
    assert before_spoken(period_named("this_month", BERLIN, now), "previous_period") == "the same days of last month"
    assert before_spoken(period_named("this_month", BERLIN, now), "previous_year") == "a year before"
    days = period_of_dates(date(2025, 3, 1), date(2025, 3, 30), BERLIN)
    assert before_spoken(days, "previous_period") == "the 30 days before"
    # The clocks change on the 30th: still one day.
    day = period_of_dates(date(2025, 3, 30), date(2025, 3, 30), BERLIN)
    assert before_spoken(day, "previous_period") == "the day before"


def test_the_week_is_told_by_its_busiest_hour_and_day() -> None:
    quiet: list[list[float | None]] = [[0] * 24 for _ in range(7)]
    assert week_caption("views", quiet) == "Views: nothing in this period."
    week = [row.copy() for row in quiet]
    week[1][14], week[1][9], week[5][3] = 60, 20, 20
    caption = "Busiest on Tuesdays 14–15 h (60); most of the week on Tuesday (80 %), least on Monday (0 %)."
    assert plain(week_caption("views", week)) == caption
    assert (
        plain(week_caption("engagement", [[None, 0.5], [0.25, None]]))
        == "Engagement is highest on Mondays 1–2 h (50 %)."
    )


def test_the_map_says_where_most_are_and_what_it_does_not_show() -> None:
    known = [("Germany", 60), ("India", 20), ("Chile", 10), ("Malta", 10)]
    assert plain(world_caption(known, [])) == "Views from 4 countries; Germany alone has 60 %."
    spread = [("Germany", 40), ("India", 30), ("Chile", 30)]
    assert plain(world_caption(spread, [("Unknown", 1200), ("Réunion", 1)])) == (
        "Views from 3 countries; Germany and India have 70 %. Not on the map: unknown (1,200), Réunion (1)."
    )
    assert plain(world_caption([("Malta", 1)], [])) == "Views from 1 country."
    assert plain(world_caption([], [("Unknown", 2)])) == (
        "No view came from a country that is known. Not on the map: unknown (2)."
    )


def test_a_breakdown_names_its_leaders() -> None:
    caption = leaders_caption(["Germany", "Austria", "France"], [41.3, 12.0, 9.8], 1204)
    assert plain(caption) == "Germany leads with 41 % of 1,204 views, then Austria (12 %) and France (9.8 %)."
    assert plain(leaders_caption(["Germany"], [100.0], 1)) == "Germany leads with 100 % of 1 view."
    assert leaders_caption([], [], 0) == "No views in this period."


def test_engagement_over_time_is_explained_with_watch_depth() -> None:
    totals = {"engagement": 0.61, "watch_depth": 0.74}
    caption = plain(
        pair_caption("engagement", "watch_depth", totals, [("2025-11-03", 0.5), ("2025-11-04", 0.7)], "day")
    )
    assert caption == (
        "A play saw 61 % of its video on average; rewatching included, watch depth is 74 %."
        " Engagement was highest on Tuesday 4 November (70 %)."
    )
    nothing = {"engagement": None, "watch_depth": None}
    assert "No play" in pair_caption("engagement", "watch_depth", nothing, [], "day")
