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


def converted(directory: Path, content: bytes, form: str) -> Path:
    """What LibreOffice makes of the workbook when it has opened it."""
    source, target = directory / "report.xlsx", directory / "converted"
    source.write_bytes(content)
    command = [require("soffice"), f"-env:UserInstallation={(directory / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", form, "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [path] = target.iterdir()
    return path


def seconds(value: Any) -> Any:
    return value.total_seconds() if isinstance(value, timedelta) else value


@pytest.mark.django_db(databases=DATABASES)
@pytest.mark.parametrize("breakdown", ["", "day", "viewer"])
@pytest.mark.parametrize("rows_per_sheet", [30, 100_000])
def test_every_cell_and_every_total_is_the_oracles(
    workspace: Workspace, tmp_path: Path, breakdown: str, rows_per_sheet: int
) -> None:
    catalog = random_catalog(21)
    sessions = sessions_of(random_sessions(21, 400, catalog), catalog)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    context, files = Context(workspace), Files()
    contents = selected_contents(context)
    table = report_table(context, all_time(workspace), contents, fields_named([]), breakdown_named(breakdown))
    write_xlsx(table, files.open, rows_per_sheet)
    path = converted(tmp_path, files.contents["report.xlsx"], "xlsx:Calc MS Excel 2007 XML")
    sheets = load_workbook(path, data_only=True).worksheets
    assert (len(sheets) > 1) == (rows_per_sheet == 30)
    rows = []
    for sheet in sheets:
        names, *lines = sheet.iter_rows(values_only=True)
        rows += [dict(zip(names, line, strict=True)) for line in lines]
    [total] = [row for row in rows if row["project_id"] == "Total"]
    rows = [{name: cell_read(name, value) for name, value in row.items()} for row in rows if row is not total]
    expected = expected_rows(catalog, sessions, breakdown=breakdown)
    assert_same(rows, expected, seconds_within=6e-4)
    contents_alone = [row for row in expected if row["kind"] != "event"]
    for name in FIELDS:
        if FIELDS[name].total == (name,):
            whole = sum(row[name] for row in contents_alone)
            assert seconds(total[name]) == pytest.approx(whole, abs=6e-4), name
            assert whole > 0
    average = sum(row["total_watch_time"] for row in contents_alone) / sum(row["views"] for row in contents_alone)
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
    path = converted(tmp_path, files.contents["report.xlsx"], SHOWN)
    assert list(csv.reader(io.StringIO(path.read_text("utf-8"))))[1:] == [
        ["=1+1", "2025-03-30", "3", "1:02:03", "0:00:20", "12.50%"],
        ["@x", "2025-03-31", "4", "100:00:00", "", ""],
        ['+1;"tab"', "", "0", "0:00:00", "", "100.00%"],
        ["Total", "", "7", "101:02:03", "14:26:00", ""],
        ["-event", "", "1", "0:01:00", "0:01:00", "50.00%"],
    ]
