"""The one generator of report rows behind every format: a row each, those that nobody loaded included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from analytics.context import Context
from analytics.metrics import METRICS
from analytics.models import Visitor
from analytics.periods import Period
from analytics.query import Question, ask_each
from exports.fields import BrokenDown, ReportField, metrics_of, with_breakdown
from exports.rows_contents import Content, Contents, durations_of, facts_of, selected_contents, selected_videos
from exports.tables import Row, Table

__all__ = ["report_table", "selected_contents", "selected_videos"]

# What one question names. It bounds the engine's memory, which holds each one's visitors and visits to count them once.
CONTENTS_PER_QUESTION = 2_500
NAMES_AT_ONCE = 5_000

# The place of a content among those asked about, and what was measured of it; None: nothing happened to it.
Answer = tuple[int, dict[str, Any] | None]


def report_table(
    context: Context,
    period: Period,
    contents: Contents,
    fields: tuple[ReportField, ...],
    breakdown: BrokenDown | None = None,
) -> Table:
    """Return a row for each content, or for each value of the breakdown that occurs with it, measured over the period.

    Rows are in the order of the contents, then of the values; events come last. A content without sessions has one row
    of zeros. The engine is asked once for every CONTENTS_PER_QUESTION contents; rows pass one by one.
    """
    reader = _Reader(context, period, with_breakdown(fields, breakdown), breakdown)
    return Table(reader.columns, len(contents), reader.rows(contents))


@dataclass(frozen=True)
class _Reader:
    context: Context
    period: Period
    columns: tuple[ReportField, ...]
    breakdown: BrokenDown | None

    def rows(self, contents: Contents) -> Iterator[Row]:
        durations = durations_of(self.context)
        nothing = {name: METRICS[name].value(None) for name in self._metrics}
        nothing |= dict.fromkeys(("visitor", "viewer_name", "viewer_email", self._dimension))
        begin = 0
        for is_summed, several in ((True, contents.contents), (False, contents.events)):
            for part in _parts(several):
                facts, facts_place = None, -1
                for place, measured in _each(len(part), self._answers(part)):
                    if facts is None or place != facts_place:
                        facts, facts_place = facts_of(self.context, part[place], durations), place
                    row = nothing if measured is None else measured
                    yield Row(tuple(field.cell(facts, row) for field in self.columns), begin + place, is_summed)
                begin += len(part)

    @property
    def _metrics(self) -> tuple[str, ...]:
        metrics = metrics_of(self.columns)
        # Which values occur has to be asked even where nothing is to be measured.
        return metrics or ("loads",) * (self.breakdown is not None)

    @property
    def _dimension(self) -> str:
        return self.breakdown.dimension if self.breakdown else ""

    def _answers(self, part: Sequence[Content]) -> Iterator[tuple[int, dict[str, Any]]]:
        if not self._metrics:
            return iter(())
        by = (self._dimension,) if self._dimension else ()
        question = Question(self.context, self.period, self._metrics, by=by)
        answers = ask_each(question, [content.videos for content in part])
        if self._dimension == "day":
            return ((place, {**row, "day": date.fromisoformat(row["day"])}) for place, row in answers)
        return self._named(answers) if self._dimension == "visitor" else answers

    def _named(self, answers: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the answers with the names and addresses of those viewers who are known by any."""
        people = Visitor.objects.filter(workspace=self.context.workspace)
        while several := list(islice(answers, NAMES_AT_ONCE)):
            keys = {row["visitor"] for _, row in several}
            known = {
                key: {"viewer_name": name, "viewer_email": email}
                for key, name, email in people.filter(key__in=keys).values_list("key", "name", "email")
            }
            for place, row in several:
                yield place, row | known.get(row["visitor"], {"viewer_name": "", "viewer_email": ""})


def _parts(contents: Sequence[Content]) -> Iterator[Sequence[Content]]:
    for begin in range(0, len(contents), CONTENTS_PER_QUESTION):
        yield contents[begin : begin + CONTENTS_PER_QUESTION]


def _each(places: int, answers: Iterator[tuple[int, dict[str, Any]]]) -> Iterator[Answer]:
    """Yield the answers, which come in order of their places, and between them the places that have none."""
    following = 0
    for place, row in answers:
        yield from ((empty, None) for empty in range(following, place))
        yield place, row
        following = place + 1
    yield from ((empty, None) for empty in range(following, places))
