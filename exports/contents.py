"""What the file of a report consists of: a ZIP of the catalog's rows, or a bare file of SixtySeconds' analytics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Protocol

from django.utils import timezone

from analytics.context import Context
from exports.archive import readme_text, tells_events, write_archive
from exports.fields import breakdown_named, fields_named
from exports.models import About, Format, Report
from exports.rows import report_table, selected_contents
from exports.sixtyseconds.files import MEDIA_TYPES, write_export
from exports.tables import Row, Table

HALF = 50


class Watched(Protocol):
    """Who builds: is told how far it is, and stops a build that is not wanted any more by an exception."""

    def say(self, percent: int, *, now: bool = False) -> None: ...

    def over(self, table: Table) -> Iterator[Row]: ...


@dataclass(frozen=True)
class ReportFile:
    """A report's file. `name` is what a browser calls it; `write` returns the number of rows, None without a table."""

    name: str
    extension: str
    media_type: str
    write: Callable[[Report, IO[bytes], Watched], int | None]


def report_file(report: Report) -> ReportFile:
    """Return what the report's file is."""
    if report.about == About.CATALOG:
        return ReportFile(f"report-{_dates(report)}.zip", "zip", "application/zip", _write_catalog)
    media_type = MEDIA_TYPES[Format(report.format)]
    return ReportFile(f"{report.public_id}.{report.format}", report.format, media_type, _write_export)


def _dates(report: Report) -> str:
    period = report.period
    return f"{period.first_on}-to-{period.last_on}" if period.first_on else period.name.replace("_", "-")


def _write_catalog(report: Report, target: IO[bytes], progress: Watched) -> int:
    context = Context(report.workspace)
    fields, breakdown = fields_named(report.fields), breakdown_named(report.breakdown)
    contents = selected_contents(context, report.folders, report.projects)
    if not tells_events(fields):
        contents = replace(contents, events=())
    progress.say(1, now=True)
    table = report_table(context, report.period, contents, fields, breakdown)
    made_at = timezone.now().astimezone(report.period.zone)

    def readme(rows: int) -> str:
        return readme_text(report, context.maps, table, rows, made_at)

    return write_archive(target, report.format, replace(table, rows=progress.over(table)), readme, made_at)


def _write_export(report: Report, target: IO[bytes], progress: Watched) -> int | None:
    progress.say(1, now=True)
    rows = write_export(report, target)
    progress.say(HALF, now=True)
    return rows
