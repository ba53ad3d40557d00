"""The templates of a workspace compared: how a metric spreads over the videos of each, and which do best."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count
from django.urls import reverse

from analytics.charts import Box, Chart, bars_figure
from analytics.formats import count_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.figures import Line, Listing, count_cell, metric_cell, metric_labels
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Choice, Toolbar
from analytics.pages.templates.measures import (
    MEASURES,
    measure_choices,
    ranked,
    spread_chart,
    spread_said,
    toolbar_without_comparison,
)
from analytics.query import Row
from analytics.spreads import spread_of_rows, with_views
from analytics.tables import Column, File, Table, metric_column
from analytics.together import together
from videos.models import Template

TOP = 5
VIDEOS = ("Videos", "Videos made from the template, watched or not.")
NO_VIDEOS, NO_VIEWS = "No video was made from this template.", "Its videos have no views in this period."


@dataclass(frozen=True)
class TopVideo:
    """A video with what it has of the measure, and its views."""

    title: str
    url: str
    value: str
    views: str


@dataclass(frozen=True)
class TopVideos:
    """The best videos of a template."""

    template: str
    url: str
    videos: tuple[TopVideo, ...]


@dataclass(frozen=True)
class TemplatesPage:
    """The page. `spread` is None where no video has a value, `templates` where there are no templates."""

    toolbar: Toolbar
    measures: tuple[Choice, ...]
    measure: str
    spread: Chart | None
    templates: Listing | None
    best: tuple[TopVideos, ...]
    best_file: File
    add_url: str
    notices: tuple[str, ...]


def templates_page(inquiry: Inquiry, measure: str, *, may_edit: bool) -> TemplatesPage:
    """Return the templates compared by the measure: two questions, however many there are."""
    counted = Template.objects.filter(workspace=inquiry.context.workspace).annotate(video_count=Count("videos"))
    templates: list[Any] = list(counted.order_by("name", "pk"))
    rows, listing = together(
        lambda: _rows_by_template(inquiry) if templates else {},
        lambda: _listing(inquiry, templates, measure) if templates else None,
    )
    label = METRICS[measure].label
    return TemplatesPage(
        toolbar=toolbar_without_comparison(inquiry),
        measures=measure_choices(measure),
        measure=label,
        spread=_spread(templates, rows, measure),
        templates=listing,
        best=_best_of_each(inquiry, templates, rows, measure),
        best_file=_best_file(inquiry, templates, rows, measure),
        add_url=reverse("admin:videos_template_add") if may_edit else "",
        notices=inquiry.state.notices,
    )


def _rows_by_template(inquiry: Inquiry) -> defaultdict[str, list[Row]]:
    """Return the measures of each viewed video, most views first, by its template."""
    maps = inquiry.context.maps
    template = {public_id: maps.template[pk] for pk, (public_id,) in maps.video.items()}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in with_views(inquiry.ask(*MEASURES, by=("video",), order="-views").rows):
        for each in template[row["video"]]:
            found[each].append(row)
    return found


def _spread(templates: list[Any], rows: dict[str, list[Row]], measure: str) -> Chart | None:
    found = []
    for template in templates:
        known = [row for row in rows.get(template.public_id, ()) if row[measure] is not None]
        if known:
            spread = spread_of_rows(known, measure)
            said = f"{template.name}<br>{spread_said(measure, spread, len(known))}"
            found.append((Box(template.name, spread, said), len(known)))
    if not found:
        return None
    found.sort(key=lambda pair: -(pair[0].spread.median or 0))
    boxes, counts = zip(*found, strict=True)
    label = METRICS[measure].label
    return spread_chart(f"{label} by template", _caption(boxes, measure), measure, boxes, counts)


def _caption(boxes: tuple[Box, ...], measure: str) -> str:
    best, worst = boxes[0], boxes[-1]
    what = METRICS[measure].label.lower()
    value = value_shown(measure, best.spread.median)
    if len(boxes) == 1:
        return f"The median {what} of “{best.label}” is {value}."
    lowest = value_shown(measure, worst.spread.median)
    return f"“{best.label}” has the highest median {what} ({value}), “{worst.label}” the lowest ({lowest})."


def _listing(inquiry: Inquiry, templates: list[Any], measure: str) -> Listing:
    totals = {row["template"]: row for row in inquiry.ask(*MEASURES, by=("template",)).rows}
    nothing = {name: METRICS[name].value(None) for name in MEASURES}
    pairs = [(each, totals.get(each.public_id, nothing)) for each in templates]
    pairs.sort(key=lambda pair: (-(pair[1][measure] or 0), pair[0].name))
    return Listing(
        name="templates",
        title="All templates",
        caption=_templates_caption(pairs),
        noun="Template",
        labels=(VIDEOS, *metric_labels(MEASURES)),
        lines=tuple(_line(inquiry, *pair) for pair in pairs),
        table=Table(
            (Column("Template"), Column("Id"), Column(VIDEOS[0]), *map(metric_column, MEASURES)),
            tuple((e.name, e.public_id, e.video_count, *(row[name] for name in MEASURES)) for e, row in pairs),
        ),
        figure=bars_figure([(e.name, row[measure] or 0, value_shown(measure, row[measure])) for e, row in pairs]),
    )


def _templates_caption(pairs: list[tuple[Any, Row]]) -> str:
    count = f"{count_shown(len(pairs))} {'template' if len(pairs) == 1 else 'templates'}"
    unused = sum(not template.video_count for template, _ in pairs)
    used = f"; {count_shown(unused)} without a video" if unused else ""
    return f"{count}{used}. Each number is that of all the template’s videos together."


def _line(inquiry: Inquiry, template: Any, row: Row) -> Line:
    reason = NO_VIEWS if template.video_count else NO_VIDEOS
    return Line(
        title=template.name,
        url=template_url(inquiry, template),
        detail="" if row["views"] else reason,
        cells=(
            count_cell(VIDEOS[0], template.video_count),
            *(metric_cell(name, row[name], reason) for name in MEASURES),
        ),
    )


def template_url(inquiry: Inquiry, template: Template) -> str:
    """Return the address of a template's page with the period, filters and measure of this one."""
    return inquiry.state.url(path=reverse("pages:template", args=[template.public_id]))


