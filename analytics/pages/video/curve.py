"""The engagement curve under the video, its hot spots and drop-offs in words, and the quarters that views reached."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.charts import Chart, curve_figure
from analytics.formats import clock_shown, count_shown, part_shown, passage_shown, percent_shown
from analytics.moments import DEFINITIONS, FEWEST_PLAYS, Moments, moments_of
from analytics.pages.breakdowns import Bar, Breakdown
from analytics.pages.video.subject import Subject
from analytics.query import Row
from analytics.tables import RATIO, SECONDS, Column, Table
from analytics.video_captions import curve_caption, drop_off_spoken, hot_spot_spoken

CURVE_HEIGHT = 286


@dataclass(frozen=True)
class Moment:
    """A passage of the video: the second it begins at, its times, and what happens there."""

    second: float
    passage: str
    said: str
    more: str


@dataclass(frozen=True)
class MomentList:
    """The strongest hot spots or drop-offs; `silence` is what to say where there are none."""

    name: str
    title: str
    definition: str
    moments: tuple[Moment, ...]
    silence: str


@dataclass(frozen=True)
class VideoCurve:
    """The curve, and both kinds of moments that are named."""

    chart: Chart
    lists: tuple[MomentList, MomentList]


def video_curve(subject: Subject, plays: int) -> VideoCurve:
    """Return the curve of a video of known duration that was played so often."""
    curve = subject.curve
    moments = moments_of(curve, plays)
    records = tuple(
        (middle, once, once / plays if plays else None, again)
        for middle, once, again in zip(curve.buckets.middles(), curve.engagement_data, curve.rewatch_data, strict=True)
    )
    columns = (
        Column("Moment", clock_shown, SECONDS), Column("Watched", count_shown), Column("Of plays", part_shown, RATIO),
        Column("Rewatched", count_shown),
    )  # fmt: skip
    chart = Chart(
        name="curve",
        title="Engagement curve",
        caption=curve_caption(curve, plays, moments),
        figure=curve_figure(curve, plays or 1, moments),
        table=Table(columns, records),
        height=CURVE_HEIGHT,
        keys=(("now", "Watched"), ("second", "Rewatched")),
    )
    return VideoCurve(chart, _lists(moments))


def _lists(moments: Moments) -> tuple[MomentList, MomentList]:
    too_few = (
        "" if moments.enough else f"Too little to tell: this takes {FEWEST_PLAYS} plays and a few seconds of video."
    )
    hot_spots = tuple(
        Moment(spot.begin, passage_shown(spot.begin, spot.end), hot_spot_spoken(spot), "") for spot in moments.hot_spots
    )
    drop_offs = tuple(
        Moment(
            drop.begin, passage_shown(drop.begin, drop.end), drop_off_spoken(drop),
            f"{count_shown(drop.viewers)} {'viewer' if drop.viewers == 1 else 'viewers'} fewer",
        )
        for drop in moments.drop_offs
    )  # fmt: skip
    return (
        MomentList(
            "hot", "Hot spots", DEFINITIONS["Hot spot"], hot_spots,
            too_few or "No passage is watched again more than the rest of the video.",
        ),
        MomentList(
            "drops", "Drop-offs", DEFINITIONS["Drop-off"], drop_offs,
            too_few or "Viewers leave evenly: no passage loses more of them than the rest.",
        ),
    )  # fmt: skip


def quarters_of(total: Row, duration: int) -> Breakdown:
    """Return how many views reached each quarter; these overlap, so they are parts of the views and no shares."""
    views, reached = total["views"], total["quarter_reach"]
    bars = []
    for quarter, count in enumerate(reached):
        label = f"{quarter * 25}–{quarter * 25 + 25}\u00a0%"
        if duration:
            begin, end = (duration / 1000 * part / 4 for part in (quarter, quarter + 1))
            label += f" ({passage_shown(begin, end)})"
        part = count / views if views else 0
        bars.append(Bar(label, count, part, count_shown(count), percent_shown(part), round(100 * part, 1)))
    caption = "No views in this period."
    if views:
        caption = f"{percent_shown(reached[3] / views)} of {count_shown(views)} views reached the last quarter."
    return Breakdown("quarters", "Quarters reached", caption, tuple(bars))
