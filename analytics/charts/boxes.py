"""Boxes: how a metric spreads over the videos of each of several groups, lying one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.charts.look import (
    ACCENT,
    ACCENT_SOFT,
    CLEAR,
    FONT,
    GRID,
    HOVER_LABEL,
    INK,
    ORANGE,
    ORANGE_SOFT,
    TEXT,
    escaped,
    figure_of,
    percent_ticks,
)
from analytics.spreads import Spread

ROW, AXIS = 64, 40
LONGEST_LABEL = 60
# Below a group's name; and its videos, one above the other, so that equal ones can be told apart.
BOX, POINTS = 0.14, (0.02, 0.22, 0.10, 0.27, 0.06)


@dataclass(frozen=True)
class Box:
    """A group: its name, its spread and what is said of it; `points` are its videos, each with what is said of it."""

    label: str
    spread: Spread
    said: str
    points: tuple[tuple[float, str], ...] = ()


def boxes_height(count: int) -> int:
    """Return how many pixels a figure of so many boxes takes."""
    return ROW * count + AXIS


def boxes_figure(boxes: Sequence[Box], unit: str) -> dict[str, Any]:
    """Return the boxes, the first on top, over an axis in a metric's unit."""
    scale, suffix = _time_unit(boxes) if unit == "seconds" else (1, "")
    quarters = [[(value or 0) / scale for value in box.spread.values] for box in boxes]
    lows, firsts, medians, thirds, tops = zip(*quarters, strict=True)
    start = _start(min(lows), max(tops))
    places = [place + BOX for place in range(len(boxes))]
    drawn = {
        "type": "box",
        "orientation": "h",
        "y": places,
        "lowerfence": lows,
        "q1": firsts,
        "median": medians,
        "q3": thirds,
        "upperfence": tops,
        "width": 0.34,
        "line": {"color": ACCENT, "width": 1.5},
        "fillcolor": ACCENT_SOFT,
        "hoverinfo": "skip",
    }
    names = {
        "type": "scatter",
        "mode": "text",
        "x": [start] * len(boxes),
        "y": [place - 0.26 for place in range(len(boxes))],
        "text": [escaped(_shortened(box.label)) for box in boxes],
        "textposition": "middle right",
        "textfont": {"color": INK, "size": 13},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    points = [
        (value / scale, place + POINTS[number % len(POINTS)], said)
        for place, box in enumerate(boxes)
        for number, (value, said) in enumerate(box.points)
    ]
    traces = [drawn, names]
    if points:
        traces.append(_marks(points, {"color": ORANGE_SOFT, "size": 9, "line": {"color": ORANGE, "width": 1}}))
    # What is said of a box answers at each of its five values.
    answers = [
        (value, place, box.said)
        for place, box, values in zip(places, boxes, quarters, strict=True)
        for value in values
        if not box.points
    ]
    if answers:
        traces.append(_marks(answers, {"opacity": 0, "color": ACCENT, "size": 16}))
    return figure_of(traces, _layout(len(boxes), (start, max(tops)), unit, suffix))


def _marks(points: Sequence[tuple[float, float, str]], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x for x, _, _ in points],
        "y": [y for _, y, _ in points],
        "marker": marker,
        "customdata": [said for _, _, said in points],
        "hovertemplate": "%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def _layout(count: int, bounds: tuple[float, float], unit: str, suffix: str) -> dict[str, Any]:
    start, largest = bounds
    bounds = (start, largest + 0.04 * ((largest - start) or 1))
    ticks = percent_ticks(*bounds) if unit == "ratio" else {"tickformat": "~s" if unit == "count" else ""}
    whole = {"dtick": 1} if unit == "count" and largest < 5 else {}
    return {
        "margin": {"l": 8, "r": 24, "t": 4, "b": 28},
        "height": boxes_height(count),
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hovermode": "closest",
        "hoverdistance": 30,
        "hoverlabel": HOVER_LABEL,
        "dragmode": False,
        "showlegend": False,
        "xaxis": {
            "fixedrange": True,
            "gridcolor": GRID,
            "zeroline": False,
            "range": list(bounds),
            "nticks": 6,
            **ticks,
            "ticksuffix": suffix,
            **whole,
        },
        "yaxis": {"fixedrange": True, "visible": False, "range": [count - 0.5, -0.5]},
    }


def _start(least: float, largest: float) -> float:
    """Return where the axis begins: at 0, or nearer where all boxes would crowd far away from it."""
    return max(0.0, least - 0.25 * (largest - least)) if least > 0.4 * largest and largest > least else 0.0


def _time_unit(boxes: Sequence[Box]) -> tuple[int, str]:
    largest = max((box.spread.most or 0 for box in boxes), default=0)
    return (3600, " h") if largest >= 2 * 3600 else (60, " m") if largest >= 2 * 60 else (1, " s")


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
