"""Charts: Plotly figures built here and drawn in the page, each with its finding in words and a table of its rows."""

from __future__ import annotations

from analytics.charts.bars import bars_figure
from analytics.charts.heat import week_figure
from analytics.charts.lines import Bucket, curve_figure, ratios_figure, series_figure
from analytics.charts.look import ACCENT, BEFORE, DARK, ORANGE, Chart
from analytics.charts.world import Country, steps_of, world_figure

__all__ = [
    "ACCENT",
    "BEFORE",
    "DARK",
    "ORANGE",
    "Bucket",
    "Chart",
    "Country",
    "bars_figure",
    "curve_figure",
    "ratios_figure",
    "series_figure",
    "steps_of",
    "week_figure",
    "world_figure",
]
