"""The video's curve beside the workspace's average and, where one is chosen, another video's."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from analytics.charts import ACCENT, BEFORE, ORANGE, Chart, parts_figure
from analytics.curves import DEFINITIONS, PARTS, PartCurve, part_curves
from analytics.formats import part_shown
from analytics.pages.inquiry import Inquiry
from analytics.pages.video.subject import COMPARE, Subject
from analytics.tables import RATIO, Column, Table
from analytics.video_captions import comparison_caption
from videos.models import Video
from videos.selectors import videos_like

HEIGHT, MOST_OFFERED = 320, 8
AVERAGE = "Average of the workspace"


@dataclass(frozen=True)
class Offer:
    """A video to compare with, where it is filed, and the address that compares with it."""

    title: str
    place: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Offers:
    """The videos found by `find`; `left_out` says how many more were."""

    find: str
    offers: tuple[Offer, ...]
    left_out: int


@dataclass(frozen=True)
class Comparison:
    """The tab's content. `chart` is None where the video has no plays of a known duration.

    `hidden` is what a search for other videos keeps of the address; `alone_url` compares with the average alone.
    """

    chart: Chart | None
    definition: str
    chosen: str
    choice: Offers
    hidden: tuple[tuple[str, str], ...]
    alone_url: str


def comparison_of(subject: Subject) -> Comparison:
    """Return the tab's content."""
    state, other = subject.inquiry.state, subject.other
    return Comparison(
        chart=_chart(subject),
        definition=DEFINITIONS["Average curve"],
        chosen=other.title if other else "",
        choice=offers_of(subject),
        hidden=tuple(parse_qsl(urlsplit(state.url()).query)),
        alone_url=subject.tab_url(COMPARE),
    )


def offers_of(subject: Subject) -> Offers:
    """Return the videos to compare with that are searched for."""
    found = videos_like(subject.video, subject.find)
    shown = [
        Offer(each.title, _place(each), subject.tab_url(COMPARE, each), each == subject.other)
        for each in found[:MOST_OFFERED]
    ]
    left_out = found.count() - len(shown) if len(shown) == MOST_OFFERED else 0
    return Offers(subject.find, tuple(shown), left_out)


def _place(video: Video) -> str:
    parts = (video.project, video.folder)
    return " › ".join(part.name for part in parts if part)


def _chart(subject: Subject) -> Chart | None:
    inquiry, other = subject.inquiry, subject.other
    everywhere = Inquiry(inquiry.context, inquiry.state).sessions()
    average, alone = part_curves(everywhere, [video.pk for video in (subject.video, other) if video])
    if not alone[0].plays:
        return None
    curves: list[tuple[str, PartCurve, str]] = [(AVERAGE, average, BEFORE)]
    if other:
        curves.append((other.title, alone[1], ORANGE))
    curves.append((subject.video.title, alone[0], ACCENT))
    columns = (
        Column("Part of the video", _part_shown, RATIO),
        *(Column(name, part_shown, RATIO) for name, _, _ in curves),
    )
    records = tuple((place / PARTS, *(curve.parts[place] for _, curve, _ in curves)) for place in range(PARTS))
    return Chart(
        name="compared",
        title="Compared",
        caption=comparison_caption(alone[0], average, (other.title, alone[1]) if other else None),
        figure=parts_figure(curves),
        table=Table(columns, records),
        height=HEIGHT,
        keys=tuple(
            (kind, name)
            for kind, (name, _, _) in zip(
                ("now", *(("second",) if other else ()), "before"), reversed(curves), strict=True
            )
        ),
    )


def _part_shown(begin: float) -> str:
    return f"{begin * 100:.0f}–{begin * 100 + 1:.0f}\u00a0%"
