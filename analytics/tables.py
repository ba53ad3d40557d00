"""Tables: the rows of a chart or a breakdown, as texts in the page and as raw values in a file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from analytics.formats import value_shown
from analytics.metrics import METRICS
from analytics.spreadsheets import Cell, write_csv

# The units in which the raw values of metrics are; a count is in none.
UNITS = {"ratio": "0–1", "seconds": "s", "score": "1–10"}
RATIO, SECONDS = UNITS["ratio"], UNITS["seconds"]


@dataclass(frozen=True)
class Column:
    """A column: `shown` makes the page's text of a raw value, `unit` is said in the file's header ('': none).

    One that is `in_page` no column of the page stands in the file alone.
    """

    label: str
    shown: Callable[[Any], str] = str
    unit: str = ""
    in_page: bool = True

    @property
    def header(self) -> str:
        """The column's name in a file."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Table:
    """Rows of raw values; the first column names the row, the others are mostly numbers."""

    columns: tuple[Column, ...]
    records: tuple[tuple[Cell, ...], ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the page's columns."""
        return tuple(column.label for column in self.columns if column.in_page)

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The page's rows as texts."""
        shown = [(place, column.shown) for place, column in enumerate(self.columns) if column.in_page]
        return tuple(tuple(text(record[place]) for place, text in shown) for record in self.records)

    @property
    def body(self) -> SafeString:
        """The page's rows as HTML. A template takes many times as long, and tables are most of a page's parts."""
        row = f'<tr><th scope="row">{{}}</th>{"<td>{}</td>" * (len(self.headers) - 1)}</tr>'
        return format_html_join("\n", row, self.rows)

    def csv(self) -> bytes:
        """Return all columns as a file that a spreadsheet opens."""
        target = io.BytesIO()
        write_csv([column.header for column in self.columns], self.records, target)
        return target.getvalue()


@dataclass(frozen=True)
class File:
    """Rows that a page has as a file, where it shows them in a form of its own."""

    name: str
    table: Table


def metric_column(name: str, label: str = "") -> Column:
    """Return the column of a metric's values."""
    metric = METRICS[name]
    return Column(label or metric.label, partial(value_shown, name), UNITS.get(metric.unit, ""))


def tables_in(part: Any) -> Iterator[tuple[str, Table]]:
    """Yield each table of a page with the name of its part: a dataclass that has `name` and `table`."""
    if isinstance(part, tuple | list):
        for each in part:
            yield from tables_in(each)
    elif is_dataclass(part):
        table = getattr(part, "table", None)
        if isinstance(table, Table):
            yield part.name, table  # type: ignore[union-attr]
        for field in fields(part):
            yield from tables_in(getattr(part, field.name))
