"""The whole page: headline, curve, over time, and the tab that the address names."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.formats import NBSP, clock_shown, percent_shown, value_shown
from analytics.pages.breakdowns import Breakdown
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import NEVER, Head, Tile, Toolbar, emptiness_of, head_of, toolbar_of
from analytics.pages.places import Crumb, crumbs_of
from analytics.pages.video.curve import VideoCurve, quarters_of, video_curve
from analytics.pages.video.subject import Subject
from analytics.pages.video.tabs import Tab, tab_of
from analytics.presence import Watching
from analytics.query import Row
from analytics.together import together
from videos.selectors import folder_path

# Beside these stands the workspace's own value, beside the others what part of the workspace's they are.
AVERAGED, PARTS = ("view_rate", "engagement"), ("views", "loads", "watch_time")


@dataclass(frozen=True)
class VideoHead:
    """What the catalog says of the video: the way to it, how long it is, the file that its page plays."""

    public_id: str
    title: str
    url: str
    thumbnail_url: str
    duration: str
    crumbs: tuple[Crumb, ...]


@dataclass(frozen=True)
class VideoPage:
    """The page. `curve` is None where the duration is unknown; `empty` says why there is no `tab`."""

    video: VideoHead
    toolbar: Toolbar
    watching: Watching
    head: Head
    curve: VideoCurve | None
    quarters: Breakdown
    tab: Tab | None
    empty: str
    first_video: str
    notices: tuple[str, ...]


def video_page(subject: Subject) -> VideoPage:
    """Return the page of a video with its tab open."""
    inquiry, video = subject.inquiry, subject.video
    (head, total, timeline), watching = together(lambda: head_of(inquiry, "plays", "quarter_reach"), inquiry.watching)
    empty = emptiness_of(inquiry, total)
    has_curve = subject.duration and not empty
    tiles, curve, tab = together(
        lambda: head.tiles if empty else _compared(inquiry, head.tiles, total),
        lambda: video_curve(subject, total["plays"]) if has_curve else None,
        lambda: None if empty else tab_of(subject),
    )
    return VideoPage(
        video=_head(subject),
        toolbar=toolbar_of(inquiry.state, timeline.grain, timeline.grains),
        watching=watching,
        head=replace(head, tiles=tiles),
        curve=curve,
        quarters=quarters_of(total, subject.duration),
        tab=tab,
        empty=empty,
        first_video=video.public_id if empty == NEVER else "",
        notices=inquiry.state.notices,
    )


def _head(subject: Subject) -> VideoHead:
    video, inquiry = subject.video, subject.inquiry
    steps = (folder for folder in folder_path(video.folder)) if video.folder else ()
    around = (video.project, *steps) if video.project else ()
    return VideoHead(
        public_id=video.public_id,
        title=video.title,
        url=video.url,
        thumbnail_url=video.thumbnail_url,
        duration=clock_shown(subject.duration / 1000) if subject.duration else "",
        crumbs=crumbs_of(inquiry.context.workspace, around, replace(inquiry.state, more=())),
    )


def _compared(inquiry: Inquiry, tiles: tuple[Tile, ...], total: Row) -> tuple[Tile, ...]:
    """Return the tiles with what all of the workspace's videos have under the same period and filters."""
    everywhere = Inquiry(inquiry.context, inquiry.state).ask(*AVERAGED, *PARTS).rows[0]
    beside = {name: f"{value_shown(name, everywhere[name])} in the workspace" for name in AVERAGED}
    for name in PARTS:
        if everywhere[name]:
            beside[name] = f"{percent_shown(total[name] / everywhere[name])} of the workspace’s"
    return tuple(replace(tile, beside=beside.get(tile.name, NBSP)) for tile in tiles)
