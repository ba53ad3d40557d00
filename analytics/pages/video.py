"""One video's page: its headline, its engagement curve under the video itself, where and on what it was watched."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.captions import curve_caption
from analytics.charts import Chart, curve_figure
from analytics.curves import engagement_curve, video_duration
from analytics.formats import clock_shown, count_shown, part_shown, percent_shown
from analytics.moments import moments_of
from analytics.pages.breakdowns import Bar, Breakdown, Referrers, audience_of, referrers_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import NEVER, Head, Toolbar, emptiness_of, head_of, toolbar_of
from analytics.query import Row
from analytics.tables import RATIO, SECONDS, Column, Table
from videos.models import Video
from videos.selectors import folder_path

CURVE_HEIGHT = 260


@dataclass(frozen=True)
class VideoHead:
    """What the catalog says of the video: where it is filed, how long it is, the file that its page plays."""

    public_id: str
    title: str
    url: str
    thumbnail_url: str
    duration: str
    place: tuple[str, ...]


@dataclass(frozen=True)
class VideoDetails:
    """Everything below the charts over time."""

    quarters: Breakdown
    breakdowns: tuple[Breakdown, ...]
    referrers: Referrers


@dataclass(frozen=True)
class VideoPage:
    """The page. `curve` is None where the duration is unknown; `empty` says why `details` is None."""

    video: VideoHead
    toolbar: Toolbar
    head: Head
    curve: Chart | None
    details: VideoDetails | None
    empty: str
    first_video: str
    notices: tuple[str, ...]


def video_page(inquiry: Inquiry, video: Video) -> VideoPage:
    """Return the page of `video`, which the inquiry's scope is."""
    head, total, timeline = head_of(inquiry, "plays", "quarter_reach")
    empty = emptiness_of(inquiry, total)
    duration = video_duration(video, inquiry.sessions) or 0
    return VideoPage(
        video=_head(video, duration),
        toolbar=toolbar_of(inquiry.state, timeline.grain, timeline.grains),
        head=head,
        curve=_curve_chart(inquiry, duration, total["plays"]) if duration and not empty else None,
        details=None if empty else _details(inquiry, total, duration),
        empty=empty,
        first_video=video.public_id if empty == NEVER else "",
        notices=inquiry.state.notices,
    )


def _head(video: Video, duration: int) -> VideoHead:
    place = [video.project.name] if video.project else []
    if video.folder:
        place += [folder.name for folder in folder_path(video.folder)]
    return VideoHead(
        video.public_id, video.title, video.url, video.thumbnail_url, clock_shown(duration / 1000) if duration else "",
        tuple(place),
    )  # fmt: skip


def _curve_chart(inquiry: Inquiry, duration: int, plays: int) -> Chart:
    curve = engagement_curve(inquiry.sessions(), duration)
    records = tuple(
        (middle, once, once / plays if plays else None, again)
        for middle, once, again in zip(curve.buckets.middles(), curve.engagement_data, curve.rewatch_data, strict=True)
    )
    columns = (
        Column("Moment", clock_shown, SECONDS), Column("Watched", count_shown), Column("Of plays", part_shown, RATIO),
        Column("Rewatched", count_shown),
    )  # fmt: skip
    return Chart(
        name="curve",
        title="Engagement curve",
        caption=curve_caption(curve, plays, moments_of(curve, plays)),
        figure=curve_figure(curve, plays or 1),
        table=Table(columns, records),
        height=CURVE_HEIGHT,
        keys=(("now", "Watched"), ("second", "Rewatched")),
    )


def _details(inquiry: Inquiry, total: Row, duration: int) -> VideoDetails:
    return VideoDetails(_quarters(total, duration), audience_of(inquiry), referrers_of(inquiry))


def _quarters(total: Row, duration: int) -> Breakdown:
    """Return how many views reached each quarter; these overlap, so they are parts of the views and no shares."""
    views, reached = total["views"], total["quarter_reach"]
    bars = []
    for quarter, count in enumerate(reached):
        label = f"{quarter * 25}–{quarter * 25 + 25}\u00a0%"
        if duration:
            begin, end = (clock_shown(duration / 1000 * part / 4) for part in (quarter, quarter + 1))
            label += f" ({begin}–{end})"
        part = count / views if views else 0
        bars.append(Bar(label, count, part, count_shown(count), percent_shown(part), round(100 * part, 1)))
    caption = "No views in this period."
    if views:
        caption = f"{percent_shown(reached[3] / views)} of {count_shown(views)} views reached the last quarter."
    return Breakdown("quarters", "Quarters reached", caption, tuple(bars))
