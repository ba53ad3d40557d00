"""Asking: each question is one reading of the sessions, or two where it compares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from analytics.dimensions import DIMENSIONS
from analytics.expressions import AggregateSQL, video_key
from analytics.models import ViewingSession
from analytics.query.groups import (
    expressions_of,
    groups_apart,
    groups_of,
    keys_of,
    ordered,
    row_of,
    sessions_of,
    values_of,
    values_of_nothing,
)
from analytics.query.question import COMPARISONS, Answer, Question, Row, question_check
from analytics.query.timeline import bucket_labels, over_time
from analytics.sessions import Filter

# Rows are taken from a long answer by so many at once; beyond so many bytes, the engine sorts and groups on disk.
ROWS_AT_ONCE = 2_000
MOST_MEMORY = 500_000_000


def ask(question: Question) -> Answer:
    """Answer the question. Raises Invalid where it names what does not exist, Unknown for a foreign scope.

    A time dimension yields a row for every bucket of the period, those without sessions of zeros and nulls.
    """
    question_check(question)
    if not question.by:
        raw = sessions_of(question).aggregate(**expressions_of(question))
        answer = Answer([values_of(question, raw)], 1, question.period)
    elif question.grain:
        answer = over_time(question)
    else:
        answer = _grouped(question)
    return _with_previous(question, answer) if question.compare else answer


def ask_apart(question: Question) -> dict[str, list[Row]]:
    """Answer the question by each of its dimensions alone, however many: the rows by dimension, as `ask` has them.

    One reading answers all that are columns of the fact. Pages and comparison are not looked at. Raises as ask.
    """
    alone = {name: replace(question, by=(name,), compare="", page=1, per_page=None) for name in question.by}
    for each in alone.values():
        question_check(each)
    together = [name for name in question.by if DIMENSIONS[name].is_column]
    if len(together) < 2:
        return {name: ask(each).rows for name, each in alone.items()}
    shared = replace(question, by=tuple(together))
    every = (1 << len(together)) - 1
    names = {every - (1 << place): name for place, name in enumerate(reversed(together))}
    found: dict[str, list[Row]] = {name: [] if name in together else ask(each).rows for name, each in alone.items()}
    for raw in ordered(shared, groups_apart(shared)):
        name = names[raw["left_out"]]
        found[name].append(row_of(alone[name], raw))
    return found


def ask_each(question: Question, groups: Sequence[Collection[int]]) -> Iterator[tuple[int, Row]]:
    """Yield the question's rows for each group of videos (primary keys), with the group's place in `groups`.

    They come in order of the groups, then of the dimensions, while they are read: nobody holds a long answer whole.
    Groups may share videos. A group without sessions has no row, nor has an empty bucket of time; pages, order and
    comparison are not looked at. Raises as ask.
    """
    for raw in _each(question, groups).iterator(chunk_size=ROWS_AT_ONCE):
        yield raw["k_group"] - 1, row_of(question, raw)


def ask_groups(question: Question, groups: Sequence[Collection[int]]) -> list[tuple[int, Row]]:
    """Return a short answer whole, which spares it the connection that a stream has to itself."""
    return [(raw["k_group"] - 1, row_of(question, raw)) for raw in _each(question, groups)]


def _each(question: Question, groups: Sequence[Collection[int]]) -> Any:
    question_check(question)
    places: dict[int, list[int]] = {}
    for place, group in enumerate(groups, start=1):
        for video in group:
            places.setdefault(video, []).append(place)
    if not places:
        return ViewingSession.objects.none()
    keys = {"k_group": video_key("group", places), **keys_of(question)}
    sessions = sessions_of(question).filter(video_id__in=places)
    sessions = sessions.settings(
        max_bytes_before_external_group_by=MOST_MEMORY, max_bytes_before_external_sort=MOST_MEMORY
    )
    return sessions.annotate(**keys).values(*keys).annotate(**expressions_of(question)).order_by(*keys)


def ask_videos(question: Question, videos: Collection[int]) -> dict[int, Row]:
    """Return the question's metrics for each of these videos (primary keys) that has sessions.

    It needs nothing of the catalog, so that it is quick for thousands. Dimensions, pages, order and comparison are not
    looked at. Raises as ask.
    """
    question_check(question)
    if not videos:
        return {}
    sessions = sessions_of(question).filter(video_id__in=videos)
    rows = sessions.values("video_id").annotate(**expressions_of(question)).order_by()
    return {raw["video_id"]: values_of(question, raw) for raw in rows}


def _grouped(question: Question) -> Answer:
    groups = ordered(question, groups_of(question))
    if question.per_page is None:
        rows = [row_of(question, raw) for raw in groups]
        return Answer(rows, len(rows), question.period)
    groups = groups.annotate(rows_in_all=AggregateSQL("count() OVER ()"))
    begin = (question.page - 1) * question.per_page
    raws = list(groups[begin : begin + question.per_page])
    if not raws and begin:
        raws, beyond = list(groups[:1]), True
    else:
        beyond = False
    total = int(raws[0]["rows_in_all"]) if raws else 0
    return Answer([] if beyond else [row_of(question, raw) for raw in raws], total, question.period)


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
    found = {tuple(key): row for key, row in _placed(earlier, ask(earlier).rows)}
    paired = [
        {
            **row,
            "previous": {name: found[tuple(key)][name] for name in question.metrics}
            if tuple(key) in found
            else values_of_nothing(question),
        }
        for key, row in _placed(question, answer.rows)
    ]
    return replace(answer, rows=paired, previous=before)


def _only_shown(question: Question, answer: Answer) -> Iterator[Filter]:
    """Yield what keeps the period before to the values of this page: it may have had many more."""
    for name in question.by:
        if not DIMENSIONS[name].is_time and question.per_page is not None:
            yield Filter(name, "in", tuple({row[name] for row in answer.rows}))


def _placed(question: Question, rows: list[Row]) -> Iterator[tuple[list[Any], Row]]:
    """Yield each row with its key, in which a bucket stands as its place in the period."""
    grain = question.grain
    places = {label: place for place, label in enumerate(bucket_labels(question))} if grain else {}
    for row in rows:
        yield [places.get(row[name]) if name == grain else row[name] for name in question.by], row
