"""Plotly figures built in Python."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest
from django.core.serializers.json import DjangoJSONEncoder

from analytics.charts import (
    ACCENT,
    BEFORE,
    DARK,
    ORANGE,
    Band,
    Box,
    Bucket,
    Country,
    bars_figure,
    boxes_figure,
    concurrency_figure,
    minutes_figure,
    pair_figure,
    series_figure,
    steps_of,
    week_figure,
    world_figure,
)
from analytics.spreads import spread_of

START = datetime(2025, 11, 3)


def buckets(*values: float | None, partial: int | None = None) -> list[Bucket]:
    return [
        Bucket(START + timedelta(days=day), value, f"{value}", before=value, is_partial=day == partial)
        for day, value in enumerate(values)
    ]


def line(figure: dict[str, Any], color: str, dash: str = "solid") -> list[float | None]:
    """Return the values of the trace drawn in that colour and dash."""
    (found,) = [t for t in figure["data"] if t.get("line", {}).get("color") == color and t["line"]["dash"] == dash]
    return list(found["y"])


def strings(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for each in part.values() for text in strings(each)]
    if isinstance(part, list | tuple):
        return [text for each in part for text in strings(each)]
    return [part] if isinstance(part, str) else []


def colors(part: Any) -> set[str]:
    return {text for text in strings(part) if text.startswith(("#", "rgb"))} - {"rgba(0,0,0,0)"}


def test_an_unfinished_bucket_is_drawn_dotted_from_the_last_whole_one() -> None:
    figure = series_figure("views", "day", buckets(5, 7, 9, partial=2), compared=False)
    assert line(figure, ACCENT) == [5, 7, None]
    assert line(figure, ACCENT, "dot") == [None, 7, 9]


def test_a_comparison_is_a_line_of_its_own_only_where_there_is_one() -> None:
    assert line(series_figure("views", "day", buckets(5, 7), compared=True), BEFORE) == [5, 7]
    figure = series_figure("views", "day", buckets(5, 7), compared=False)
    assert BEFORE not in {trace.get("line", {}).get("color") for trace in figure["data"]}


def test_gaps_of_a_ratio_stay_gaps() -> None:
    assert line(series_figure("view_rate", "day", buckets(0.5, None, 0.4), compared=False), ACCENT) == [0.5, None, 0.4]


@pytest.mark.parametrize(("seconds", "shown", "suffix"), [(90, 90, " s"), (600, 10, " m"), (36_000, 10, " h")])
def test_watch_time_has_an_axis_in_a_unit_that_suits_it(seconds: float, shown: float, suffix: str) -> None:
    figure = series_figure("watch_time", "day", buckets(seconds, seconds), compared=False)
    assert line(figure, ACCENT) == [shown, shown]
    assert figure["layout"]["yaxis"]["ticksuffix"] == suffix


def test_a_few_views_have_no_ticks_between_whole_numbers() -> None:
    assert series_figure("views", "day", buckets(1, 2), compared=False)["layout"]["yaxis"]["dtick"] == 1


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0.8, ["0 %", "20 %", "40 %", "60 %", "80 %"]),
        (1, ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (0.03, ["0 %", "1 %", "2 %", "3 %"]),
        (0.004, ["0 %", "0.1 %", "0.2 %", "0.3 %", "0.4 %"]),
        (25, ["0 %", "500 %", "1,000 %", "1,500 %", "2,000 %", "2,500 %"]),
    ],
)
def test_a_ratios_axis_is_in_per_cent_as_texts_have_it(largest: float, ticks: list[str]) -> None:
    axis = series_figure("engagement", "day", buckets(largest, 0), compared=False)["layout"]["yaxis"]
    assert [tick.replace("\u00a0", " ") for tick in axis["ticktext"]] == ticks
    assert axis["tickvals"][0] == 0
    assert axis["tickvals"][-1] <= axis["range"][1]


def test_what_the_pointer_is_told_comes_from_the_server() -> None:
    figure = series_figure("views", "day", buckets(5, 7), compared=False)
    assert [text for trace in figure["data"] for text in trace.get("customdata", ())] == ["5", "7"]


def test_two_ratios_are_told_apart_by_colour() -> None:
    figure = pair_figure("day", [buckets(0.5, 0.6), buckets(0.7, 0.8)], "ratio")
    assert line(figure, ACCENT) == [0.5, 0.6]
    assert line(figure, ORANGE) == [0.7, 0.8]


MOMENTS = [datetime(2026, 6, 1, 12, minute) for minute in range(3)]
BOXES = [Box("<b>One", spread_of([1.0, 3.0]), "said"), Box("Two", spread_of([2.0]), "", ((2.0, "it"),))]
BAND = Band(MOMENTS[0], MOMENTS[2], "1")
FIGURES = {
    "series": series_figure("views", "day", buckets(5, 7, partial=1), compared=True),
    "ratios": pair_figure("day", [buckets(0.5, 0.6), buckets(0.7, 0.8)], "ratio"),
    "bars": bars_figure([("Germany", 12, "12 · 80 %"), ("<b>Nowhere</b>", 3, "3 · 20 %")]),
    "no bars": bars_figure([]),
    "boxes": boxes_figure(BOXES, "count"),
    "concurrency": concurrency_figure(MOMENTS, [1, 3], ["a", "b"], (MOMENTS[1], 3), [BAND]),
    "minutes": minutes_figure(MOMENTS, [1, 0, 3], ["a", "b", "c"]),
    "week": week_figure([[place or None for place in range(24)]] * 7, [["said"] * 24] * 7),
    "world": world_figure("/static/shapes.json", [Country("DE", 5, "Germany<br>5 views", "/?x")], steps_of([5])),
    "empty world": world_figure("/static/shapes.json", [], steps_of([])),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_understands_every_figure(name: str) -> None:
    go.Figure(json.loads(json.dumps(FIGURES[name], cls=DjangoJSONEncoder)))


def test_every_colour_has_a_counterpart_in_the_dark() -> None:
    assert colors(list(FIGURES.values())) <= set(DARK)


def test_the_longest_bar_leaves_room_for_the_numbers_and_labels_are_no_markup() -> None:
    bars, labels, numbers = FIGURES["bars"]["data"]
    assert max(bars["x"]) < FIGURES["bars"]["layout"]["xaxis"]["range"][1] == numbers["x"][0]
    assert labels["text"] == ["  Germany", "  &lt;b&gt;Nowhere&lt;/b&gt;"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_chart_of_next_to_nothing_is_still_a_figure(count: int) -> None:
    figure = series_figure("views", "hour", buckets(*[3] * count), compared=True)
    assert json.loads(json.dumps(figure, cls=DjangoJSONEncoder))["data"]
