"""Small tables for the tests of the writers, and what was written, in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from exports.fields import BREAKDOWNS, fields_named
from exports.tables import Cell, Column, Row, Table
from exports.writers import WRITERS

COLUMNS: tuple[Column, ...] = fields_named(["title", "views", "total_watch_time", "view_rate"])
DATE = BREAKDOWNS["day"].columns[0]


def table_of(
    rows: Iterable[Sequence[Cell]], columns: tuple[Column, ...] = COLUMNS, others: Iterable[Sequence[Cell]] = ()
) -> Table:
    """Return a table of the rows, and of `others` that totals are not of."""
    rows = list(rows)
    summed = (Row(tuple(cells), place) for place, cells in enumerate(rows))
    further = (Row(tuple(cells), place, False) for place, cells in enumerate(others, start=len(rows)))
    return Table(columns, len(rows), (row for each in (summed, further) for row in each))


class Files:
    """Files in memory by name, one open at a time as in a ZIP."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self._is_open = False

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        assert not self._is_open and name not in self.contents
        self._is_open = True
        target = io.BytesIO()
        yield target
        self.contents[name], self._is_open = target.getvalue(), False


def written(format: str, table: Table) -> bytes:
    """Return the one file that the table becomes."""
    files = Files()
    WRITERS[format](table, files.open)
    [content] = files.contents.values()
    return content
