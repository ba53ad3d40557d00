"""How playback went: how long it took to start, how often it was interrupted, what failed, when and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from analytics.charts import Chart
from analytics.countries import country_name
from analytics.dimensions import DIMENSIONS
from analytics.formats import count_shown, part_shown, value_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.timeline import pair_chart, timeline_of
from analytics.pages.video.listing import Listing
from analytics.pages.video.subject import Subject
from analytics.query import Row
from analytics.sessions import Filter
from analytics.tables import RATIO, Column, Table, metric_column
from analytics.together import together
from analytics.video_captions import startup_caption, trouble_caption

STARTUP, TROUBLE = ("startup_median", "startup_p95"), ("rebuffer_rate", "error_rate")
TILES = (*STARTUP, "rebuffer_rate", "rebuffering_ratio", "error_rate")
BY = ("plays", *TILES)
MOST_ROWS = 12


@dataclass(frozen=True)
class QualityTile:
    """A number of the video beside the workspace's."""

    name: str
    label: str
    definition: str
    value: float | None
    shown: str
    beside: str


@dataclass(frozen=True)
class Quality:
    """The tab's content; `errors` is None where there are none."""

    tiles: tuple[QualityTile, ...]
    startup: Chart
    trouble: Chart
    tables: tuple[Listing, ...]
    errors: Listing | None


def quality_of(subject: Subject) -> Quality:
    """Return the tab's content."""
    # Nothing here is compared with an earlier period.
    inquiry = replace(subject.inquiry, state=replace(subject.inquiry.state, comparison="none"))
    timeline, everywhere, tables = together(
        lambda: timeline_of(inquiry, (*STARTUP, *TROUBLE), ("rebuffering_ratio", "errors", "loads")),
        lambda: Inquiry(inquiry.context, inquiry.state).ask(*TILES).rows[0],
        lambda: _by(inquiry),
    )
    total = timeline.total
    return Quality(
        tiles=tuple(_tile(name, total, everywhere) for name in TILES),
        startup=pair_chart(timeline, STARTUP, "startup", "Startup time", startup_caption(total)),
        trouble=pair_chart(timeline, TROUBLE, "trouble", "Interruptions and errors", trouble_caption(total)),
        tables=tables,
        errors=_errors(inquiry, total) if total["errors"] else None,
    )


def _tile(name: str, total: Row, everywhere: Row) -> QualityTile:
    metric = METRICS[name]
    beside = f"{value_shown(name, everywhere[name])} in the workspace"
    return QualityTile(name, metric.label, metric.definition, total[name], value_shown(name, total[name]), beside)


def _by(inquiry: Inquiry) -> tuple[Listing, ...]:
    """Return the numbers by browser and by country."""
    titles: tuple[tuple[str, Callable[[str | None], str]], ...] = (("browser", _or_unknown), ("country", country_name))
    answer = inquiry.ask_apart(*BY, by=tuple(name for name, _ in titles))
    return tuple(_listing(inquiry, name, answer[name], label) for name, label in titles)


def _or_unknown(value: str | None) -> str:
    return value or "Unknown"


def _listing(inquiry: Inquiry, dimension: str, rows: list[Row], label: Callable[[str | None], str]) -> Listing:
    title = DIMENSIONS[dimension].label
    shown = sorted(rows, key=lambda row: (-row["plays"], label(row[dimension])))[:MOST_ROWS]
    return Listing(
        name=f"quality-{dimension}",
        title=f"By {title.lower()}",
        caption="Most plays first. Of few plays, the numbers say little.",
        table=Table(
            (Column(title, label), *(metric_column(name) for name in BY)),
            tuple((row[dimension], *(row[name] for name in BY)) for row in shown),
        ),
        urls=tuple(inquiry.state.filtered_url(dimension, row[dimension]) for row in shown),
        left_out=len(rows) - len(shown),
    )


def _errors(inquiry: Inquiry, total: Row) -> Listing:
    failed = replace(inquiry.state, filters=(*inquiry.state.filters, Filter("error", "not_in", (None,))))
    answer = replace(inquiry, state=failed).ask("errors", by=("error",), order="-errors", per_page=MOST_ROWS)
    records = tuple((row["error"], row["errors"], row["errors"] / total["loads"]) for row in answer.rows)
    columns = (Column("Message"), Column("Player loads", count_shown), Column("Of all loads", part_shown, RATIO))
    urls = tuple(inquiry.state.filtered_url("error", row["error"]) for row in answer.rows)
    return Listing(
        name="errors",
        title="Errors by message",
        caption="What players said when playback failed, the most frequent first.",
        table=Table(columns, records),
        urls=urls,
        left_out=answer.total_rows - len(urls),
    )
