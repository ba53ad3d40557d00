"""Heat: one number for each hour of the week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.charts.look import CLEAR, FONT, HOVER_LABEL, NO_STEP, STEPS, TEXT, figure_of

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_HOURS = 3


def week_figure(values: Sequence[Sequence[float | None]], said: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return a field for each hour of each day, Monday on top, with what is said of it; None leaves it blank."""
    known = [value for row in values for value in row if value]
    scale = [NO_STEP, *STEPS]
    trace = {
        "type": "heatmap",
        "x": list(range(24)),
        "y": list(range(7)),
        "z": [list(row) for row in values],
        "zmin": 0,
        "zmax": max(known, default=1),
        "colorscale": [[place / (len(scale) - 1), color] for place, color in enumerate(scale)],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "customdata": [list(row) for row in said],
        "hovertemplate": "%{customdata}<extra></extra>",
        "hoverongaps": False,
    }
    hours = list(range(0, 24, EVERY_HOURS))
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "", "showline": False}
    layout = {
        "margin": {"l": 40, "r": 4, "t": 4, "b": 26},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hoverlabel": HOVER_LABEL,
        "dragmode": False,
        "xaxis": {**axis, "tickvals": hours, "ticktext": [f"{hour} h" for hour in hours], "tickangle": 0},
        "yaxis": {**axis, "tickvals": list(range(7)), "ticktext": list(DAYS), "autorange": "reversed"},
    }
    return figure_of([trace], layout)
