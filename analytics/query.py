"""The one question: metrics by dimensions under filters over a period. Every page, endpoint and report asks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Max, Min
from django.utils import timezone

from analytics.context import Context, Scope
from analytics.dimensions import DIMENSIONS
from analytics.expressions import AggregateSQL, video_key
from analytics.metrics import METRICS
from analytics.periods import Period, bucket_label, period_buckets, previous_period, same_period_last_year
from analytics.sessions import Filter, viewing_sessions
from videos.errors import Invalid

MOST_DIMENSIONS = 3
# Rows are taken from a long answer by so many at once; beyond so many bytes, the engine sorts and groups on disk.
ROWS_AT_ONCE = 2_000
MOST_MEMORY = 500_000_000
MOST_ROWS_OVER_TIME = 400_000
COMPARISONS = {"previous_period": previous_period, "previous_year": lambda period, now: same_period_last_year(period)}
Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Question:
    """What is asked. `order` is a metric or dimension of it, with `-` for largest first; `per_page` None: all rows.

    `compare` is '', `previous_period` or `previous_year`. `now` is the aware instant that open periods are read at.
    """

    context: Context
    period: Period
    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    scope: Scope | None = None
    filters: tuple[Filter, ...] = ()
    compare: str = ""
    order: str = ""
    page: int = 1
    per_page: int | None = None
    with_bots: bool = False
    now: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True)
class Answer:
    """Rows with the value of each dimension and metric by name.

    With a comparison also `previous`: the metrics by name, each null where no period lies before.
    """

    rows: list[Row]
    total_rows: int
    period: Period
    previous: Period | None = None


def ask(question: Question) -> Answer:
    """Answer the question. Raises Invalid where it names what does not exist, Unknown for a foreign scope.

    A time dimension yields a row for every bucket of the period, those without sessions of zeros and nulls.
    """
    _check(question)
    if not question.by:
        answer = Answer([_total(question)], 1, question.period)
    elif _time_dimension(question):
        answer = _over_time(question)
    else:
        answer = _grouped(question)
    return _with_previous(question, answer) if question.compare else answer


def ask_each(question: Question, groups: Sequence[Collection[int]]) -> Iterator[tuple[int, Row]]:
    """Yield the question's rows for each group of videos (primary keys), with the group's place in `groups`.

    They come in order of the groups, then of the dimensions, while they are read: nobody holds a long answer whole.
    Groups may share videos. A group without sessions has no row, nor has an empty bucket of time; pages, order and
    comparison are not looked at. Raises as ask.
    """
    _check(question)
    places: dict[int, list[int]] = {}
    for place, group in enumerate(groups, start=1):
        for video in group:
            places.setdefault(video, []).append(place)
    if not places:
        return
    keys = {"k_group": video_key("group", places), **_keys(question)}
    sessions = _sessions(question).filter(video_id__in=list(places))
    sessions = sessions.settings(
        max_bytes_before_external_group_by=MOST_MEMORY, max_bytes_before_external_sort=MOST_MEMORY
    )
    rows = sessions.annotate(**keys).values(*keys).annotate(**_expressions(question)).order_by(*keys)
    for raw in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield raw["k_group"] - 1, _row(question, raw)


def _check(question: Question) -> None:
    for part, names, known in (("metrics", question.metrics, METRICS), ("by", question.by, DIMENSIONS)):
        for name in names:
            if name not in known:
                kind = "metric" if part == "metrics" else "dimension"
                raise Invalid.field(part, f"There is no {kind} {name!r}; there are {', '.join(known)}.")
        if len(set(names)) < len(names):
            raise Invalid.field(part, "Each name may stand only once.")
    if not question.metrics:
        raise Invalid.field("metrics", "Name at least one metric.")
    if len(question.by) > MOST_DIMENSIONS:
        raise Invalid.field("by", f"At most {MOST_DIMENSIONS} dimensions.")
    if sum(DIMENSIONS[name].is_time for name in question.by) > 1:
        raise Invalid.field("by", "At most one of hour, day, week and month.")
    if question.compare and question.compare not in COMPARISONS:
        raise Invalid.field(
            "compare", f"There is no comparison {question.compare!r}; there are {', '.join(COMPARISONS)}."
        )
    name = question.order.removeprefix("-")
    if question.order and name not in {*question.metrics, *question.by}:
        raise Invalid.field(
            "order", f"Rows can be ordered by {', '.join((*question.metrics, *question.by))}, not by {name!r}."
        )
    if name in METRICS and not METRICS[name].is_number:
        raise Invalid.field("order", f"{name} is not one number, so nothing can be ordered by it.")


def _sessions(question: Question) -> Any:
    sessions = viewing_sessions(
        question.context, question.period, question.scope, question.filters, with_bots=question.with_bots
    )
    # The metrics say themselves what they are over nothing; counts stay 0 where a condition meets no row.
    return sessions.settings(aggregate_functions_null_for_empty=0)


def _expressions(question: Question) -> dict[str, AggregateSQL]:
    # Prefixed, for the engine would take a bare `plays` in a metric's SQL for the alias.
    return {f"m_{name}": METRICS[name].expression for name in question.metrics}


def _values(question: Question, raw: Row) -> Row:
    return {name: METRICS[name].value(raw[f"m_{name}"]) for name in question.metrics}


def _empty(question: Question) -> Row:
    return {name: METRICS[name].value(None) for name in question.metrics}


def _total(question: Question) -> Row:
    return _values(question, _sessions(question).aggregate(**_expressions(question)))


def _keys(question: Question) -> dict[str, Any]:
    return {f"k_{name}": DIMENSIONS[name].key(question.context) for name in question.by}


def _groups(question: Question) -> Any:
    """Return the unordered queryset of one raw row per combination of the question's dimensions."""
    keys = _keys(question)
    return _sessions(question).annotate(**keys).values(*keys).annotate(**_expressions(question))


