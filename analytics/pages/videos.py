"""The videos with the most of something: by views unless the address' `sort` says otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Min

from analytics.captions import amount_spoken
from analytics.charts import bars_figure
from analytics.dimensions import GRAINS
from analytics.formats import clock_shown, percent_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import title_of
from analytics.pages.state import State
from analytics.pages.timeline import STEPS, is_cut, sparkline
from analytics.periods import bucket_label, period_buckets
from analytics.query import Row
from analytics.tables import Column, Table, metric_column
from videos.models import Video

MOST = 25
COLUMNS = ("views", "loads", "view_rate", "watch_time", "engagement")
SORT, DEFAULT_ORDER = "sort", "-views"
ORDERS = tuple(f"{sign}{name}" for name in COLUMNS for sign in ("-", ""))
# So many buckets a sparkline has at most.
MOST_POINTS = 100


@dataclass(frozen=True)
class Header:
    """A column's name, the address of the page ordered by it, and `aria-sort` where it is."""

    label: str
    url: str
    sorted: str


@dataclass(frozen=True)
class VideoRow:
    """A video of the list; `cells` are labels and values. `public_id` is '' where the catalog no longer has it."""

    public_id: str
    title: str
    thumbnail_url: str
    duration: str
    spark: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TopVideos:
    """The videos in order, and the finding in words."""

    name: str
    title: str
    caption: str
    headers: tuple[Header, ...]
    rows: tuple[VideoRow, ...]
    table: Table
    figure: dict[str, Any]


def ordered_state(state: State, order: str) -> State:
    """Return the state with the list's order as an address names it: a metric, with `-` for largest first."""
    if order and order not in ORDERS:
        notice = f"Videos are not sorted by “{order}”; there are {', '.join(COLUMNS)}, each also with - in front."
        return replace(state, notices=(*state.notices, notice))
    return replace(state, more=() if order in {"", DEFAULT_ORDER} else ((SORT, order),))


def top_videos(inquiry: Inquiry, total: Row) -> TopVideos:
    """Return the videos that come first in the order of the inquiry's state; `total` has the views of all."""
    order = _order(inquiry)
    metric = order.removeprefix("-")
    rows = inquiry.ask(*COLUMNS, by=("video",), order=order, per_page=MOST).rows
    ids = [row["video"] for row in rows]
    videos = {video.public_id: video for video in inquiry.context.workspace.videos.filter(public_id__in=ids)}
    sparks = _sparks(inquiry, list(videos.values())) if videos else {}
    shown = tuple(_row(row, videos.get(row["video"]), sparks.get(row["video"], "")) for row in rows)
    records = tuple(
        (one.title, row["video"], *(row[name] for name in COLUMNS)) for one, row in zip(shown, rows, strict=True)
    )
    bars = [
        (one.title, row[metric] or 0, value_shown(metric, row[metric])) for one, row in zip(shown, rows, strict=True)
    ]
    return TopVideos(
        name="videos",
        title=_title(order, len(rows)),
        caption=_caption(order, [one.title for one in shown], rows, total),
        headers=tuple(_header(name, order, inquiry.state) for name in COLUMNS),
        rows=shown,
        table=Table((Column("Video"), Column("Id", in_page=False), *map(metric_column, COLUMNS)), records),
        figure=bars_figure(bars),
    )


def _order(inquiry: Inquiry) -> str:
    return dict(inquiry.state.more).get(SORT, DEFAULT_ORDER)


def _row(row: Row, video: Video | None, spark: str) -> VideoRow:
    return VideoRow(
        public_id=video.public_id if video else "",
        title=title_of(video),
        thumbnail_url=video.thumbnail_url if video else "",
        duration=clock_shown(float(video.duration)) if video and video.duration else "",
        spark=spark,
        cells=tuple((METRICS[name].label, value_shown(name, row[name])) for name in COLUMNS),
    )


def _sparks(inquiry: Inquiry, videos: list[Video]) -> dict[str, str]:
    """Return the views over time of each of these videos as a sparkline, in buckets that are not too many."""
    start, end = _span(inquiry)
    grain = next((grain for grain in GRAINS if end - start <= MOST_POINTS * STEPS[grain]), GRAINS[-1])
    views: list[dict[str, int]] = [{} for _ in videos]
    for place, row in inquiry.ask_groups("views", by=(grain,), groups=[[video.pk] for video in videos]):
        views[place][row[grain]] = row["views"]
    whole = [
        bucket
        for bucket in period_buckets(start, end, inquiry.state.zone, grain)
        if not is_cut(bucket, grain, inquiry.state)
    ]
    labels = [bucket_label(bucket, grain) for bucket in whole]
    return {
        video.public_id: sparkline([float(each.get(label, 0)) for label in labels])
        for video, each in zip(videos, views, strict=True)
    }


def _span(inquiry: Inquiry) -> tuple[datetime, datetime]:
    """Return where the past part of the page's period begins and ends; all time begins with its first session."""
    period, now = inquiry.state.period, inquiry.state.now
    start = period.start or inquiry.sessions().aggregate(first=Min("started_at"))["first"]
    return start, min(period.end or now, now)


def _header(metric: str, order: str, state: State) -> Header:
    """Return the column's header; where it is sorted by already, its address turns the order round."""
    is_current = order.removeprefix("-") == metric
    other = metric if order == f"-{metric}" else f"-{metric}"
    sorted_as = ("descending" if order.startswith("-") else "ascending") if is_current else ""
    return Header(METRICS[metric].label, ordered_state(state, other).url(), sorted_as)


def _title(order: str, count: int) -> str:
    videos = "video" if count == 1 else "videos"
    if order == DEFAULT_ORDER:
        return f"Top {count} {videos}"
    return f"{count} {videos} with the {_superlative(order)} {METRICS[order.removeprefix('-')].label.lower()}"


def _superlative(order: str) -> str:
    unit, is_most = METRICS[order.removeprefix("-")].unit, order.startswith("-")
    if unit == "ratio":
        return "highest" if is_most else "lowest"
    return "most" if is_most else "fewest" if unit == "count" else "least"


def _caption(order: str, titles: list[str], rows: list[Row], total: Row) -> str:
    metric = order.removeprefix("-")
    if not rows or not total["views"]:
        return "No views in this period."
    if order != DEFAULT_ORDER:
        said = value_shown(metric, rows[0][metric])
        return f"“{titles[0]}” has the {_superlative(order)} {METRICS[metric].label.lower()} ({said})."
    sentence = f"“{titles[0]}” leads with {amount_spoken('views', rows[0]['views'])}"
    if len(rows) > 1:
        part = sum(row["views"] for row in rows) / total["views"]
        sentence += f"; the {len(rows)} videos listed have {percent_shown(part)} of all views"
    return f"{sentence}."
