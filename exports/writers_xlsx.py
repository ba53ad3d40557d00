"""A table as a workbook for Excel and its like."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter, quote_sheetname

from exports.tables import Cell, Column, Row, Table

# What XML cannot hold; openpyxl lets some of it pass, and Excel then calls the whole file corrupt.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SECONDS_PER_DAY = 86_400
_NUMBER_FORMATS = {
    "date": "yyyy-mm-dd",
    "seconds": "[h]:mm:ss",
    "per cent": '0.00"%"',
    "ratio": "0.00%",
    "score": "0.0",
}
_WIDTHS = {"title": 48, "folder_name": 36, "project_name": 28}
_TOTAL = "Total"


def write_workbook(table: Table, open_target: Callable[[], AbstractContextManager[IO[bytes]]], limit: int) -> int:
    """Write the table to the target, which is opened when all is read; return the number of its rows.

    Durations are parts of a day, which a spreadsheet shows and adds up as times. Behind the rows that are summed stands
    one with their totals, by formula and over all sheets; others follow it. A sheet has `limit` rows.
    """
    sheets = _Sheets(table.columns, limit)
    written, is_summed = 0, True
    # The library keeps its rows in temporary files until it saves, so it saves even where the rows broke off.
    with tempfile.TemporaryFile(prefix="viewprint-report-") as finished:
        try:
            for row in table.rows:
                if is_summed and not row.is_summed:
                    sheets.add_totals()
                    is_summed = False
                sheets.add(row)
                written += 1
            if is_summed:
                sheets.add_totals()
        finally:
            sheets.save(finished)
        finished.seek(0)
        with open_target() as target:
            shutil.copyfileobj(finished, target, 1 << 20)
    return written


class _Sheets:
    """The workbook's sheets, of which the last one grows."""

    def __init__(self, columns: tuple[Column, ...], limit: int) -> None:
        self._columns = columns
        self._limit = limit
        self._workbook = Workbook(write_only=True)
        # For each sheet, the last row of those to be added up.
        self._summed: dict[str, int] = {}
        self._begin()

    def add(self, row: Row) -> None:
        self._append(_filled(self._cells, row.cells))
        if row.is_summed:
            self._summed[self._sheet.title] = self._rows

    def add_totals(self) -> None:
        """Add the row of totals, where there is anything to add up, and a cell that can say what the row is."""
        if not self._summed or not any(self._totals()) or all(self._totals()):
            return
        if self._rows == self._limit:
            self._begin()
        texts = self._totals()
        texts[texts.index(None)] = _TOTAL
        self._append(
            self._bold(text, _NUMBER_FORMATS.get(column.unit)) if text else None
            for text, column in zip(texts, self._columns, strict=True)
        )

    def _totals(self) -> list[str | None]:
        """Return each column's formula as it would stand on the last sheet."""
        sums = {
            column.name: f"SUM({self._ranges(get_column_letter(place))})"
            for place, column in enumerate(self._columns, start=1)
        }
        return [_total(column, sums) for column in self._columns]

    def save(self, target: IO[bytes]) -> None:
        for title, last in self._summed.items():
            self._workbook[title].auto_filter.ref = f"A1:{get_column_letter(len(self._columns))}{last}"
        self._workbook.calculation.fullCalcOnLoad = True
        self._workbook.save(target)

    def _append(self, cells: Iterable[WriteOnlyCell | None]) -> None:
        if self._rows == self._limit:
            self._begin()
        self._sheet.append(list(cells))
        self._rows += 1

    def _begin(self) -> None:
        number = len(self._workbook.sheetnames) + 1
        self._sheet: Any = self._workbook.create_sheet("Report" if number == 1 else f"Report {number}")
        self._sheet.freeze_panes = "A2"
        for place, column in enumerate(self._columns, start=1):
            width = _WIDTHS.get(column.name, 18 if column.is_text else max(12, len(column.name) + 2))
            self._sheet.column_dimensions[get_column_letter(place)].width = width
        self._sheet.append([self._heading(column.name) for column in self._columns])
        self._rows = 1
        self._cells = [(_cell(self._sheet, column), column.unit == "seconds") for column in self._columns]

    def _heading(self, name: str) -> WriteOnlyCell:
        """Return a heading, which is text whatever it begins with: it may be the title of a video."""
        cell = WriteOnlyCell(self._sheet, _text(name))
        cell.data_type, cell.quotePrefix, cell.font = "s", True, Font(bold=True)
        return cell

    def _bold(self, text: str, number_format: str | None = None) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet, text)
        cell.font = Font(bold=True)
        cell.number_format = number_format or cell.number_format
        return cell

    def _ranges(self, letter: str) -> str:
        here = self._sheet.title
        return ",".join(
            f"{'' if title == here else quote_sheetname(title) + '!'}{letter}2:{letter}{last}"
            for title, last in self._summed.items()
        )


def _total(column: Column, sums: dict[str, str]) -> str | None:
    """Return the formula of the column's total; None where there is none, or a column that it is made of is missing."""
    parts = [sums[name] for name in column.total if name in sums]
    if not parts or len(parts) < len(column.total):
        return None
    return f"={parts[0]}" if len(parts) == 1 else f'=IF({parts[1]}=0,"",{parts[0]}/{parts[1]})'


def _cell(sheet: Any, column: Column) -> WriteOnlyCell:
    """Return the one cell that is filled and written again for each row of a column."""
    cell = WriteOnlyCell(sheet)
    if column.unit in _NUMBER_FORMATS:
        cell.number_format = _NUMBER_FORMATS[column.unit]
    if column.is_text:
        # Excel then keeps a text such as =1+1 text even when somebody edits the cell.
        cell.quotePrefix = True
    return cell


def _text(value: str) -> str:
    """Return the text as a workbook can hold it."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n").replace("\r", "\n"))


def _filled(cells: list[tuple[WriteOnlyCell, bool]], values: tuple[Cell, ...]) -> Iterator[WriteOnlyCell | None]:
    for (cell, is_duration), value in zip(cells, values, strict=True):
        if value is None or value == "":
            yield None
            continue
        if isinstance(value, str):
            cell.value = _text(value)
            cell.data_type = "s"
        elif is_duration and not isinstance(value, date):
            cell.value = value / _SECONDS_PER_DAY
        else:
            cell.value = value
        yield cell