def _row(question: Question, raw: Row) -> Row:
    keys = {name: DIMENSIONS[name].value(raw[f"k_{name}"], question.context) for name in question.by}
    return {**keys, **_values(question, raw)}


def _order(question: Question) -> str:
    """Return the order asked for, else by time, else the first plain number, largest first."""
    if question.order:
        return question.order
    number = next((name for name in question.metrics if METRICS[name].is_number), None)
    return _time_dimension(question) or (f"-{number}" if number else question.by[0])


def _grouped(question: Question) -> Answer:
    order = _order(question)
    name = order.removeprefix("-")
    column = F(f"m_{name}" if name in question.metrics else f"k_{name}")
    first = column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True)
    groups = _groups(question).order_by(first, *(f"k_{name}" for name in question.by))
    if question.per_page is None:
        rows = [_row(question, raw) for raw in groups]
        return Answer(rows, len(rows), question.period)
    groups = groups.annotate(rows_in_all=AggregateSQL("count() OVER ()"))
    begin = (question.page - 1) * question.per_page
    raws = list(groups[begin : begin + question.per_page])
    if not raws and begin:
        raws, beyond = list(groups[:1]), True
    else:
        beyond = False
    total = int(raws[0]["rows_in_all"]) if raws else 0
    return Answer([] if beyond else [_row(question, raw) for raw in raws], total, question.period)


def _time_dimension(question: Question) -> str | None:
    return next((name for name in question.by if DIMENSIONS[name].is_time), None)


def _bounds(question: Question) -> tuple[datetime, datetime] | None:
    """Return the instants between which buckets are filled: the period, or from the first session until now."""
    period = question.period
    if period.start is not None and period.end is not None:
        return period.start, period.end
    found = _sessions(question).aggregate(
        first=Min("started_at"), last=Max("started_at"), loads=AggregateSQL("count()")
    )
    if not found["loads"]:
        return None
    last = max(found["last"].replace(tzinfo=UTC), question.now)
    return found["first"].replace(tzinfo=UTC), last


def _over_time(question: Question) -> Answer:
    """Answer with a row for each bucket, and for each combination of the other dimensions that occurs at all.

    Raises Invalid beyond MOST_ROWS_OVER_TIME of them.
    """
    grain = _time_dimension(question)
    assert grain is not None
    rows = (_row(question, raw) for raw in _groups(question)[: MOST_ROWS_OVER_TIME + 1])
    found = {tuple(row[name] for name in question.by): row for row in rows}
    _refuse_too_many(len(found))
    place = question.by.index(grain)
    combinations = {key[:place] + key[place + 1 :] for key in found} if len(question.by) > 1 else {()}
    labels = _labels(question, grain)
    _refuse_too_many(len(labels) * len(combinations))
    filled = ((*rest[:place], label, *rest[place:]) for label in labels for rest in combinations)
    nothing = _empty(question)
    keys = _ordered(question, {*found, *filled}, found, nothing)
    begin = 0 if question.per_page is None else (question.page - 1) * question.per_page
    shown = keys if question.per_page is None else keys[begin : begin + question.per_page]
    rows_shown = [found.get(key) or {**dict(zip(question.by, key, strict=True)), **nothing} for key in shown]
    return Answer(rows_shown, len(keys), question.period)


def _refuse_too_many(rows: int) -> None:
    if rows > MOST_ROWS_OVER_TIME:
        message = f"More than {MOST_ROWS_OVER_TIME} rows over time; narrow the question, or give it longer buckets."
        raise Invalid.field("by", message)


def _labels(question: Question, grain: str) -> list[str]:
    bounds = _bounds(question)
    if bounds is None:
        return []
    return [bucket_label(bucket, grain) for bucket in period_buckets(*bounds, question.context.zone, grain)]


def _ordered(question: Question, keys: Iterable[Key], found: dict[Key, Row], nothing: Row) -> list[Key]:
    """Return the keys in the order of the rows that they stand for; unknown values come last."""
    order = _order(question)
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


def _with_previous(question: Question, answer: Answer) -> Answer:
    """Return the answer with each row's metrics in the period before; buckets are paired by their place."""
    before = COMPARISONS[question.compare](question.period, question.now)
    if before is None:
        nothing = dict.fromkeys(question.metrics)
        return replace(answer, rows=[{**row, "previous": nothing} for row in answer.rows])
    earlier = replace(
        question,
        period=before,
        compare="",
        page=1,
        per_page=None,
        filters=(*question.filters, *_only_shown(question, answer)),
    )
    grain = _time_dimension(question)
    found = {tuple(key): row for key, row in _placed(earlier, ask(earlier).rows, grain)}
    paired = [
        {
            **row,
            "previous": {name: found[tuple(key)][name] for name in question.metrics}
            if tuple(key) in found
            else _empty(question),
        }
        for key, row in _placed(question, answer.rows, grain)
    ]
    return replace(answer, rows=paired, previous=before)


def _only_shown(question: Question, answer: Answer) -> Iterator[Filter]:
    """Yield what keeps the period before to the values of this page: it may have had many more."""
    for name in question.by:
        if not DIMENSIONS[name].is_time and question.per_page is not None:
            yield Filter(name, "in", tuple({row[name] for row in answer.rows}))


def _placed(question: Question, rows: list[Row], grain: str | None) -> Iterator[tuple[list[Any], Row]]:
    """Yield each row with its key, in which a bucket stands as its place in the period."""
    places = {label: place for place, label in enumerate(_labels(question, grain))} if grain else {}
    for row in rows:
        yield [places.get(row[name]) if name == grain else row[name] for name in question.by], row
