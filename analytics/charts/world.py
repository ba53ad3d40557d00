"""The world: countries by step, from little to much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.charts.look import CLEAR, FONT, HOVER_LABEL, NO_STEP, PAPER, STEPS, TEXT, figure_of
from analytics.world import countries_drawn

# From Cape Horn to the north of Greenland.
LATITUDES = (-56, 84)


@dataclass(frozen=True)
class Step:
    """A part of the scale: the least and the largest value in it, and which of the colours it has."""

    least: int
    most: int
    color: int


@dataclass(frozen=True)
class Country:
    """A country on the map: its code, value, what to say of it, the address that it leads to."""

    code: str
    value: int
    said: str
    url: str


def steps_of(values: Sequence[int]) -> list[Step]:
    """Return the steps of a scale, each with about as many of the values; the last has the strongest colour."""
    ordered = sorted(values)
    tops = {ordered[-(-len(ordered) * part // len(STEPS)) - 1] for part in range(1, len(STEPS) + 1)} if ordered else ()
    steps: list[Step] = []
    for place, top in enumerate(sorted(tops), start=len(STEPS) - len(tops)):
        below = steps[-1].most if steps else ordered[0] - 1
        steps.append(Step(next(value for value in ordered if value > below), top, place))
    return steps


def world_figure(shapes_url: str, countries: Sequence[Country], steps: Sequence[Step]) -> dict[str, Any]:
    """Return a map of the countries in the colours of their steps.

    The browser takes the shapes from our own address; plotly.js has none and would fetch them from elsewhere.
    """
    common = {"type": "choropleth", "geojson": shapes_url, "locationmode": "geojson-id", "showscale": False}
    line = {"line": {"color": PAPER, "width": 0.5}}
    codes = countries_drawn()
    land = {
        **common, "locations": list(codes), "z": [0] * len(codes), "colorscale": [[0, NO_STEP], [1, NO_STEP]],
        "marker": line, "hoverinfo": "skip",
    }  # fmt: skip
    counted = {
        **common,
        "locations": [country.code for country in countries],
        "z": [next(step.color for step in steps if country.value <= step.most) for country in countries],
        "zmin": -0.5,
        "zmax": len(STEPS) - 0.5,
        "colorscale": [[edge / len(STEPS), color] for place, color in enumerate(STEPS) for edge in (place, place + 1)],
        "marker": line,
        "customdata": [{"said": country.said, "url": country.url} for country in countries],
        "hovertemplate": "%{customdata.said}<extra></extra>",
    }
    layout = {
        "margin": {"l": 0, "r": 0, "t": 4, "b": 4},
        "paper_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hoverlabel": HOVER_LABEL,
        "dragmode": False,
        "geo": {
            "visible": False,
            "bgcolor": CLEAR,
            "projection": {"type": "natural earth"},
            "lataxis": {"range": list(LATITUDES)},
        },
    }
    return figure_of([land, counted], layout)
