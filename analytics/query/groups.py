"""A question as a queryset: the sessions it is about, the keys it groups them by, the metrics of each group."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from analytics.clickhouse.compiler import grouped
from analytics.dimensions import DIMENSIONS
from analytics.expressions import AggregateSQL
from analytics.metrics import METRICS
from analytics.query.question import Question, Row
from analytics.sessions import viewing_sessions

# A page lies in one domain: by both, the engine groups by the page alone, which takes it half as long.
TOLD_BY = {"domain": "page"}


def sessions_of(question: Question) -> Any:
    """Return the queryset of the sessions that the question is about."""
    sessions = viewing_sessions(
        question.context,
        question.period,
        question.scope,
        question.filters,
        with_bots=question.with_bots,
        with_team=question.with_team,
    )
    # The metrics say themselves what they are over nothing; counts stay 0 where a condition meets no row.
    return sessions.settings(aggregate_functions_null_for_empty=0)


def expressions_of(question: Question) -> dict[str, AggregateSQL]:
    """Return the expressions of the question's metrics."""
    # Prefixed, for the engine would take a bare `plays` in a metric's SQL for the alias.
    return {f"m_{name}": METRICS[name].expression for name in question.metrics}


def values_of(question: Question, raw: Row) -> Row:
    """Return the metrics of a raw row."""
    return {name: METRICS[name].value(raw[f"m_{name}"]) for name in question.metrics}


def values_of_nothing(question: Question) -> Row:
    """Return the metrics over no sessions."""
    return {name: METRICS[name].value(None) for name in question.metrics}


def keys_of(question: Question) -> dict[str, Any]:
    """Return the expressions of the question's dimensions."""
    return {f"k_{name}": DIMENSIONS[name].key(question.context) for name in question.by}


def groups_of(question: Question) -> Any:
    """Return the unordered queryset of one raw row per combination of the question's dimensions."""
    keys = keys_of(question)
    told = {f"k_{name}": AggregateSQL(f"any({name})") for name in question.by if TOLD_BY.get(name) in question.by}
    own = {key: expression for key, expression in keys.items() if key not in told}
    return sessions_of(question).annotate(**own).values(*own).annotate(**told, **expressions_of(question))


def groups_apart(question: Question) -> Any:
    """Return the unordered queryset of a raw row per value of each of the question's dimensions; `left_out` has a bit
    for each dimension that a row is not about, that of the first being the highest."""
    keys = keys_of(question)
    left_out = AggregateSQL(f"grouping({', '.join(keys)})")
    groups = sessions_of(question).annotate(**keys).values(*keys).annotate(**expressions_of(question))
    return grouped(groups, "GROUPING SETS").annotate(left_out=left_out)


def row_of(question: Question, raw: Row) -> Row:
    """Return the answer's row for a raw one."""
    keys = {name: DIMENSIONS[name].value(raw[f"k_{name}"], question.context) for name in question.by}
    return {**keys, **values_of(question, raw)}


def ordered(question: Question, groups: Any) -> Any:
    """Return the queryset of groups in the question's order; unknown values come last."""
    order = question.ordering
    name = order.removeprefix("-")
    column = F(f"m_{name}" if name in question.metrics else f"k_{name}")
    first = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    return groups.order_by(first, *(f"k_{name}" for name in question.by))
