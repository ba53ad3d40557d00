"""Who is there at once: the concurrency of a talk with its peak marked, and the last minutes as small bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analytics.charts.look import (
    ACCENT,
    ACCENT_SOFT,
    CLEAR,
    FONT,
    GRID,
    HOVER_LABEL,
    MARGIN,
    NO_STEP,
    ORANGE,
    PAPER,
    TEXT,
    escaped,
    figure_of,
)
from analytics.formats import count_shown

MOST_TICKS_FITTED = 8


@dataclass(frozen=True)
class Band:
    """A span of time to shade, such as that of a talk; `label` is a sign short enough for a phone, '' for none."""

    start: datetime
    end: datetime
    label: str = ""


def concurrency_figure(
    moments: Sequence[datetime],
    most: Sequence[int],
    said: Sequence[str],
    peak: tuple[datetime, int] | None,
    bands: Sequence[Band],
) -> dict[str, Any]:
    """Return how many were there at once from each local moment on; the last moment is the end of the last value."""
    held = [*most, most[-1]]
    peak_y = peak[1] if peak else 0
    line: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": list(moments),
        "y": held,
        # A value holds until the next one.
        "line": {"color": ACCENT, "width": 2, "shape": "hv"},
        "fill": "tozeroy",
        "fillcolor": ACCENT_SOFT,
        "hoverinfo": "skip",
    }
    traces = [line, _answers(moments[:-1], most, said)]
    if peak:
        traces.append({
            "type": "scatter",
            "mode": "markers",
            "x": [peak[0]],
            "y": [peak_y],
            "marker": {"color": PAPER, "size": 9, "line": {"color": ORANGE, "width": 2.5}},
            "hoverinfo": "skip",
            "cliponaxis": False,
        })  # fmt: skip
    layout = _layout(peak_y)
    first = min([moments[0], *(band.start for band in bands)])
    last = max([moments[-1], *(band.end for band in bands)])
    layout["xaxis"]["range"] = [first, last]
    layout["shapes"] = [_shade(band) for band in bands]
    layout["annotations"] = [_name(band) for band in bands if band.label]
    if peak:
        layout["annotations"].append(_note(peak, f"Peak {count_shown(peak_y)}", (first, last)))
    return figure_of(traces, layout)


def minutes_figure(minutes: Sequence[datetime], counts: Sequence[int], said: Sequence[str]) -> dict[str, Any]:
    """Return a bar for each local minute; the last one, which is not over, is hollow."""
    last = len(counts) - 1
    colors = [ACCENT if place < last else ACCENT_SOFT for place in range(len(counts))]
    bars = {
        "type": "bar",
        "x": list(minutes),
        "y": list(counts),
        "marker": {"color": colors, "line": {"color": ACCENT, "width": [0] * last + [1.5 if any(counts[-1:]) else 0]}},
        "customdata": list(said),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    layout = _layout(max(counts, default=0))
    layout["bargap"] = 0.25
    layout["margin"] = {**MARGIN, "l": 32}
    layout["xaxis"] |= {"tickformatstops": [], "tickformat": "%H:%M"}
    layout["hovermode"] = "closest"
    return figure_of([bars], layout)


def _answers(x: Sequence[datetime], y: Sequence[int], said: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(x),
        "y": list(y),
        "marker": {"opacity": 0, "color": ACCENT},
        "customdata": list(said),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _shade(band: Band) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": band.start,
        "x1": band.end,
        "y0": 0,
        "y1": 1,
        "fillcolor": NO_STEP,
        "opacity": 0.55,
        "line": {"width": 0},
    }


def _name(band: Band) -> dict[str, Any]:
    return {
        "x": band.start + (band.end - band.start) / 2,
        "y": 1,
        "xref": "x",
        "yref": "paper",
        "text": escaped(band.label),
        "showarrow": False,
        "xanchor": "center",
        "yanchor": "top",
        "font": {"size": 11, "color": TEXT},
    }


def _note(peak: tuple[datetime, int], text: str, bounds: Sequence[datetime]) -> dict[str, Any]:
    """Return the words beside the peak, on the side where there is room for them."""
    is_right = (peak[0] - bounds[0]) * 2 < bounds[1] - bounds[0]
    return {
        "x": peak[0],
        "y": peak[1],
        "text": text,
        "showarrow": False,
        "xanchor": "left" if is_right else "right",
        "yanchor": "middle",
        "xshift": 10 if is_right else -10,
        "yshift": 10,
        "font": {"size": 12, "color": ORANGE},
    }


def _layout(largest: int) -> dict[str, Any]:
    axis: dict[str, Any] = {"fixedrange": True, "zeroline": False, "ticks": ""}
    return {
        "margin": {**MARGIN, "b": 42},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hovermode": "x",
        "hoverlabel": HOVER_LABEL,
        "dragmode": False,
        "showlegend": False,
        "xaxis": {
            **axis,
            "type": "date",
            "showgrid": False,
            # Else the first moment and the axis' 0 touch where the chart is narrow.
            "ticklabelstandoff": 6,
            "tickangle": 0,
            "nticks": MOST_TICKS_FITTED,
            "tickformatstops": [
                {"dtickrange": [None, 43_200_000], "value": "%H:%M\n%-d %b %Y"},
                {"dtickrange": [43_200_001, None], "value": "%-d %b\n%Y"},
            ],
        },
        "yaxis": {
            **axis,
            "gridcolor": GRID,
            "range": [0, max(largest, 1) * 1.18],
            "nticks": 5,
            "tickformat": "~s",
            # Without this, few viewers have a tick at half a viewer.
            **({"dtick": 1} if largest < 5 else {}),
        },
    }
