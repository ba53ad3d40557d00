from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from exports.archive import write_archive
from exports.fields import Cell, fields_named
from exports.rows import Table
from exports.writers import WRITERS, write_csv, write_xlsx

FIELDS = fields_named(["title", "views", "total_watch_time", "view_rate"])
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
    target = io.BytesIO()
    assert WRITERS[format](FIELDS, iter(rows), target) == len(rows)
    return target.getvalue()


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
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [list(row) for row in rows]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, min_col=2) for cell in row} == {"n"}


def test_the_workbooks_header_is_frozen_bold_and_wide_enough() -> None:
    sheet = sheet_of(write("xlsx", [("a", 1, 1.0, 50.0)]))
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert sheet.column_dimensions["A"].width == 48
    assert sheet.column_dimensions["C"].width >= len("total_watch_time")
    assert sheet["D2"].number_format == '0.00"%"'


def test_rows_beyond_one_sheet_go_on_in_the_next_one_under_the_same_header() -> None:
    target = io.BytesIO()
    rows = [(f"video {number}", number, 0.0, None) for number in range(10)]
    assert write_xlsx(FIELDS, rows, target, rows_per_sheet=5) == 10
    workbook = load_workbook(target)
    assert workbook.sheetnames == ["Report", "Report 2", "Report 3"]
    titles = [[row[0].value for row in sheet.rows] for sheet in workbook]
    assert titles == [
        ["title", *(f"video {number}" for number in numbers)] for numbers in (range(4), range(4, 8), range(8, 10))
    ]


def test_rows_that_break_off_leave_no_temporary_file_behind(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def breaking() -> Any:
        yield ("a", 1, 1.0, None)
        raise RuntimeError("the worker was told to stop")

    for writer in (write_csv, write_xlsx):
        with pytest.raises(RuntimeError):
            writer(FIELDS, breaking(), io.BytesIO())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_zip_holds_the_table_and_a_readme(format: str) -> None:
    target = io.BytesIO()
    table = Table(FIELDS, 1, iter([("a", 1, 1.0, 50.0)]))
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
