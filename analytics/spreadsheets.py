"""CSV as spreadsheets read it: what is text stays text, whatever it begins with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import IO

Cell = str | bool | int | float | date | None

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), in full-width forms too.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def write_csv(header: Iterable[str], rows: Iterable[Iterable[Cell]], target: IO[bytes]) -> int:
    """Write UTF-8 with a byte order mark, lines after RFC 4180, the header first; return the number of rows below it.

    Text that a spreadsheet would take for a formula gets an apostrophe in front. Numbers have a point and no exponent,
    truths are `true` and `false`, and None is an empty cell.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow([_written(name) for name in header])
    count = 0
    for row in rows:
        lines.writerow([_written(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if _FORMULA.match(cell) else cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # The shortest digits that mean this very number, as in JSON.
        digits = f"{Decimal(repr(cell)):f}"
        return digits.removesuffix(".0")
    return str(cell)
