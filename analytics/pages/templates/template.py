"""One template: its numbers, how they spread over its videos, and the videos in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from analytics.charts import Box, Chart, bars_figure
from analytics.formats import clock_shown, count_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.figures import Figure, Line, Listing, metric_cell, metric_figure, metric_labels
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Choice, Toolbar, emptiness_of, first_video_of
from analytics.pages.places import Crumb
from analytics.pages.templates.compared import VIDEOS
from analytics.pages.templates.measures import (
    MEASURES,
    PARTS,
    measure_choices,
    ranked,
    spread_chart,
    spreads_file,
    spreads_table,
    toolbar_without_comparison,
)
from analytics.query import Row
from analytics.spreads import spread_of_rows, with_views
from analytics.tables import Column, File, Table, metric_column
from analytics.together import together
from videos.models import Template, Video

MOST_LISTED = 50


@dataclass(frozen=True)
class TemplatePage:
    """The page. `empty` says why there are no spreads and videos; `unused`: no video was made from the template."""

    crumbs: tuple[Crumb, ...]
    toolbar: Toolbar
    measures: tuple[Choice, ...]
    figures: tuple[Figure, ...]
    spread: Chart | None
    parts: tuple[str, ...]
    spreads: tuple[tuple[str, str, tuple[str, ...]], ...]
    spreads_file: File
    videos: Listing | None
    unused: bool
    empty: str
    first_video: str
    notices: tuple[str, ...]


def template_page(inquiry: Inquiry, template: Template, measure: str) -> TemplatePage:
    """Return the page of a template, which the inquiry's scope is."""
    assert inquiry.scope is not None
    total, rows = together(
        lambda: inquiry.ask("loads", *MEASURES).rows[0],
        lambda: with_views(inquiry.ask(*MEASURES, by=("video",), order="-views").rows),
    )
    count = len(inquiry.context.videos_of(inquiry.scope))
    empty = emptiness_of(inquiry, total) if count else ""
    best = ranked(rows, measure)
    ids = [row["video"] for row in best[:MOST_LISTED]]
    videos = {video.public_id: video for video in inquiry.context.workspace.videos.filter(public_id__in=ids)}
    state = inquiry.state
    return TemplatePage(
        crumbs=(
            Crumb("Templates", state.url(path=reverse("pages:templates"))),
            Crumb(template.name, state.url()),
        ),
        toolbar=toolbar_without_comparison(inquiry),
        measures=measure_choices(measure),
        figures=(
            Figure("videos", VIDEOS[0], count, count_shown(count), VIDEOS[1]),
            *(metric_figure(name, total[name], "Nothing was viewed in this period.") for name in MEASURES),
        ),
        spread=_spread(inquiry, template, best, measure) if best else None,
        parts=PARTS,
        spreads=spreads_table(rows) if rows else (),
        spreads_file=spreads_file(rows),
        videos=_listing(inquiry, best, videos, measure) if best else None,
        unused=not count,
        empty=empty,
        first_video=first_video_of(inquiry) if empty else "",
        notices=state.notices,
    )


def _spread(inquiry: Inquiry, template: Template, best: list[Row], measure: str) -> Chart:
    spread, names = spread_of_rows(best, measure), inquiry.context.maps.names
    points = tuple((row[measure], f"{names[row['video']]}<br>{value_shown(measure, row[measure])}") for row in best)
    label = METRICS[measure].label
    middle = (value_shown(measure, value) for value in (spread.first, spread.third))
    caption = f"Half of its {count_shown(len(best))} videos lie between {' and '.join(middle)}."
    if len(best) == 1:
        caption = f"Its one video has {value_shown(measure, spread.median)}."
    return spread_chart(
        f"{label}, video by video", caption, measure, [Box(template.name, spread, "", points)], [len(best)]
    )


def _listing(inquiry: Inquiry, best: list[Row], videos: dict[str, Video], measure: str) -> Listing:
    names, label = inquiry.context.maps.names, METRICS[measure].label.lower()
    first = best[0]
    shown = best[:MOST_LISTED]
    caption = f"“{names[first['video']]}” comes first with {value_shown(measure, first[measure])}"
    more = f"; the first {MOST_LISTED} of {count_shown(len(best))} are listed" if len(best) > MOST_LISTED else ""
    records = tuple((names[row["video"]], row["video"], *(row[name] for name in MEASURES)) for row in best)
    return Listing(
        name="videos",
        title=f"Videos by {label}",
        caption=f"{caption}{more}.",
        noun="Video",
        labels=metric_labels(MEASURES),
        lines=tuple(_line(inquiry, row, videos[row["video"]]) for row in shown if row["video"] in videos),
        table=Table((Column("Video"), Column("Id"), *map(metric_column, MEASURES)), records),
        figure=bars_figure([(names[row["video"]], row[measure], value_shown(measure, row[measure])) for row in shown]),
    )


def _line(inquiry: Inquiry, row: Row, video: Video) -> Line:
    return Line(
        title=video.title,
        url=replace(inquiry.state, more=()).url(path=reverse("pages:video", args=[video.public_id])),
        detail="",
        cells=tuple(metric_cell(name, row[name], "Its length is not known.") for name in MEASURES),
        thumbnail_url=video.thumbnail_url,
        length=clock_shown(float(video.duration)) if video.duration else "",
    )
