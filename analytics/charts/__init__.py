"""Charts: Plotly figures built here and drawn in the page, each with its finding in words and a table of its rows."""

from __future__ import annotations

from analytics.charts.along import curve_figure, lanes_figure, parts_figure, stacked_figure
from analytics.charts.bars import bars_figure
from analytics.charts.boxes import Box, boxes_figure, boxes_height
from analytics.charts.heat import week_figure
from analytics.charts.lines import Bucket, pair_figure, series_figure
from analytics.charts.look import ACCENT, BEFORE, DARK, KIND_NAMES, KINDS, ORANGE, Chart
from analytics.charts.presence import Band, concurrency_figure, minutes_figure
from analytics.charts.world import Country, steps_of, world_figure

__all__ = [
    "ACCENT",
    "BEFORE",
    "DARK",
    "KINDS",
    "KIND_NAMES",
    "ORANGE",
    "Band",
    "Box",
    "Bucket",
    "Chart",
    "Country",
    "bars_figure",
    "boxes_figure",
    "boxes_height",
    "concurrency_figure",
    "curve_figure",
    "lanes_figure",
    "minutes_figure",
    "pair_figure",
    "parts_figure",
    "series_figure",
    "stacked_figure",
    "steps_of",
    "week_figure",
    "world_figure",
]
