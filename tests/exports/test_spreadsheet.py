"""A real spreadsheet opens what is written, and reckons the totals."""

from __future__ import annotations

import csv
import io
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from analytics.context import Context
from exports.fields import BREAKDOWNS, FIELDS, breakdown_named, fields_named
from exports.rows import report_table, selected_contents
from exports.writers import write_xlsx
from tests.exports.conftest import DATABASES
from tests.exports.expected import assert_same, expected_rows
from tests.exports.facts import store_catalog, store_sessions
from tests.exports.tables import COLUMNS, DATE, Files, table_of
from tests.exports.test_rows import all_time
from tests.oracle.facts import sessions_of
from tests.oracle.sampling import random_catalog, random_sessions
from tests.real_parts import require
from videos.models import Workspace

# Values as the cells show them, with commas, quotation marks and UTF-8.
SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76"
# How each workbook is broken down, how many rows a sheet of it has, and what its file is called.
FEW, MANY = 30, 100_000
BOOKS = {("", FEW): "plain", ("", MANY): "one-sheet", ("day", MANY): "days", ("viewer", FEW): "viewers"}


def converted(directory: Path, contents: dict[str, bytes], form: str) -> dict[str, Path]:
    """What LibreOffice makes of the workbooks when it has opened them, by name: it starts once for all."""
    target = directory / "converted"
    command = [require("soffice"), f"-env:UserInstallation={(directory / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", form, "--outdir", str(target)]
    for name, content in contents.items():
        (directory / f"{name}.xlsx").write_bytes(content)
        command.append(str(directory / f"{name}.xlsx"))
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {path.stem: path for path in target.iterdir()}


def seconds(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


@pytest.mark.django_db(databases=DATABASES)
def test_every_cell_and_every_total_is_the_oracles(workspace: Workspace, tmp_path: Path) -> None:
    catalog = random_catalog(21)
    sessions = sessions_of(random_sessions(21, 400, catalog), catalog)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    context = Context(workspace)
    contents = {}
    for (breakdown, rows_per_sheet), name in BOOKS.items():
        table = report_table(
            context, all_time(workspace), selected_contents(context), fields_named([]), breakdown_named(breakdown)
        )
        write_xlsx(table, (files := Files()).open, rows_per_sheet)
        contents[name] = files.contents["report.xlsx"]
    paths = converted(tmp_path, contents, "xlsx:Calc MS Excel 2007 XML")
    for (breakdown, rows_per_sheet), name in BOOKS.items():
        sheets = load_workbook(paths[name], data_only=True).worksheets
        assert (len(sheets) > 1) == (rows_per_sheet == FEW), name
        rows = []
        for sheet in sheets:
            names, *lines = sheet.iter_rows(values_only=True)
            rows += [dict(zip(names, line, strict=True)) for line in lines]
        [total] = [row for row in rows if row["project_id"] == "Total"]
        cells = [
            {column: cell_read(column, value) for column, value in row.items()} for row in rows if row is not total
        ]
        expected = expected_rows(catalog, sessions, breakdown=breakdown)
        assert_same(cells, expected, seconds_within=6e-4)
        assert_totals(total, [row for row in expected if row["kind"] != "event"])


def assert_totals(total: dict[str, Any], summed: list[dict[str, Any]]) -> None:
    """What the spreadsheet has reckoned is what these rows add up to, and nothing else has a total."""
    for name in FIELDS:
        if FIELDS[name].total == (name,):
            whole = sum(row[name] for row in summed)
            assert seconds(total[name]) == pytest.approx(whole, abs=6e-4), name
            assert whole > 0
    average = sum(row["total_watch_time"] for row in summed) / sum(row["views"] for row in summed)
    assert seconds(total["average_watch_time"]) == pytest.approx(average, abs=6e-4)
    assert {name for name, value in total.items() if value is not None} == {
        "project_id",
        *(name for name in FIELDS if FIELDS[name].total),
    }


def cell_read(name: str, value: Any) -> Any:
    columns = {**FIELDS, **{column.name: column for each in BREAKDOWNS.values() for column in each.columns}}
    if columns[name].is_text:
        return value or ""
    if isinstance(value, datetime):
        return value.date()
    return seconds(value)


def test_times_dates_and_shares_are_shown_as_such_and_formulas_as_text(tmp_path: Path) -> None:
    columns = (COLUMNS[0], DATE, *fields_named(["views", "total_watch_time", "average_watch_time", "engagement"]))
    rows = [
        ("=1+1", date(2025, 3, 30), 3, 3723.0, 20.0, 0.125),
        ("@x", date(2025, 3, 31), 4, 360_000.0, None, None),
        ('+1;"tab"', None, 0, 0.0, None, 1.0),
    ]
    files = Files()
    write_xlsx(table_of(rows, columns, others=[("-event", None, 1, 60.0, 60.0, 0.5)]), files.open)
    [path] = converted(tmp_path, {"report": files.contents["report.xlsx"]}, SHOWN).values()
    assert list(csv.reader(io.StringIO(path.read_text("utf-8"))))[1:] == [
        ["=1+1", "2025-03-30", "3", "1:02:03", "0:00:20", "12.50%"],
        ["@x", "2025-03-31", "4", "100:00:00", "", ""],
        ['+1;"tab"', "", "0", "0:00:00", "", "100.00%"],
        ["Total", "", "7", "101:02:03", "14:26:00", ""],
        ["-event", "", "1", "0:01:00", "0:01:00", "50.00%"],
    ]
