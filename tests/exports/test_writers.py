from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from exports.archive import write_archive
from exports.fields import fields_named
from exports.tables import Cell
from exports.writers import WRITERS, write_csv, write_xlsx
from tests.exports.tables import COLUMNS, DATE, Files, table_of, written

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1",
    " =1+1",
    "＝1+1",
    "=",
    "-",
    "@x",
]
PLAIN = [
    "plain",
    'says "hi", twice',
    "two\r\nlines",
    "100%",
    "a=b",
    "1-2",
    "'quoted",
    "Zürich",
    "🎉👩‍👩‍👧",
    "שלום",
    "null",
    "#N/A",
    "TRUE",
    "007",
    "1e5",
    "2026-01-01",
    "<b>&amp;",
    "  spaces  ",
]


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def write(format: str, rows: list[tuple[Cell, ...]]) -> bytes:
    return written(format, table_of(rows))


def sheet_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content)).active


def test_csv_has_a_byte_order_mark_and_lines_that_end_in_cr_lf() -> None:
    content = write("csv", [('Zürich, "it"', 3, 12.5, None)])
    assert content == '\ufefftitle,views,total_watch_time,view_rate\r\n"Zürich, ""it""",3,12.5,\r\n'.encode()


def test_an_empty_report_has_its_header() -> None:
    header = ["title", "views", "total_watch_time", "view_rate"]
    assert read_csv(write("csv", [])) == [header]
    assert [[cell.value for cell in row] for row in sheet_of(write("xlsx", [])).rows] == [header]


@pytest.mark.parametrize("title", FORMULAS)
def test_text_that_begins_like_a_formula_stays_text(title: str) -> None:
    assert read_csv(write("csv", [(title, 1, 1.0, None)]))[1][0] == f"'{title}"
    cell = sheet_of(write("xlsx", [(title, 1, 1.0, None)])).cell(2, 1)
    assert (cell.value, cell.data_type) == (title.replace("\r", "\n"), "s")
    assert cell.quotePrefix


@pytest.mark.parametrize("title", PLAIN)
def test_other_text_is_left_as_it_is(title: str) -> None:
    assert read_csv(write("csv", [(title, 1, 1.0, None)]))[1][0] == title
    cell = sheet_of(write("xlsx", [(title, 1, 1.0, None)])).cell(2, 1)
    assert (cell.value, cell.data_type) == (title.replace("\r\n", "\n"), "s")


def test_characters_that_xml_cannot_hold_do_not_spoil_the_workbook() -> None:
    cell = sheet_of(write("xlsx", [("a\x00b\x0bc\ufffe\x1f", 1, 1.0, None)])).cell(2, 1)
    assert cell.value == "a\ufffdb\ufffdc\ufffd\ufffd"


def test_numbers_stay_numbers_negative_ones_too() -> None:
    rows: list[tuple[Cell, ...]] = [("a", -5, -0.000001, 1234567.891), ("b", 10**12, 100.0, None)]
    assert read_csv(write("csv", rows))[1:] == [
        ["a", "-5", "-0.000001", "1234567.891"],
        ["b", "1000000000000", "100", ""],
    ]
    sheet = sheet_of(write("xlsx", rows))
    assert [sheet[place].value for place in ("B2", "D2", "B3", "D3")] == [-5, 1234567.891, 10**12, None]
    assert {sheet[place].data_type for place in ("B2", "D2", "B3")} == {"n"}


def test_dates_and_durations_are_real_ones_in_a_workbook() -> None:
    columns = (COLUMNS[0], DATE, *fields_named(["duration", "total_watch_time", "average_watch_time"]))
    seconds = (3723.5, 360_000.25, 0.001)
    table = [("a", date(2025, 3, 30), *seconds), ("b", date(2024, 2, 29), None, 0.0, None)]
    sheet = sheet_of(written("xlsx", table_of(table, columns)))
    assert [cell.value for cell in sheet[2][1:]] == [datetime(2025, 3, 30), *(timedelta(seconds=s) for s in seconds)]
    assert [cell.number_format for cell in sheet[2][1:]] == ["yyyy-mm-dd", *["[h]:mm:ss"] * 3]
    assert sheet["B3"].value == datetime(2024, 2, 29)
    assert sheet["D3"].value == timedelta(0)
    assert sheet["C3"].value is None
    assert read_csv(written("csv", table_of(table, columns)))[1:] == [
        ["a", "2025-03-30", "3723.5", "360000.25", "0.001"],
        ["b", "2024-02-29", "", "0", ""],
    ]


def test_the_workbooks_header_is_frozen_bold_and_wide_enough() -> None:
    sheet = sheet_of(write("xlsx", [("a", 1, 1.0, 50.0)]))
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["A"].width == 48
    assert sheet.column_dimensions["C"].width >= len("total_watch_time")
    assert sheet["D2"].number_format == '0.00"%"'


def test_rows_beyond_one_sheet_go_on_in_the_next_one_under_the_same_header() -> None:
    files = Files()
    rows = [(f"video {number}", number, 0.0, None) for number in range(10)]
    assert write_xlsx(table_of(rows), files.open, rows_per_sheet=5) == 10
    workbook = load_workbook(io.BytesIO(files.contents["report.xlsx"]))
    assert workbook.sheetnames == ["Report", "Report 2", "Report 3"]
    titles = [[row[0].value for row in sheet.rows] for sheet in workbook]
    assert titles == [
        ["title", *(f"video {number}" for number in range(4))],
        ["title", *(f"video {number}" for number in range(4, 8))],
        ["title", "video 8", "video 9", "Total"],
    ]
    assert [sheet.auto_filter.ref for sheet in workbook] == ["A1:D5", "A1:D5", "A1:D3"]


