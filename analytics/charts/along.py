"""Figures along a video: its engagement curve, what was pressed at which moment, several videos' curves in one."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

from analytics.actions import SHOWN_OR_PRESSED, Cut, NamedAction
from analytics.charts.lines import layout_of, line_trace, said_trace, value_axis
from analytics.charts.look import (
    ACCENT,
    ACCENT_SOFT,
    BEFORE,
    CLEAR,
    INK,
    KINDS,
    MARGIN,
    ORANGE,
    ORANGE_SOFT,
    PAPER,
    RULE,
    escaped,
    figure_of,
    percent_ticks,
    shortened,
)
from analytics.curves import PARTS, Curve, PartCurve
from analytics.formats import clock_shown, count_shown, passage_shown, percent_shown
from analytics.moments import Moments

CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
MOST_TICKS = 8
# Room above the curve for the video's own timeline, which the page draws there.
TIMELINE = 26
LARGEST, SMALLEST, LONGEST_LABEL = 22, 6, 40


def curve_figure(curve: Curve, plays: int, moments: Moments) -> dict[str, Any]:
    """Return which part of the plays saw each moment of the video, and on top of it how often it was seen again.

    The passages that are named lie behind it: hot spots in orange, drop-offs in grey.
    """
    middles = curve.buckets.middles()
    once = [count / plays for count in curve.engagement_data]
    every = [(count + again) / plays for count, again in zip(curve.engagement_data, curve.rewatch_data, strict=True)]
    said = [
        f"{clock_shown(middle)}<br>{percent_shown(count / plays)} of plays ({count_shown(count)})"
        f"<br>{count_shown(again)} {'rewatch' if again == 1 else 'rewatches'}"
        for middle, count, again in zip(middles, curve.engagement_data, curve.rewatch_data, strict=True)
    ]
    times = _edge_to_edge(curve)
    traces = [
        line_trace(times, [once[0], *once, once[-1]], ACCENT, fill=ACCENT_SOFT),
        {**line_trace(times, [every[0], *every, every[-1]], ORANGE, fill=ORANGE_SOFT, width=1), "fill": "tonexty"},
        said_trace(middles, every, said),
    ]
    layout = _layout(curve.buckets.duration / 1000)
    layout["margin"] = {**MARGIN, "t": MARGIN["t"] + TIMELINE}
    layout["yaxis"] |= value_axis("ratio", "", every)
    layout["shapes"] = [
        *(_band(spot.begin, spot.end, ORANGE, 0.14) for spot in moments.hot_spots),
        *(_band(drop.begin, drop.end, RULE, 0.35) for drop in moments.drop_offs),
    ]
    return figure_of(traces, layout)


def lanes_figure(actions: Sequence[NamedAction], labels: Sequence[str], cut: Cut, curve: Curve, plays: int) -> Any:
    """Return a lane for each action, with a dot at each moment at which it happened, the larger the more often.

    Behind them all stands which part of the plays was watching. Colours are those of the actions' types.
    """
    most = max((count for action in actions for count in action.moments), default=1)
    once = [count / plays for count in curve.engagement_data]
    watching = line_trace(_edge_to_edge(curve), [once[0], *once, once[-1]], BEFORE, width=1, fill=ACCENT_SOFT)
    traces = [{**watching, "yaxis": "y2"}]
    for lane, (action, label) in enumerate(zip(actions, labels, strict=True)):
        moments = [(bucket, count) for bucket, count in enumerate(action.moments) if count]
        dots = said_trace(
            [_middle(cut, bucket) for bucket, _ in moments],
            [lane] * len(moments),
            [f"{_passage(cut, bucket)}<br>{escaped(label)}: {count_shown(count)}" for bucket, count in moments],
        )
        sizes = [max(SMALLEST, LARGEST * sqrt(count / most)) for _, count in moments]
        color = KINDS[SHOWN_OR_PRESSED.index(action.type)]
        marker = {"color": color, "size": sizes, "line": {"color": PAPER, "width": 1}}
        # A dot of the first or last moment is wider than the plot.
        traces.append(dots | {"marker": marker, "cliponaxis": False})
    layout = _layout(cut.duration)
    layout["hovermode"] = "closest"
    layout["xaxis"]["showspikes"] = False
    layout["yaxis"] |= {"range": [len(actions) - 0.35, -0.75], "tickvals": list(range(len(actions))), "ticktext": []}
    layout["yaxis"] |= {"showticklabels": False, "zeroline": False}
    layout["yaxis2"] = {"overlaying": "y", "range": [0, 1.05], "visible": False, "fixedrange": True}
    layout["annotations"] = [
        {
            "x": 0, "xref": "paper", "xanchor": "left", "y": lane, "yref": "y", "yanchor": "bottom", "yshift": 10,
            "text": escaped(shortened(label, LONGEST_LABEL)), "showarrow": False, "font": {"color": INK, "size": 12},
        }
        for lane, label in enumerate(labels)
    ]  # fmt: skip
    return figure_of(traces, layout)


def stacked_figure(actions: Sequence[NamedAction], labels: Sequence[str], cut: Cut) -> dict[str, Any]:
    """Return how often each of the actions happened at each moment, one on top of the other."""
    middles = [_middle(cut, bucket) for bucket in range(cut.count)]
    totals = [sum(action.moments[bucket] for action in actions) for bucket in range(cut.count)]
    said = [
        "<br>".join(
            [
                _passage(cut, bucket),
                *(
                    f"{escaped(label)}: {count_shown(action.moments[bucket])}"
                    for action, label in zip(actions, labels, strict=True)
                    if action.moments[bucket]
                ),
            ]
        )
        for bucket in range(cut.count)
    ]
    traces: list[dict[str, Any]] = [
        {
            "type": "bar",
            "x": middles,
            "y": list(action.moments),
            "width": [0.86 * (cut.end(bucket) - cut.begin(bucket)) for bucket in range(cut.count)],
            "marker": {"color": color, "line": {"color": PAPER, "width": 1}},
            "hoverinfo": "skip",
        }
        for action, color in zip(actions, KINDS, strict=False)
    ]
    layout = _layout(cut.duration)
    layout["barmode"] = "stack"
    layout["yaxis"] |= value_axis("count", "", totals)
    return figure_of([*traces, said_trace(middles, totals, said)], layout)


def parts_figure(curves: Sequence[tuple[str, PartCurve, str]]) -> dict[str, Any]:
    """Return curves over the hundredths of their videos: each with its name and colour, the last one on top."""
    hundredths = [(place + 0.5) / PARTS for place in range(PARTS)]
    said = [
        "<br>".join(
            [
                f"{percent_shown((place + 0.5) / PARTS)} of the video",
                *(
                    f"{escaped(shortened(name, LONGEST_LABEL))}: {percent_shown(curve.parts[place])}"
                    for name, curve, _ in reversed(curves)
                ),
            ]
        )
        for place in range(PARTS)
    ]
    highest = [max(curve.parts[place] for _, curve, _ in curves) for place in range(PARTS)]
    traces = [
        line_trace(hundredths, curve.parts, color, fill=ACCENT_SOFT if color == ACCENT else "")
        for _, curve, color in curves
    ]
    layout = layout_of("", [])
    layout["hovermode"] = "x"
    layout["margin"] = {**MARGIN, "r": 20}
    layout["xaxis"] |= {"type": "linear", "range": [0, 1], **percent_ticks(0, 1)}
    layout["yaxis"] |= value_axis("ratio", "", highest)
    return figure_of([*traces, said_trace(hundredths, highest, said)], layout)


def _layout(seconds: float) -> dict[str, Any]:
    """Return the layout of a figure over a video of so many seconds."""
    layout = layout_of("", [])
    layout["hovermode"] = "x"
    step = next((step for step in CLOCK_STEPS if seconds / step <= MOST_TICKS), 4 * CLOCK_STEPS[-1])
    ticks = list(range(0, int(seconds) + 1, step))
    layout["xaxis"] |= {
        "type": "linear",
        "range": [0, seconds],
        "tickvals": ticks,
        "ticktext": [clock_shown(tick) for tick in ticks],
    }
    return layout


def _edge_to_edge(curve: Curve) -> list[float]:
    """Return the buckets' middles with the very start and the very end."""
    return [0.0, *curve.buckets.middles(), curve.buckets.duration / 1000]


def _band(begin: float, end: float, color: str, opacity: float) -> dict[str, Any]:
    return {
        "type": "rect", "layer": "below", "xref": "x", "x0": begin, "x1": end, "yref": "paper", "y0": 0, "y1": 1,
        "fillcolor": color, "opacity": opacity, "line": {"width": 0, "color": CLEAR},
    }  # fmt: skip


def _middle(cut: Cut, bucket: int) -> float:
    return (cut.begin(bucket) + cut.end(bucket)) / 2


def _passage(cut: Cut, bucket: int) -> str:
    return passage_shown(cut.begin(bucket), cut.end(bucket))
