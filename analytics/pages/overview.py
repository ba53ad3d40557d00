"""The workspace's overview: what all its videos did in a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.captions import amount_spoken
from analytics.charts import bars_figure
from analytics.formats import clock_shown, percent_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.breakdowns import Breakdown, Referrers, audience_of, referrers_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import NEVER, Head, Toolbar, emptiness_of, head_of, toolbar_of
from analytics.query import Row
from analytics.tables import Column, Table, metric_column
from videos.models import Video

TOP_VIDEOS = 25
VIDEO_METRICS = ("views", "loads", "view_rate", "watch_time", "engagement")


@dataclass(frozen=True)
class VideoRow:
    """A video of the list; `cells` are labels and values. `public_id` is '' where the catalog no longer has it."""

    public_id: str
    title: str
    thumbnail_url: str
    duration: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TopVideos:
    """The videos with the most views, and the finding in words."""

    name: str
    caption: str
    labels: tuple[str, ...]
    rows: tuple[VideoRow, ...]
    table: Table
    figure: dict[str, Any]


@dataclass(frozen=True)
class Details:
    """Everything below the charts over time."""

    breakdowns: tuple[Breakdown, ...]
    referrers: Referrers
    videos: TopVideos


@dataclass(frozen=True)
class Overview:
    """The page. `empty` says why `details` is None; `first_video` is a public id to teach with, '' without any."""

    toolbar: Toolbar
    head: Head
    details: Details | None
    empty: str
    first_video: str
    notices: tuple[str, ...]


def overview(inquiry: Inquiry) -> Overview:
    """Return the page of the inquiry's workspace."""
    head, total, timeline = head_of(inquiry)
    empty = emptiness_of(inquiry, total)
    return Overview(
        toolbar=toolbar_of(inquiry.state, timeline.grain, timeline.grains),
        head=head,
        details=None if empty else _details(inquiry, total),
        empty=empty,
        first_video=_first_video(inquiry) if empty == NEVER else "",
        notices=inquiry.state.notices,
    )


def _details(inquiry: Inquiry, total: Row) -> Details:
    return Details(audience_of(inquiry), referrers_of(inquiry), _top_videos(inquiry, total))


def _first_video(inquiry: Inquiry) -> str:
    first = Video.objects.filter(workspace=inquiry.context.workspace).order_by("pk").first()
    return first.public_id if first else ""


def _top_videos(inquiry: Inquiry, total: Row) -> TopVideos:
    rows = inquiry.ask(*VIDEO_METRICS, by=("video",), order="-views", per_page=TOP_VIDEOS).rows
    ids = [row["video"] for row in rows]
    videos = {video.public_id: video for video in inquiry.context.workspace.videos.filter(public_id__in=ids)}
    shown = tuple(_video_row(row, videos.get(row["video"])) for row in rows)
    columns = (Column("Video"), Column("Id", in_page=False), *(metric_column(name) for name in VIDEO_METRICS))
    records = tuple(
        (one.title, row["video"], *(row[name] for name in VIDEO_METRICS)) for one, row in zip(shown, rows, strict=True)
    )
    labels = tuple(METRICS[name].label for name in VIDEO_METRICS)
    figure = bars_figure([(one.title, row["views"], one.cells[0][1]) for one, row in zip(shown, rows, strict=True)])
    return TopVideos("videos", _videos_caption(shown, rows, total), labels, shown, Table(columns, records), figure)


def _video_row(row: Row, video: Video | None) -> VideoRow:
    return VideoRow(
        public_id=video.public_id if video else "",
        title=video.title if video else "A video that was deleted",
        thumbnail_url=video.thumbnail_url if video else "",
        duration=clock_shown(float(video.duration)) if video and video.duration else "",
        cells=tuple((METRICS[name].label, value_shown(name, row[name])) for name in VIDEO_METRICS),
    )


def _videos_caption(shown: tuple[VideoRow, ...], rows: list[Row], total: Row) -> str:
    if not rows or not total["views"]:
        return "No views in this period."
    sentence = f"“{shown[0].title}” leads with {amount_spoken('views', rows[0]['views'])}"
    if len(rows) > 1:
        part = sum(row["views"] for row in rows) / total["views"]
        sentence += f"; the {len(rows)} videos listed have {percent_shown(part)} of all views"
    return f"{sentence}."
