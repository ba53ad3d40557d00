"""The ZIP that a report is handed out as: the table, and a README.txt that says what its numbers are."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import IO

from exports.fields import ReportField
from exports.models import Report
from exports.rows import Table
from exports.writers import WRITERS
from videos.maps import CatalogMaps

_UNITS = {
    "seconds": "in seconds",
    "per cent": "in per cent",
    "ratio": "from 0 to 1",
    "score": "from 1 to 10",
}


def write_archive(target: IO[bytes], format: str, table: Table, readme: Callable[[int], str], made_at: datetime) -> int:
    """Write `report.csv` or `report.xlsx` and `README.txt` into a ZIP; return the number of rows.

    `readme` returns the text for a number of rows; `made_at` (local) dates the files.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(_entry(f"report.{format}", made_at), "w", force_zip64=True) as entry:
            rows = WRITERS[format](table.fields, table.rows, entry)
        archive.writestr(_entry("README.txt", made_at), readme(rows))
    return rows


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def readme_text(
    report: Report, maps: CatalogMaps, fields: tuple[ReportField, ...], rows: int, made_at: datetime
) -> str:
    """Return what README.txt says: whose report, about what and when, and what each column means."""
    selected = [
        (kind, ", ".join(_named(each, maps) for each in several))
        for kind, several in (("Folders", report.folders), ("Projects", report.projects))
        if several
    ]
    facts = [
        ("Workspace", report.workspace.name),
        ("Period", period_words(report)),
        ("Time zone", report.timezone),
        *(selected or [("Videos", "all of the workspace")]),
        ("Rows", f"{rows}, one for each video, those that nobody loaded included"),
        ("Made", f"{made_at:%Y-%m-%d %H:%M:%S}"),
        ("Report", report.public_id),
    ]
    lines = ["Viewprint report", "", *(f"{name + ':':<12}{_one_line(value)}" for name, value in facts)]
    if report.folders:
        lines.append(f"{'':<12}Videos of folders nested in these are included.")
    lines += ["", "Columns", ""]
    width = max(len(field.name) for field in fields) + 2
    for field in fields:
        unit = f" ({_UNITS[field.unit]})" if field.unit in _UNITS else ""
        lines.append(f"{field.name:<{width}}{field.label}{unit}. {field.definition}")
    lines += [
        "",
        "Recognised bots are left out. A ratio over nothing is an empty cell, but view_rate without views is 0.",
        "Project, folder and title are those that the video had when the report was made.",
    ]
    if report.format == "csv":
        lines.append("Text that a spreadsheet would take for a formula has an apostrophe in front.")
    return "\n".join([*lines, ""])


def period_words(report: Report) -> str:
    """Return the period in words with its dates, such as `Last month (2026-01-01 to 2026-01-31)`."""
    period = report.period
    if period.name == "custom" or period.first_on is None or period.last_on is None:
        return period.label
    if period.name == "last_24_hours" and period.start is not None and period.end is not None:
        begin, end = period.start.astimezone(period.zone), period.end.astimezone(period.zone)
        return f"{period.label} ({begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M})"
    return f"{period.label} ({period.first_on} to {period.last_on})"


def _named(public_id: str, maps: CatalogMaps) -> str:
    return f"{maps.names[public_id]} ({public_id})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