def _best_of_each(
    inquiry: Inquiry, templates: list[Any], rows: dict[str, list[Row]], measure: str
) -> tuple[TopVideos, ...]:
    """Return the best videos of the templates that have any, in the order of their boxes."""
    used = [each for each in templates if each.public_id in rows]
    used.sort(key=lambda each: -(spread_of_rows(rows[each.public_id], measure).median or 0))
    return tuple(_best(inquiry, each, rows[each.public_id], measure) for each in used)


def _best_file(inquiry: Inquiry, templates: list[Any], rows: dict[str, list[Row]], measure: str) -> File:
    names = inquiry.context.maps.names
    records = tuple(
        (template.name, place, names[row["video"]], row["video"], *(row[name] for name in MEASURES))
        for template in templates
        for place, row in enumerate(ranked(rows.get(template.public_id, ()), measure)[:TOP], start=1)
    )
    columns = (Column("Template"), Column("Place"), Column("Video"), Column("Id"), *map(metric_column, MEASURES))
    return File("best", Table(columns, records))


def _best(inquiry: Inquiry, template: Template, rows: list[Row], measure: str) -> TopVideos:
    names = inquiry.context.maps.names
    videos = (
        TopVideo(
            names[row["video"]],
            replace(inquiry.state, more=()).url(path=reverse("pages:video", args=[row["video"]])),
            value_shown(measure, row[measure]),
            "" if measure == "views" else f"{count_shown(row['views'])} {'view' if row['views'] == 1 else 'views'}",
        )
        for row in ranked(rows, measure)[:TOP]
    )
    return TopVideos(template.name, template_url(inquiry, template), tuple(videos))
