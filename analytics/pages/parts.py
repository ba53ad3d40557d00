"""What the overview and the video page have in common: tiles, the toolbar's choices, emptiness."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from analytics.captions import Change, change_of
from analytics.charts import Chart
from analytics.formats import period_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import COMPARISONS, PERIODS, SERIES_METRICS, TILE_METRICS, State, filter_written
from analytics.pages.timeline import Timeline, depth_chart, series_chart, sparkline, timeline_of
from analytics.periods import Period
from analytics.query import Row
from videos.models import Video

NEVER, NOT_IN_PERIOD, FILTERED_OUT = "never", "period", "filtered"


@dataclass(frozen=True)
class Tile:
    """A headline: the value in its unit, how it moved, a sparkline's points, where it is drawn large and explained.

    `beside` is what else to say of the value.
    """

    name: str
    label: str
    definition: str
    value: Any
    shown: str
    change: Change | None
    before_shown: str
    spark: str
    url: str
    why_url: str
    is_current: bool
    beside: str = ""


@dataclass(frozen=True)
class Choice:
    """One option of the toolbar, or of the chart's grains."""

    name: str
    label: str
    is_current: bool
    url: str = ""


@dataclass(frozen=True)
class Heading:
    """A column's heading: a click orders by it. `order` is the value of aria-sort, '' where it orders nothing now."""

    name: str
    label: str
    definition: str
    url: str
    order: str


@dataclass(frozen=True)
class Toolbar:
    """The choices that the page's form offers, and what is chosen, in words."""

    periods: tuple[Choice, ...]
    comparisons: tuple[Choice, ...]
    metrics: tuple[Choice, ...]
    grains: tuple[Choice, ...]
    hidden: tuple[tuple[str, str], ...]
    period_shown: str
    zone: str
    first_on: str
    last_on: str


@dataclass(frozen=True)
class Head:
    """A page's tiles and two charts over time."""

    tiles: tuple[Tile, ...]
    series: Chart
    depth: Chart


def title_of(video: Video | None) -> str:
    """Return what to call a video that has sessions, and that the catalog may have no more."""
    return video.title if video else "A video that was deleted"


def head_of(inquiry: Inquiry, *more: str) -> tuple[Head, Row, Timeline]:
    """Ask for the headline metrics, in all and over time; `more` metrics stand in the total row too."""
    state = inquiry.state
    metrics = (*TILE_METRICS, "watch_depth", state.metric)
    timeline = timeline_of(inquiry, metrics, more)
    tiles = tuple(_tile(inquiry, name, timeline) for name in TILE_METRICS)
    return Head(tiles, series_chart(timeline), depth_chart(timeline)), timeline.total, timeline


def _tile(inquiry: Inquiry, name: str, timeline: Timeline) -> Tile:
    metric, state, total, previous = METRICS[name], timeline.state, timeline.total, timeline.previous_total
    values = [value for value, partial in zip(timeline.values(name), timeline.partial, strict=True) if not partial]
    return Tile(
        name=name,
        label=metric.label,
        definition=metric.definition,
        value=total[name],
        shown=value_shown(name, total[name]),
        change=change_of(name, total[name], previous[name]) if previous is not None else None,
        before_shown=value_shown(name, previous[name]) if previous is not None else "",
        spark=sparkline(values),
        url=state.url(metric=name),
        why_url=inquiry.why_url(name),
        is_current=name == state.metric,
    )


def toolbar_of(state: State, grain: str, grains: tuple[str, ...]) -> Toolbar:
    """Return the toolbar of a page whose chart has this grain out of these."""
    hidden = [("filter", text) for each in state.filters for text in filter_written(each)]
    if state.grain:
        hidden.append(("grain", state.grain))
    hidden += state.more
    first, last = state.period.first_on, state.period.last_on
    today = state.now.astimezone(state.zone).date()
    return Toolbar(
        periods=tuple(Choice(name, label, name == state.chosen) for name, label in PERIODS.items()),
        comparisons=tuple(Choice(name, label, name == state.comparison) for name, label in COMPARISONS.items()),
        metrics=tuple(Choice(name, METRICS[name].label, name == state.metric) for name in SERIES_METRICS),
        grains=tuple(Choice(each, each.capitalize(), each == grain, state.url(grain=each)) for each in grains),
        hidden=tuple(hidden),
        period_shown=period_shown(state.period),
        zone=state.zone.key,
        first_on=(first or today).isoformat(),
        last_on=(last or today).isoformat(),
    )


def emptiness_of(inquiry: Inquiry, total: Row) -> str:
    """Return why a page has nothing to show, '' where it has: filtered out, none in the period, or no data ever."""
    state = inquiry.state
    if total["loads"]:
        return ""
    if state.filters and inquiry.has_any(replace(state, filters=())):
        return FILTERED_OUT
    always = replace(state, filters=(), period=Period(state.zone, None, None, "all_time"))
    return NOT_IN_PERIOD if inquiry.has_any(always) else NEVER


def first_video_of(inquiry: Inquiry) -> str:
    """Return the public id of a video to show how players are made to report, '' where there is none."""
    videos = inquiry.context.workspace.videos.order_by("pk")
    if inquiry.scope is not None:
        videos = videos.filter(pk__in=inquiry.context.videos_of(inquiry.scope))
    first = videos.first()
    return first.public_id if first else ""
