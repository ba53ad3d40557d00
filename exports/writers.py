"""Tables into files, row by row, so that memory stays flat. What is text stays text, whatever it begins with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import chain, count, islice
from typing import IO

from exports.models import Format
from exports.tables import Cell, Row, Table
from exports.writers_xlsx import ROWS_PER_SHEET, write_workbook

# Opens a new file of this name for writing; files are written one after the other and need not be seekable.
OpenFile = Callable[[str], AbstractContextManager[IO[bytes]]]
Writer = Callable[[Table, OpenFile], int]

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full-width forms too.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def write_csv(table: Table, open_file: OpenFile, rows_per_file: int = ROWS_PER_SHEET) -> int:
    """Write UTF-8 with a byte order mark, lines after RFC 4180, a header first; return the number of rows below it.

    Text that a spreadsheet would take for a formula gets an apostrophe in front. Numbers have a point and no exponent.
    What one sheet of a spreadsheet cannot hold (`rows_per_file`, the header included) goes on in further files.
    """
    rows, written = iter(table.rows), 0
    header = [column.name for column in table.columns]
    following = next(rows, None)
    for part in count(1):
        with open_file("report.csv" if part == 1 else f"report-{part}.csv") as target:
            begun = () if following is None else (following,)
            written += _write_lines(header, islice(chain(begun, rows), rows_per_file - 1), target)
        following = next(rows, None)
        if following is None:
            break
    return written


def _write_lines(header: list[str], rows: Iterable[Row], target: IO[bytes]) -> int:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(header)
    written = 0
    for row in rows:
        lines.writerow(_texts(row.cells))
        written += 1
    text.flush()
    text.detach()
    return written


def _texts(cells: Iterable[Cell]) -> Iterator[str]:
    for cell in cells:
        if cell is None:
            yield ""
        elif isinstance(cell, str):
            yield f"'{cell}" if _FORMULA.match(cell) else cell
        elif isinstance(cell, float):
            yield f"{cell:f}".rstrip("0").rstrip(".")
        else:
            yield str(cell)


def write_xlsx(table: Table, open_file: OpenFile, rows_per_sheet: int = ROWS_PER_SHEET) -> int:
    """Write a workbook with real numbers, dates and durations and a row of totals; return the number of other rows.

    Where one sheet cannot hold all rows (`rows_per_sheet`, the header included), further sheets go on.
    """
    return write_workbook(table, lambda: open_file("report.xlsx"), rows_per_sheet)


WRITERS: dict[str, Writer] = {Format.CSV: write_csv, Format.XLSX: write_xlsx}
