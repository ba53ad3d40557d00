"""Tables into files, row by row, so that memory stays flat. What is text stays text, whatever it begins with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import chain, count, islice
from typing import IO

from analytics import spreadsheets
from exports.models import Format
from exports.tables import Table

ROWS_PER_SHEET = 1_048_576
# Opens a new file of this name for writing; files are written one after the other and need not be seekable.
OpenFile = Callable[[str], AbstractContextManager[IO[bytes]]]
Writer = Callable[[Table, OpenFile], int]


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
            part_of_rows = islice(chain(begun, rows), rows_per_file - 1)
            written += spreadsheets.write_csv(header, (row.cells for row in part_of_rows), target)
        following = next(rows, None)
        if following is None:
            break
    return written


def write_xlsx(table: Table, open_file: OpenFile, rows_per_sheet: int = ROWS_PER_SHEET) -> int:
    """Write a workbook with real numbers, dates and durations and a row of totals; return the number of other rows.

    Where one sheet cannot hold all rows (`rows_per_sheet`, the header included), further sheets go on.
    """
    # Its library takes a tenth of the start of every process, few of which write a workbook.
    from exports.writers_xlsx import write_workbook

    return write_workbook(table, lambda: open_file("report.xlsx"), rows_per_sheet)


WRITERS: dict[str, Writer] = {Format.CSV: write_csv, Format.XLSX: write_xlsx}
