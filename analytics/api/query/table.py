"""The answer to /v1/query as one flat table, and as CSV."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import NotAcceptable, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from analytics.metrics import ACTION_TYPES
from analytics.query import Answer, Question, Row
from analytics.spreadsheets import Cell, write_csv

COUNTED = ("impressions", "conversions", "rate")


@dataclass(frozen=True)
class Table:
    """Columns and rows without anything nested; `name` is the file's."""

    name: str
    header: tuple[str, ...]
    rows: list[list[Cell]]


def table_of(question: Question, answer: Answer) -> Table:
    """Return a column for each dimension, each metric and, with a comparison, each metric as `previous_…`.

    Metrics that are not one number have several columns: `quarter_reach_1` to `_4`, `actions_cta_impressions`,
    `…_conversions`, `…_rate` and so on for each type; reactions, whose names are open, are one of JSON text.
    """
    header = [*question.by, *(column for name in question.metrics for column, _ in _cells(name, None))]
    if question.compare:
        header += [f"previous_{column}" for name in question.metrics for column, _ in _cells(name, None)]
    return Table(_file_name(question, answer), tuple(header), [_line(question, row) for row in answer.rows])


def _line(question: Question, row: Row) -> list[Cell]:
    line = [row[name] for name in question.by]
    for values in (row, row["previous"]) if question.compare else (row,):
        line += [cell for name in question.metrics for _, cell in _cells(name, values[name])]
    return line


def _cells(metric: str, value: Any) -> Iterator[tuple[str, Cell]]:
    """Yield a metric's columns with the value's cells; without a value they are empty."""
    if metric == "quarter_reach":
        for quarter in range(4):
            yield f"{metric}_{quarter + 1}", None if value is None else value[quarter]
    elif metric == "actions":
        for kind in ACTION_TYPES:
            counts: Mapping[str, Cell] = (value or {}).get(kind, {})
            for counted in COUNTED:
                # No action of a type is a count of nothing; its rate is none.
                nothing = None if value is None or counted == "rate" else 0
                yield f"{metric}_{kind}_{counted}", counts.get(counted, nothing)
    elif metric == "reactions":
        yield metric, None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
    else:
        yield metric, value


def _file_name(question: Question, answer: Answer) -> str:
    words = ["viewprint", *question.by]
    if answer.period.first_on and answer.period.last_on:
        words += [answer.period.first_on.isoformat(), answer.period.last_on.isoformat()]
    return f"{'-'.join(words)}.csv"


class CsvRenderer(BaseRenderer):
    """Renders a Table."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self, data: Table, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        target = io.BytesIO()
        write_csv(data.header, data.rows, target)
        return target.getvalue()


class FormatNegotiation(DefaultContentNegotiation):
    """Goes by the parameter `format` where it is given, whatever the client accepts, else by the header Accept."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderers = list(renderers)
        wanted = request.query_params.get("format")
        if wanted:
            chosen = {renderer.format: renderer for renderer in renderers}.get(wanted)
            if chosen is None:
                known = ", ".join(renderer.format for renderer in renderers)
                raise ValidationError({"format": f"There is no format {wanted[:64]!r}; there are {known}."})
        elif request.headers.get("Accept", "").strip():
            # The framework's own choice does not look at the weights (q).
            types = {renderer.media_type: renderer for renderer in renderers}
            chosen = types.get(request.get_preferred_type(list(types)) or "")
            if chosen is None:
                raise NotAcceptable(f"There are {' and '.join(types)}.")
        else:
            chosen = renderers[0]
        return chosen, chosen.media_type
