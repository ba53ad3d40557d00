"""What all charts share: their colours by day and by night, the chart as a page has it, a figure's JSON.

Figures are in the colours of the light theme; `DARK` says which colour stands for each in the dark one, so that the
page can exchange them without asking again. Blue and orange are told apart by colour-blind people, after Okabe and Ito.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from analytics.formats import NBSP
from analytics.tables import Table

ACCENT, ACCENT_SOFT = "#2459d3", "rgba(36,89,211,0.10)"
ORANGE, ORANGE_SOFT = "#c2590a", "rgba(224,122,31,0.28)"
# From little to much; a darker step by day is a brighter one by night.
STEPS = ("#dce7fb", "#adc5f3", "#7a9ee9", "#4472d6", "#1c429f")
NO_STEP = "#e9edf3"
GREEN, PURPLE, OLIVE = "#0b8a67", "#a8407f", "#8a6d00"
BEFORE, GRID, TEXT, PAPER = "#8b95a5", "#e8ebf0", "#5b6472", "#ffffff"
INK, BAR = "#17202e", "#dfe8fb"
HOVER, HOVER_TEXT, RULE = "#1b2330", "#f8fafc", "#c3cad5"
CLEAR = "rgba(0,0,0,0)"
DARK = {
    ACCENT: "#85a8ff",
    ACCENT_SOFT: "rgba(133,168,255,0.14)",
    ORANGE: "#f2a65a",
    ORANGE_SOFT: "rgba(242,166,90,0.28)",
    **dict(zip(STEPS, ("#22335a", "#304f8f", "#4a74c4", "#7ea0ec", "#c0d3ff"), strict=True)),
    NO_STEP: "#1b2230",
    GREEN: "#4cc9a0",
    PURPLE: "#e08fc0",
    OLIVE: "#d9c04f",
    BEFORE: "#7f8a9b",
    GRID: "#262e3b",
    TEXT: "#a3adbd",
    PAPER: "#141a24",
    INK: "#eef1f6",
    BAR: "#23345c",
    HOVER: "#e6eaf1",
    HOVER_TEXT: "#10151e",
    RULE: "#465061",
}
# For what has no order, told apart by hue and by lightness; the last one is for all the rest.
KINDS = (ACCENT, ORANGE, GREEN, PURPLE, OLIVE, BEFORE)
KIND_NAMES = ("now", "second", "third", "fourth", "fifth", "before")
FONT = "Inter, system-ui, sans-serif"
PERCENT_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
MARGIN = {"l": 44, "r": 12, "t": 12, "b": 28}
HOVER_LABEL = {"bgcolor": HOVER, "bordercolor": HOVER, "font": {"color": HOVER_TEXT, "family": FONT, "size": 12}}


@dataclass(frozen=True)
class Chart:
    """One chart of a page: `figure` is Plotly's JSON, `caption` the finding, `height` the pixels it takes.

    `keys` say what each line is: one of KIND_NAMES, with its name.
    """

    name: str
    title: str
    caption: str
    figure: dict[str, Any]
    table: Table
    height: int
    keys: tuple[tuple[str, str], ...] = ()


def percent_ticks(start: float, end: float) -> dict[str, Any]:
    """Return the ticks of an axis of ratios, in per cent as texts have it: plotly.js puts no space before the sign."""
    step = next((step for step in PERCENT_STEPS if end - start <= 6 * step), (end - start) / 5)
    ticks = [place * step for place in range(ceil(start / step), floor(end / step) + 1)]
    return {"tickvals": ticks, "ticktext": [f"{100 * tick:,.10g}{NBSP}%" for tick in ticks]}


def figure_of(traces: list[dict[str, Any]], layout: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON of a figure. That plotly.js understands it, the tests have Plotly's own classes say."""
    return {"data": traces, "layout": layout}


def escaped(text: str) -> str:
    """Return a text that Plotly, which reads a little HTML, draws as it stands."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(label: str, most: int) -> str:
    """Return a label of so many letters at most."""
    return label if len(label) <= most else f"{label[: most - 1]}…"
