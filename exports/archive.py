"""The ZIP that a report is handed out as: the table, and a README.txt that says what its numbers are."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import IO

from exports.models import Breakdown, Format, Report
from exports.tables import Column, Table
from exports.writers import WRITERS
from videos.maps import CatalogMaps

_UNITS = {"per cent": "in per cent", "ratio": "from 0 to 1", "score": "from 1 to 10"}
_SECONDS = {Format.CSV: "in seconds", Format.XLSX: "in hours, minutes and seconds"}
_EVENT_FIELDS = frozenset({"event_id", "kind"})


def write_archive(target: IO[bytes], format: str, table: Table, readme: Callable[[int], str], made_at: datetime) -> int:
    """Write `report.csv` (and `report-2.csv`, …) or `report.xlsx`, and `README.txt`, into a ZIP; return the rows.

    `readme` returns the text for a number of rows; `made_at` (local) dates the files.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def open_file(name: str) -> IO[bytes]:
            return archive.open(_entry(name, made_at), "w", force_zip64=True)

        rows = WRITERS[format](table, open_file)
        archive.writestr(_entry("README.txt", made_at), readme(rows))
    return rows


def _entry(name: str, made_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, made_at.timetuple()[:6])
    # A workbook is a ZIP itself.
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".xlsx") else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def readme_text(report: Report, maps: CatalogMaps, table: Table, rows: int, made_at: datetime) -> str:
    """Return what README.txt says: whose report, about what and when, which rows there are, and what a column means."""
    parts = [
        ["Viewprint report"],
        _facts(report, maps, rows, made_at),
        ["Rows", "", *_rows_explained(report, table.columns)],
        ["Totals", "", *_totals_explained(report, table.columns)],
        ["Columns", "", *_columns_explained(report, table.columns)],
        [
            "Recognised bots are left out. A ratio over nothing is an empty cell, but view_rate without views is 0.",
            "Project, folder and title are those of the moment when the report was made.",
        ],
    ]
    if report.format == Format.CSV:
        parts[-1].append("Text that a spreadsheet would take for a formula has an apostrophe in front.")
    return "\n".join("\n".join([*part, ""]) for part in parts)


def _facts(report: Report, maps: CatalogMaps, rows: int, made_at: datetime) -> list[str]:
    selected = [
        (kind, ", ".join(f"{maps.names[each]} ({each})" for each in several))
        for kind, several in (("Folders", report.folders), ("Projects", report.projects))
        if several
    ]
    facts = [
        ("Workspace", report.workspace.name),
        ("Period", period_words(report)),
        ("Time zone", report.timezone),
        *(selected or [("Selection", "the whole workspace")]),
        ("Broken down", f"by {Breakdown(report.breakdown).label.lower()}" if report.breakdown else "no"),
        ("Rows", str(rows)),
        ("Made", f"{made_at:%Y-%m-%d %H:%M:%S}"),
        ("Report", report.public_id),
    ]
    width = max(len(name) for name, _ in facts) + 2
    lines = [f"{name + ':':<{width}}{' '.join(value.split())}" for name, value in facts]
    if report.folders:
        lines.insert(4, f"{'':<{width}}What is in folders nested in these is included.")
    return lines


def tells_events(columns: Iterable[Column]) -> bool:
    """Say whether the columns tell an event's row from others: without them nobody could leave it out."""
    return any(column.name in _EVENT_FIELDS for column in columns)


def _rows_explained(report: Report, columns: tuple[Column, ...]) -> list[str]:
    lines = [
        "Videos and live streams come first, by project, folder and title; those that nobody loaded have zeros.",
        "A live stream's video is in the stream's row; its recording has a row of its own where it is another video.",
    ]
    if tells_events(columns):
        lines += [
            "Events come last. An event's row is about all sessions of the videos shown in its talks, which are in",
            "rows of their own too. An event is there if one of these videos is, or if the report is of the whole",
            "workspace.",
        ]
    else:
        lines.append(
            "Events have no rows, as neither of the fields event_id and kind, by which to know them, was chosen."
        )
    if report.breakdown:
        noun = Breakdown(report.breakdown).label.lower()
        lines += [
            f"Each has a row for every {noun} with player loads in the period; an empty cell stands for an unknown.",
            f"What nobody loaded has one row of zeros without a {noun}. There are no other rows of zeros.",
        ]
    if report.format == Format.CSV:
        lines.append("What a spreadsheet cannot hold in one sheet is in further files, report-2.csv and so on.")
    else:
        lines.append("What does not fit into one sheet is in further ones, Report 2 and so on.")
    return lines


def _totals_explained(report: Report, columns: tuple[Column, ...]) -> list[str]:
    summed = [column.name for column in columns if column.total == (column.name,)]
    if not summed:
        return ["No column can be added up."]
    lines = [
        f"These can be added up over the rows of videos and streams: {', '.join(summed)}.",
        "Others cannot: one visitor or visit may be in several rows, and ratios have no sum.",
    ]
    if tells_events(columns):
        lines.append("Leave out the rows of events, which hold the same sessions again.")
    if report.format == Format.XLSX and len(summed) < len(columns):
        lines.append("The row Total, behind the last of these rows, does so by formula.")
    return lines


def _columns_explained(report: Report, columns: tuple[Column, ...]) -> list[str]:
    units = {**_UNITS, "seconds": _SECONDS[Format(report.format)]}
    width = max(len(column.name) for column in columns) + 2
    lines = []
    for column in columns:
        unit = f" ({units[column.unit]})" if column.unit in units else ""
        lines.append(f"{column.name:<{width}}{column.label}{unit}. {column.definition}")
    return lines


def period_words(report: Report) -> str:
    """Return the period in words with its dates, such as `Last month (2026-01-01 to 2026-01-31)`."""
    period = report.period
    if period.name == "custom" or period.first_on is None or period.last_on is None:
        return period.label
    if period.name == "last_24_hours" and period.start is not None and period.end is not None:
        begin, end = period.start.astimezone(period.zone), period.end.astimezone(period.zone)
        return f"{period.label} ({begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M})"
    return f"{period.label} ({period.first_on} to {period.last_on})"
