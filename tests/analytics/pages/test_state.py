"""What a page's address asks for, and the address written again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from analytics.pages.state import PERIODS, State, grain_by_default, grains_offered, state_of
from analytics.periods import LABELS
from analytics.sessions import Filter

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 11, 5, 23, 30, tzinfo=UTC)  # the 6th in Berlin


def state(query: str = "") -> State:
    return state_of(QueryDict(query), "/", BERLIN, NOW)


def test_without_a_query_the_last_30_days_are_compared_with_those_before() -> None:
    found = state()
    assert (found.period.first_on, found.period.last_on) == (date(2025, 10, 8), date(2025, 11, 6))
    assert (found.chosen, found.compare, found.metric, found.grain) == ("last_30_days", "previous_period", "views", "")
    assert found.notices == ()


@pytest.mark.parametrize("name", LABELS)
def test_every_named_period_can_be_asked_for(name: str) -> None:
    found = state(f"period={name}")
    assert (found.chosen, found.period.name, found.notices) == (name, name, ())
    assert name in PERIODS


@pytest.mark.parametrize("query", ["from=2025-03-01&to=2025-03-30", "period=custom&from=2025-03-01&to=2025-03-30"])
def test_custom_dates_are_inclusive(query: str) -> None:
    found = state(query)
    assert found.chosen == "custom"
    assert (found.period.first_on, found.period.last_on) == (date(2025, 3, 1), date(2025, 3, 30))


def test_dates_beside_a_named_period_count_for_nothing() -> None:
    assert state("period=today&from=2025-03-01&to=2025-03-30").period.name == "today"


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("period=fortnight", "fortnight"),
        ("period=custom", "Custom dates"),
        ("from=2025-03-01", "Custom dates"),
        ("from=2025-02-30&to=2025-03-01", "Custom dates"),
        ("from=2025-03-02&to=2025-03-01", "before it begins"),
        ("from=0001-01-01&to=2025-03-01", "between"),
        ("metric=fame", "fame"),
        ("metric=reactions", "reactions"),
        ("grain=second", "second"),
        ("compare=everything", "everything"),
        ("filter=country", "country"),
        ("filter=planet:in:Mars", "planet"),
        ("filter=day:in:x", "day"),
        ("filter=live:in:maybe", "live"),
        ("filter=country:like:D", "like"),
    ],
)
def test_what_is_not_understood_is_said_and_the_default_shown(query: str, notice: str) -> None:
    found = state(query)
    assert notice in found.notices[0]
    assert found.url() == "/"


def test_filters_on_one_dimension_are_one_filter_with_several_values() -> None:
    found = state("filter=country:in:DE&filter=country:in:AT&filter=device:not_in:tv&filter=domain:in:")
    assert found.filters == (
        Filter("country", "in", ("DE", "AT")), Filter("device", "not_in", ("tv",)), Filter("domain", "in", (None,)),
    )  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "", "period=this_month", "from=2025-03-01&to=2025-03-30", "compare=none", "compare=previous_year",
        "metric=view_rate&grain=week", "filter=country%3Ain%3ADE&filter=country%3Ain%3AAT",
        "filter=page%3Ain%3Ahttps%3A%2F%2Fexample.com%2F%3Fa%3D1%26b%3D2", "filter=domain%3Ain%3A",
    ],
)  # fmt: skip
def test_an_address_written_again_is_the_same(query: str) -> None:
    assert state(query).url() == (f"/?{query}" if query else "/")


def test_an_address_can_be_changed_in_one_part() -> None:
    found = state("period=this_month&filter=country%3Ain%3ADE")
    assert found.url(metric="loads") == "/?period=this_month&metric=loads&filter=country%3Ain%3ADE"
    assert found.filtered_url("country", "AT") == "/?period=this_month&filter=country%3Ain%3AAT"
    assert found.filtered_url("device", None) == "/?period=this_month&filter=country%3Ain%3ADE&filter=device%3Ain%3A"
    assert found.without_filter_url(found.filters[0]) == "/?period=this_month"


def test_there_is_nothing_before_all_time() -> None:
    assert state("period=all_time").compare == ""
    assert state("period=all_time&compare=previous_year").compare == ""


@pytest.mark.parametrize(
    ("days", "offered", "default"),
    [
        (1, ("hour",), "hour"),
        (2, ("hour", "day"), "hour"),
        (7, ("hour", "day"), "day"),
        (30, ("day", "week"), "day"),
        (365, ("day", "week", "month"), "week"),
        (3000, ("week", "month"), "month"),
        (20_000, ("month",), "month"),
    ],
)
def test_grains_make_charts_that_can_be_read(days: int, offered: tuple[str, ...], default: str) -> None:
    assert grains_offered(days) == offered
    assert grain_by_default(days) == default in offered
