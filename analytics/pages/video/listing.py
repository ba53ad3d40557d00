"""A list of things with numbers, as the tabs show them: the largest ones, each with the page narrowed to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.tables import Table


@dataclass(frozen=True)
class Line:
    """A row as texts: its label, the page narrowed to it ('' where it cannot be), the numbers with their headers."""

    label: str
    url: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Listing:
    """The rows of a table, the first column naming them; `urls` has the page narrowed to each, or nothing at all.

    `left_out` counts the rows that are too small to be listed.
    """

    name: str
    title: str
    caption: str
    table: Table
    urls: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def lines(self) -> Iterator[Line]:
        """Yield the rows as the page has them."""
        headers = self.table.headers[1:]
        for place, (label, *cells) in enumerate(self.table.rows):
            url = self.urls[place] if self.urls else ""
            yield Line(label, url, tuple(zip(headers, cells, strict=True)))
