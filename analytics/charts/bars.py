"""Bars: a breakdown's rows as a picture. In the page they are a table; this is what is saved of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.charts.look import BAR, CLEAR, FONT, INK, escaped, figure_of, shortened

ROW, LONGEST_LABEL = 30, 90
# Of the width, so much is the longest bar's; beside it stand the numbers.
LONGEST_BAR = 0.84


def bars_figure(rows: Sequence[tuple[str, float, str]]) -> dict[str, Any]:
    """Return lying bars of the rows, each a label, a length and what is said of it; the first row is on top."""
    lengths = [length for _, length, _ in rows]
    whole = (max(lengths, default=0) or 1) / LONGEST_BAR
    bars = {"type": "bar", "orientation": "h", "x": lengths, "y": list(range(len(rows))), "marker": {"color": BAR}}
    layout = {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "height": ROW * max(1, len(rows)),
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 13, "color": INK},
        "bargap": 0.18,
        "showlegend": False,
        "xaxis": {"visible": False, "range": [0, whole]},
        "yaxis": {"visible": False, "range": [len(rows) - 0.5, -0.5]},
    }
    labels = [f"  {escaped(shortened(label, LONGEST_LABEL))}" for label, _, _ in rows]
    numbers = _texts(whole, [said for _, _, said in rows], "middle left")
    return figure_of([bars, _texts(0, labels, "middle right"), numbers], layout)


def _texts(place: float, texts: Sequence[str], position: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "text",
        "x": [place] * len(texts),
        "y": list(range(len(texts))),
        "text": list(texts),
        "textposition": position,
        "cliponaxis": False,
    }
