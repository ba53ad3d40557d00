"""Answers over time: a row for each bucket of the period, those without sessions too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from analytics.clickhouse.compiler import grouped
from analytics.expressions import AggregateSQL
from analytics.periods import bucket_label, period_buckets
from analytics.query.groups import groups_of, row_of, values_of, values_of_nothing
from analytics.query.question import Answer, Key, Question, Row
from videos.errors import Invalid

MOST_ROWS_OVER_TIME = 400_000


def over_time(question: Question) -> Answer:
    """Answer with a row for each bucket, and for each combination of the other dimensions that occurs at all.

    Raises Invalid beyond MOST_ROWS_OVER_TIME of them.
    """
    grain = question.grain
    assert grain is not None
    found, total = _found(question)
    _refuse_too_many(len(found))
    place = question.by.index(grain)
    combinations = {key[:place] + key[place + 1 :] for key in found} if len(question.by) > 1 else {()}
    labels = bucket_labels(question, [key[place] for key in found])
    _refuse_too_many(len(labels) * len(combinations))
    filled = ((*rest[:place], label, *rest[place:]) for label in labels for rest in combinations)
    nothing = values_of_nothing(question)
    keys = _ordered(question, {*found, *filled}, found, nothing)
    begin = 0 if question.per_page is None else (question.page - 1) * question.per_page
    shown = keys if question.per_page is None else keys[begin : begin + question.per_page]
    rows_shown = [found.get(key) or {**dict(zip(question.by, key, strict=True)), **nothing} for key in shown]
    return Answer(rows_shown, len(keys), question.period, total=total)


def _found(question: Question) -> tuple[dict[Key, Row], Row | None]:
    """Return the rows of the buckets that have sessions by their keys, and the total where the question wants it."""
    groups = groups_of(question)
    total = None
    if question.with_total:
        # The engine adds up the groups that it has made, instead of reading all sessions once more.
        groups = grouped(groups, "ROLLUP").annotate(all=AggregateSQL(f"grouping(k_{question.grain})"))
        total = values_of_nothing(question)
    found = {}
    for raw in groups[: MOST_ROWS_OVER_TIME + 2]:
        if raw.get("all"):
            total = values_of(question, raw)
        else:
            row = row_of(question, raw)
            found[tuple(row[name] for name in question.by)] = row
    return found, total


def _refuse_too_many(rows: int) -> None:
    if rows > MOST_ROWS_OVER_TIME:
        message = f"More than {MOST_ROWS_OVER_TIME} rows over time; narrow the question, or give it longer buckets."
        raise Invalid.field("by", message)


def bucket_labels(question: Question, found: Iterable[str] = ()) -> list[str]:
    """Return the labels of the period's buckets; those of an open period reach from the first one `found` until now."""
    grain = question.grain
    assert grain is not None
    start, end, zone = question.period.start, question.period.end, question.context.zone
    if start is None or end is None:
        moments = [datetime.fromisoformat(label).replace(tzinfo=zone).astimezone(UTC) for label in sorted(found)]
        if not moments:
            return []
        start, end = moments[0], max(moments[-1], question.now)
    return [bucket_label(bucket, grain) for bucket in period_buckets(start, end, zone, grain)]


def _ordered(question: Question, keys: Iterable[Key], found: dict[Key, Row], nothing: Row) -> list[Key]:
    """Return the keys in the order of the rows that they stand for; unknown values come last."""
    order = question.ordering
    name = order.removeprefix("-")
    if name in question.by:
        place = question.by.index(name)
        values = {key: key[place] for key in keys}
    else:
        values = {key: found.get(key, nothing)[name] for key in keys}
    ordered = sorted(values, key=lambda key: [_sortable(each) for each in key])
    known = [key for key in ordered if values[key] is not None]
    known.sort(key=values.__getitem__, reverse=order.startswith("-"))
    return known + [key for key in ordered if values[key] is None]


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None, "" if value is None else value)
