"""By which metric videos are compared: the address' `of`; how its spread is drawn and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import QueryDict

from analytics.charts import Box, Chart, boxes_figure, boxes_height
from analytics.formats import count_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Choice, Toolbar, toolbar_of
from analytics.query import Row
from analytics.spreads import Spread, spread_of_rows
from analytics.tables import Column, File, Table, metric_column

MEASURES = ("views", "engagement", "completion_rate", "engagement_score", "average_watch_time")
DEFAULT, PARAMETER = "engagement", "of"
PARTS = ("Least", "First quartile", "Median", "Third quartile", "Most")
HOW_TO_READ = "A box holds the middle half of the videos, its line is the median; the ends are the least and the most."


def measured(inquiry: Inquiry, query: QueryDict) -> tuple[Inquiry, str]:
    """Return the inquiry that keeps the measure in its address, and the measure."""
    state, measure = inquiry.state, query.get(PARAMETER, "") or DEFAULT
    if measure not in MEASURES:
        notice = f"Videos are not compared by “{measure}”; there are {', '.join(MEASURES)}."
        state, measure = replace(state, notices=(*state.notices, notice)), DEFAULT
    more = ((PARAMETER, measure),) if measure != DEFAULT else ()
    return replace(inquiry, state=replace(state, more=more)), measure


def measure_choices(measure: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, METRICS[name].label, name == measure) for name in MEASURES)


def toolbar_without_comparison(inquiry: Inquiry) -> Toolbar:
    """Return the toolbar of a page that compares videos, not periods; its form has the measure as a choice."""
    return replace(toolbar_of(replace(inquiry.state, more=()), "", ()), comparisons=())


def spread_said(measure: str, spread: Spread, videos: int) -> str:
    """Return a spread in words, as a tooltip has it."""
    least, first, median, third, most = (value_shown(measure, value) for value in spread.values)
    return (
        f"{count_shown(videos)} {'video' if videos == 1 else 'videos'}<br>median {median}"
        f"<br>middle half {first} to {third}<br>all {least} to {most}"
    )


def spread_chart(title: str, caption: str, measure: str, boxes: Sequence[Box], counts: Sequence[int]) -> Chart:
    """Return the chart of several boxes, each over so many videos."""
    column = metric_column(measure)
    parts = (Column(part, column.shown, column.unit) for part in PARTS)
    records = tuple((box.label, count, *box.spread.values) for box, count in zip(boxes, counts, strict=True))
    return Chart(
        name="spread",
        title=title,
        caption=f"{caption} {HOW_TO_READ}",
        figure=boxes_figure(boxes, METRICS[measure].unit),
        table=Table((Column("Template"), Column("Videos", count_shown), *parts), records),
        height=boxes_height(len(boxes)),
    )


def ranked(rows: Sequence[Row], measure: str) -> list[Row]:
    """Return the rows (by video) that have a value, the largest first, of equal ones those with most views."""
    known = [row for row in rows if row[measure] is not None]
    return sorted(known, key=lambda row: (-row[measure], -row["views"], row["video"]))


def spreads_file(rows: Sequence[Row]) -> File:
    """Return the same for a file, in the measures' own units."""
    records = tuple((METRICS[name].label, METRICS[name].unit, *spread_of_rows(rows, name).values) for name in MEASURES)
    return File("spreads", Table((Column("Metric"), Column("Unit"), *map(Column, PARTS)), records))


def spreads_table(rows: Sequence[Row]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return each measure's label, definition and the values of its spread over the rows."""
    return tuple(
        (
            METRICS[name].label,
            METRICS[name].definition,
            tuple(value_shown(name, value) for value in spread_of_rows(rows, name).values),
        )
        for name in MEASURES
    )
