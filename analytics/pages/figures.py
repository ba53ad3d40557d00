"""Headline figures without a chart of their own, and lists whose cells may say why they are empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.formats import NOTHING, value_shown
from analytics.metrics import METRICS
from analytics.tables import Table


@dataclass(frozen=True)
class Figure:
    """A headline: `value` as the API has it, `shown` in its unit; `reason` says why there is none."""

    name: str
    label: str
    value: Any
    shown: str
    definition: str
    reason: str = ""


@dataclass(frozen=True)
class Cell:
    """A value of a list under its column's label; `reason` says why it is a dash."""

    label: str
    shown: str
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a list: what it is, where its page is ('': nowhere), more about it, its values, a video's picture."""

    title: str
    url: str
    detail: str
    cells: tuple[Cell, ...]
    thumbnail_url: str | None = None
    length: str = ""
    is_live: bool = False


@dataclass(frozen=True)
class Listing:
    """A list with its finding in words, a picture of its rows and the rows for a file."""

    name: str
    title: str
    caption: str
    noun: str
    labels: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    table: Table
    figure: dict[str, Any]


def metric_figure(name: str, value: Any, reason: str = "") -> Figure:
    """Return the headline of a metric; `reason` is why its value is None."""
    metric = METRICS[name]
    return Figure(
        name, metric.label, value, value_shown(name, value), metric.definition, reason if value is None else ""
    )


def metric_cell(name: str, value: Any, reason: str = "") -> Cell:
    """Return a metric's value in a list; `reason` is why it is None."""
    return Cell(METRICS[name].label, value_shown(name, value), reason if value is None else "")


def metric_labels(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the columns of these metrics: each label with its definition."""
    return tuple((METRICS[name].label, METRICS[name].definition) for name in names)


def count_cell(label: str, value: int) -> Cell:
    return Cell(label, f"{value:,}" if value is not None else NOTHING)
