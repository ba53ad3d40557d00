"""Tables into files, row by row, so that memory stays flat. What is text stays text, whatever it begins with."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from analytics import spreadsheets
from exports.fields import Cell, ReportField
from exports.models import Format

Writer = Callable[[Iterable[ReportField], Iterable[tuple[Cell, ...]], IO[bytes]], int]

# What XML cannot hold; openpyxl lets some of it pass, and Excel then calls the whole file corrupt.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ROWS_PER_SHEET = 1_048_576
_NUMBER_FORMATS = {"per cent": '0.00"%"', "ratio": "0.00%", "score": "0.0"}
_WIDTHS = {"title": 48, "folder_name": 36, "project_name": 28}


def write_csv(fields: Iterable[ReportField], rows: Iterable[tuple[Cell, ...]], target: IO[bytes]) -> int:
    """Write CSV as spreadsheets read it, a header first; return the number of rows below it."""
    return spreadsheets.write_csv([field.name for field in fields], rows, target)


def write_xlsx(
    fields: Iterable[ReportField],
    rows: Iterable[tuple[Cell, ...]],
    target: IO[bytes],
    rows_per_sheet: int = ROWS_PER_SHEET,
) -> int:
    """Write a workbook: frozen header, real numbers, text never a formula; return the number of rows without headers.

    Where one sheet cannot hold all rows (`rows_per_sheet`, the header included), further sheets go on. `target` need
    not be seekable.
    """
    fields = list(fields)
    workbook = Workbook(write_only=True)
    count = 0
    # The library keeps its rows in temporary files until it saves, so it saves even where the rows broke off.
    with tempfile.TemporaryFile(prefix="viewprint-report-") as finished:
        try:
            columns: list[WriteOnlyCell] = []
            sheet = _sheet(workbook, fields)
            for count, row in enumerate(rows, start=1):
                if count > 1 and (count - 1) % (rows_per_sheet - 1) == 0:
                    sheet, columns = _sheet(workbook, fields), []
                columns = columns or [_column(sheet, field) for field in fields]
                sheet.append(list(_filled(columns, row)))
        finally:
            workbook.save(finished)
        finished.seek(0)
        shutil.copyfileobj(finished, target)
    return count


def _sheet(workbook: Workbook, fields: list[ReportField]) -> Any:
    number = len(workbook.sheetnames) + 1
    sheet = workbook.create_sheet("Report" if number == 1 else f"Report {number}")
    sheet.freeze_panes = "A2"
    for position, field in enumerate(fields, start=1):
        width = _WIDTHS.get(field.name, 18 if field.is_text else max(12, len(field.name) + 2))
        sheet.column_dimensions[get_column_letter(position)].width = width
    header = [WriteOnlyCell(sheet, field.name) for field in fields]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)
    return sheet


def _column(sheet: Any, field: ReportField) -> WriteOnlyCell:
    """Return the one cell that is filled and written again for each row of a column."""
    cell = WriteOnlyCell(sheet)
    if field.unit in _NUMBER_FORMATS:
        cell.number_format = _NUMBER_FORMATS[field.unit]
    if field.is_text:
        # Excel then keeps a text such as =1+1 text even when somebody edits the cell.
        cell.quotePrefix = True
    return cell


def _filled(columns: list[WriteOnlyCell], row: tuple[Cell, ...]) -> Iterator[WriteOnlyCell | None]:
    for cell, value in zip(columns, row, strict=True):
        if value is None or value == "":
            yield None
            continue
        if isinstance(value, str):
            cell.value = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n").replace("\r", "\n"))
            cell.data_type = "s"
        else:
            cell.value = value
        yield cell


WRITERS: dict[str, Writer] = {Format.CSV: write_csv, Format.XLSX: write_xlsx}