def test_lines_beyond_one_sheet_go_on_in_further_files_under_the_same_header() -> None:
    for count in range(10):
        files = Files()
        rows = [(f"video {number}", number, 0.0, None) for number in range(count)]
        assert write_csv(table_of(rows), files.open, rows_per_file=4) == count
        names = ["report.csv", "report-2.csv", "report-3.csv"][: max(1, -(-count // 3))]
        assert list(files.contents) == names
        parts = [read_csv(content) for content in files.contents.values()]
        assert {len(part) for part in parts[:-1]} <= {4}
        assert {tuple(part[0]) for part in parts} == {tuple(column.name for column in COLUMNS)}
        assert [line[0] for part in parts for line in part[1:]] == [row[0] for row in rows]


def totals(content: bytes) -> list[tuple[str, list[Any]]]:
    """The sheet and the cells of each row of totals."""
    sheets = load_workbook(io.BytesIO(content)).worksheets
    rows = [(sheet.title, [cell.value for cell in row]) for sheet in sheets for row in sheet.rows]
    return [(title, row) for title, row in rows if row[0] == "Total"]


def test_totals_stand_below_what_they_add_up_and_above_events() -> None:
    columns = fields_named(["title", "views", "visitors", "total_watch_time", "average_watch_time", "engagement"])
    cells = (3, 2, 60.0, 20.0, 0.5)
    content = written("xlsx", table_of([("a", *cells), ("b", *cells)], columns, others=[("event", *cells)]))
    sheet = sheet_of(content)
    assert [row[0].value for row in sheet.rows] == ["title", "a", "b", "Total", "event"]
    [(_, row)] = totals(content)
    assert row == ["Total", "=SUM(B2:B3)", None, "=SUM(D2:D3)", '=IF(SUM(B2:B3)=0,"",SUM(D2:D3)/SUM(B2:B3))', None]
    assert [cell.data_type for cell in sheet[4]] == ["s", "f", "n", "f", "f", "n"]
    assert (sheet["D4"].number_format, sheet["D4"].font.bold) == ("[h]:mm:ss", True)
    assert sheet.auto_filter.ref == "A1:F3"


def test_an_average_needs_both_columns_that_it_is_made_of() -> None:
    columns = fields_named(["title", "average_watch_time", "total_watch_time"])
    assert totals(written("xlsx", table_of([("a", 1.0, 2.0)], columns)))[0][1] == ["Total", None, "=SUM(C2:C2)"]


@pytest.mark.parametrize("rows_per_sheet", [2, 3, 4, 5, 6, 7])
def test_totals_are_of_all_sheets(rows_per_sheet: int) -> None:
    files = Files()
    rows = [("a", 1, 0.0, None)] * 5
    write_xlsx(table_of(rows, others=[("event", 9, 0.0, None)] * 3), files.open, rows_per_sheet)
    content = files.contents["report.xlsx"]
    workbook = load_workbook(io.BytesIO(content))
    assert all(sheet.max_row <= rows_per_sheet for sheet in workbook)
    [(place, row)] = totals(content)
    formula = row[1].removeprefix("=SUM(").removesuffix(")")
    summed = []
    for part in formula.split(","):
        title, _, cells = part.rpartition("!")
        sheet = workbook[title.strip("'") or place]
        summed += [cell.value for [cell] in sheet[cells]]
    assert summed == [1] * 5
    column = [cell.value for sheet in workbook for cell in sheet["A"][1:]]
    assert column == ["a"] * 5 + ["Total"] + ["event"] * 3


def test_the_row_of_totals_says_what_it_is_or_is_not_there() -> None:
    counts = fields_named(["views", "visitors"])
    assert [[cell.value for cell in row] for row in sheet_of(written("xlsx", table_of([(3, 2)], counts))).rows] == [
        ["views", "visitors"],
        [3, 2],
        ["=SUM(A2:A2)", "Total"],
    ]
    assert sheet_of(written("xlsx", table_of([(3,)], fields_named(["views"])))).max_row == 2


@pytest.mark.parametrize("columns", [["title", "view_rate"], ["title", "views"]])
def test_there_is_no_row_of_totals_where_there_is_nothing_to_add_up(columns: list[str]) -> None:
    rows = [("a", 1)] if columns[1] == "view_rate" else []
    assert totals(written("xlsx", table_of(rows, fields_named(columns), others=[("event", 1)]))) == []


def test_rows_that_break_off_leave_no_temporary_file_behind(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaking() -> Any:
        yield from table_of([("a", 1, 1.0, None)]).rows
        raise RuntimeError("the worker was told to stop")

    for writer in WRITERS.values():
        with pytest.raises(RuntimeError):
            writer(replace(table_of([]), rows=breaking()), Files().open)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_zip_holds_the_table_and_a_readme(format: str) -> None:
    target = io.BytesIO()
    table = table_of([("a", 1, 1.0, 50.0)])
    rows = write_archive(target, format, table, lambda rows: f"{rows} rows", datetime(2026, 1, 31, 13, 5, 7))
    assert rows == 1
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"report.{format}", "README.txt"]
        assert archive.read("README.txt") == b"1 rows"
        assert archive.infolist()[0].date_time == (2026, 1, 31, 13, 5, 6)
        if format == "xlsx":
            assert sheet_of(archive.read("report.xlsx"))["A2"].value == "a"
        else:
            assert read_csv(archive.read("report.csv"))[1] == ["a", "1", "1", "50"]
