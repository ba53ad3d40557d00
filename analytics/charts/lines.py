"""Lines: metrics over time, and what other figures with lines are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analytics.charts.look import (
    ACCENT,
    ACCENT_SOFT,
    BEFORE,
    CLEAR,
    FONT,
    GRID,
    HOVER_LABEL,
    MARGIN,
    ORANGE,
    PAPER,
    RULE,
    TEXT,
    figure_of,
    percent_ticks,
)
from analytics.metrics import METRICS

HOVER_DATES = {
    "hour": "%a %-d %b %Y, %H:%M",
    "day": "%a %-d %b %Y",
    "week": "Week of %-d %b %Y",
    "month": "%B %Y",
}


@dataclass(frozen=True)
class Bucket:
    """A place on the time axis: local start, value, what to say of it, and whether the period or now cuts it."""

    start: datetime
    value: float | None
    said: str
    before: float | None = None
    is_partial: bool = False


def series_figure(metric: str, grain: str, buckets: Sequence[Bucket], *, compared: bool) -> dict[str, Any]:
    """Return one metric over time, with a thin line for the period before; buckets that are not whole are dotted."""
    unit = METRICS[metric].unit
    scale, suffix = _time_unit(buckets) if unit == "seconds" else (1, "")
    whole, partial = _split(buckets, scale)
    starts = [bucket.start for bucket in buckets]
    traces: list[dict[str, Any]] = (
        [line_trace(starts, [_scaled(bucket.before, scale) for bucket in buckets], BEFORE, width=1.5)]
        if compared
        else []
    )
    alone = sum(bucket.value is not None for bucket in buckets) < 2
    traces += [
        line_trace(starts, whole, ACCENT, fill=ACCENT_SOFT, marked=alone or (unit == "ratio" and len(buckets) < 100)),
        line_trace(starts, partial, ACCENT, dash="dot", marked=True),
        said_trace(starts, [_scaled(bucket.value, scale) for bucket in buckets], [bucket.said for bucket in buckets]),
    ]
    layout = layout_of(grain, starts)
    layout["yaxis"] |= value_axis(
        unit, suffix, [*whole, *partial, *(_scaled(b.before, scale) for b in buckets if compared)]
    )
    return figure_of(traces, layout)


def pair_figure(grain: str, columns: Sequence[Sequence[Bucket]], unit: str) -> dict[str, Any]:
    """Return two metrics of one unit over time, the first in the accent, the second in orange."""
    traces: list[dict[str, Any]] = []
    for color, buckets in zip((ACCENT, ORANGE), columns, strict=True):
        starts = [bucket.start for bucket in buckets]
        whole, partial = _split(buckets, 1)
        marked = len(buckets) < 60
        traces.append(line_trace(starts, whole, color, marked=marked))
        traces.append(line_trace(starts, partial, color, dash="dot", marked=True))
    first = columns[0]
    values = [
        max((v for v in (column[place].value for column in columns) if v is not None), default=None)
        for place in range(len(first))
    ]
    starts = [bucket.start for bucket in first]
    traces.append(said_trace(starts, values, [bucket.said for bucket in first]))
    layout = layout_of(grain, starts)
    layout["yaxis"] |= value_axis(unit, " s" if unit == "seconds" else "", values)
    return figure_of(traces, layout)


def line_trace(
    x: Sequence[Any], y: Sequence[float | None], color: str, *, width: float = 2, fill: str = "", dash: str = "solid",
    marked: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return a line that does not answer the pointer; with `fill`, the ground below it is in that colour."""
    trace: dict[str, Any] = {
        "type": "scatter",
        "x": list(x),
        "y": list(y),
        "mode": "lines+markers" if marked else "lines",
        "line": {"color": color, "width": width, "dash": dash},
        "marker": {"color": PAPER if dash == "dot" else color, "size": 6, "line": {"color": color, "width": 1.5}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return trace | ({"fill": "tozeroy", "fillcolor": fill} if fill else {})


def said_trace(x: Sequence[Any], y: Sequence[float | None], said: Sequence[str]) -> dict[str, Any]:
    """Return the trace that answers the pointer: unseen points, each with its text."""
    return {
        "type": "scatter",
        "x": list(x),
        "y": [0 if value is None else value for value in y],
        "mode": "markers",
        "marker": {"opacity": 0, "color": ACCENT},
        "customdata": list(said),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _split(buckets: Sequence[Bucket], scale: float) -> tuple[list[float | None], list[float | None]]:
    """Return the values of whole buckets, and those of the others with the neighbours that their lines lead to."""
    values = [_scaled(bucket.value, scale) for bucket in buckets]
    whole = [None if bucket.is_partial else value for bucket, value in zip(buckets, values, strict=True)]
    near = [any(other.is_partial for other in buckets[max(0, place - 1) : place + 2]) for place in range(len(buckets))]
    return whole, [value if is_near else None for is_near, value in zip(near, values, strict=True)]


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale


def _time_unit(buckets: Sequence[Bucket]) -> tuple[int, str]:
    largest = max((max(b.value or 0, b.before or 0) for b in buckets), default=0)
    return (3600, " h") if largest >= 2 * 3600 else (60, " m") if largest >= 2 * 60 else (1, " s")


def value_axis(unit: str, suffix: str, values: Sequence[float | None]) -> dict[str, Any]:
    """Return what the axis of these values needs beside what every one has: its range and its ticks."""
    largest = max((value for value in values if value is not None), default=0)
    axis: dict[str, Any] = {"range": [0, (largest or 1) * 1.12], "ticksuffix": suffix, "nticks": 5}
    if unit == "ratio":
        return axis | percent_ticks(*axis["range"])
    if unit == "count":
        # Without this, a day with two views has a tick at half a view.
        return axis | ({"dtick": 1, "range": [0, max(largest, 1) * 1.12]} if largest < 5 else {}) | {"tickformat": "~s"}
    return axis


def layout_of(grain: str, starts: Sequence[datetime]) -> dict[str, Any]:
    """Return the layout of a figure over time, whose buckets start then."""
    pad = (starts[-1] - starts[0]) * 0.012 if starts else timedelta()
    return {
        "margin": MARGIN,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": TEXT},
        "hovermode": "x unified",
        "hoverlabel": HOVER_LABEL,
        "dragmode": False,
        "showlegend": False,
        "xaxis": {
            "type": "date",
            # Without bounds Plotly leaves room for markers on both sides.
            **({"range": [starts[0] - pad, starts[-1] + pad]} if len(starts) > 1 else {}),
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": CLEAR,
            "tickangle": 0,
            "hoverformat": HOVER_DATES.get(grain, ""),
            "showspikes": True,
            "spikemode": "across",
            "spikethickness": 1,
            "spikedash": "solid",
            "spikecolor": RULE,
            "tickformatstops": [
                {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%-d %b"},
                {"dtickrange": [86_400_000, "M1"], "value": "%-d %b\n%Y"},
                {"dtickrange": ["M1", None], "value": "%b\n%Y"},
            ],
        },
        "yaxis": {"fixedrange": True, "gridcolor": GRID, "zeroline": False, "ticks": "", "rangemode": "tozero"},
    }
