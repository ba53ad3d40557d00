"""A table on its way into a file: what its columns are, and its rows, which pass one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

Cell = str | int | float | date | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `unit` is text, date, count, seconds, per cent, ratio or score.

    `total` names the columns that its total is made of: one that is added up, or two whose sums are divided; without
    any, a total of it would mean nothing.
    """

    name: str
    label: str
    unit: str
    definition: str
    total: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        return self.unit == "text"


class Row(NamedTuple):
    """The cells of one row. `place` counts what rows are about, from 0; totals are of the rows that are `is_summed`."""

    cells: tuple[Cell, ...]
    place: int
    is_summed: bool = True


@dataclass(frozen=True)
class Table:
    """What a file consists of. `places` is how many things it has rows about, one or more each; rows are read once.

    Rows that totals are not of come last.
    """

    columns: tuple[Column, ...]
    places: int
    rows: Iterator[Row]
