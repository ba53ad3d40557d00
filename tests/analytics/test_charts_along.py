"""Figures along a video."""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest
from django.core.serializers.json import DjangoJSONEncoder

from analytics.actions import NamedAction, cut_of
from analytics.charts import ACCENT, BEFORE, DARK, ORANGE, curve_figure, lanes_figure, parts_figure, stacked_figure
from analytics.curves import PARTS, Buckets, Curve, PartCurve
from analytics.moments import DropOff, HotSpot, Moments
from tests.analytics.test_charts import colors, line

CURVE = Curve(Buckets(4_000), [10, 8, 5, 5], [0, 2, 0, 0], [0, 1, 0, 0])
NOTHING = Moments(enough=True)
LIKE = NamedAction("reaction", "like", 5, 0, (3, 0, 0, 2))
EVIL = NamedAction("reaction", "<b>evil", 1, 0, (0, 0, 0, 1))


def test_the_curve_lies_over_the_videos_own_time_with_rewatches_on_top() -> None:
    figure = curve_figure(CURVE, 10, NOTHING)
    assert line(figure, ACCENT) == [1.0, 1.0, 0.8, 0.5, 0.5, 0.5]
    assert line(figure, ORANGE) == [1.0, 1.0, 1.0, 0.5, 0.5, 0.5]
    assert list(figure["layout"]["xaxis"]["range"]) == [0, 4]
    assert list(figure["layout"]["xaxis"]["ticktext"]) == ["0:00", "0:01", "0:02", "0:03", "0:04"]
    [said] = [trace["customdata"] for trace in figure["data"] if "customdata" in trace]
    assert said[1].replace("\u00a0", " ") == "0:01<br>80 % of plays (8)<br>2 rewatches"


def test_moments_are_bands_behind_the_curve() -> None:
    moments = Moments(True, (HotSpot(1, 2, 0.3),), (DropOff(2.5, 3.5, 4, 0.5),))
    shapes = curve_figure(CURVE, 10, moments)["layout"]["shapes"]
    assert [(each["x0"], each["x1"], each["layer"]) for each in shapes] == [(1, 2, "below"), (2.5, 3.5, "below")]
    assert shapes[0]["fillcolor"] != shapes[1]["fillcolor"]


@pytest.mark.parametrize("seconds", [1, 59, 300, 754, 5_400, 604_800])
def test_a_curve_of_any_length_has_few_ticks(seconds: int) -> None:
    count = Buckets(seconds * 1000).count
    curve = Curve(Buckets(seconds * 1000), [1] * count, [0] * count, [0] * count)
    assert 2 <= len(curve_figure(curve, 1, NOTHING)["layout"]["xaxis"]["tickvals"]) <= 50


def test_an_action_has_a_lane_with_dots_where_it_happened() -> None:
    shown = NamedAction("cta", "Buy & go", 5, 1, (1, 0, 4, 0))
    pressed = NamedAction("click", "x", 1, 0, (0, 1, 0, 0))
    figure = lanes_figure([shown, pressed], ["Buy & go", "x"], cut_of(4_000), CURVE, 10)
    ground, first, second = figure["data"]
    assert list(ground["y"]) == [1.0, 1.0, 0.8, 0.5, 0.5, 0.5]
    assert (list(first["x"]), list(first["y"])) == ([0.5, 2.5], [0, 0])
    assert (list(second["x"]), list(second["y"])) == ([1.5], [1])
    assert first["marker"]["size"][0] < first["marker"]["size"][1]
    assert first["marker"]["color"] != second["marker"]["color"]
    assert first["customdata"][1] == "0:02–0:03<br>Buy &amp; go: 4"
    assert [each["text"] for each in figure["layout"]["annotations"]] == ["Buy &amp; go", "x"]


def test_reactions_are_stacked_and_say_their_names_where_they_are() -> None:
    figure = stacked_figure([LIKE, EVIL], ["like", "<b>evil"], cut_of(4_000))
    assert [list(trace["y"]) for trace in figure["data"]] == [[3, 0, 0, 2], [0, 0, 0, 1], [3, 0, 0, 3]]
    said = figure["data"][-1]["customdata"]
    assert said[0] == "0:00–0:01<br>like: 3"
    assert said[3] == "0:03–0:04<br>like: 2<br>&lt;b&gt;evil: 1"


def test_curves_of_several_videos_share_the_hundredths_of_each() -> None:
    own, average = PartCurve(4, [0.5] * PARTS), PartCurve(9, [0.25] * PARTS)
    figure = parts_figure([("Average", average, BEFORE), ("Mine", own, ACCENT)])
    assert line(figure, ACCENT) == own.parts
    assert line(figure, BEFORE) == average.parts
    assert (
        figure["data"][-1]["customdata"][0].replace("\u00a0", " ")
        == "0.5 % of the video<br>Mine: 50 %<br>Average: 25 %"
    )
    assert list(figure["layout"]["xaxis"]["ticktext"]) == [f"{part}\u00a0%" for part in range(0, 101, 20)]


KINDS = [NamedAction(kind, kind, 1, 0, (1, 0, 0, 0)) for kind in ("cta", "annotation", "turnstile", "click", "share")]
FIGURES = {
    "curve": curve_figure(CURVE, 10, Moments(True, (HotSpot(1, 2, 0.3),), (DropOff(2, 3, 4, 0.5),))),
    "lanes": lanes_figure(KINDS, [each.name for each in KINDS], cut_of(4_000), CURVE, 10),
    "stacked": stacked_figure([LIKE] * 6, ["like"] * 6, cut_of(4_000)),
    "parts": parts_figure([("A", PartCurve(1, [0.0] * PARTS), ORANGE)]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_plotly_understands_every_figure(name: str) -> None:
    go.Figure(json.loads(json.dumps(FIGURES[name], cls=DjangoJSONEncoder)))


def test_every_colour_has_a_counterpart_in_the_dark() -> None:
    found = colors(list(FIGURES.values()))
    assert len(found) > 12
    assert found <= set(DARK)
