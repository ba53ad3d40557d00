"""What the overview and the grouped rows answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from rest_framework.request import Request

from analytics.api.kinescope.errors import WrongParameter
from analytics.api.kinescope.parameters import asked, rows_of, words_of
from analytics.api.kinescope.shapes import (
    KinescopeGrouped,
    KinescopeMeasures,
    KinescopeOverview,
    KinescopeTop,
    KinescopeTops,
)
from analytics.dimensions import GRAINS
from analytics.query import Row, ask, ask_apart

FIELDS = {
    "player_loads": "loads",
    "views": "views",
    "unique_views": "unique_views",
    "view_rate": "view_rate",
    "total_watch_time": "watch_time",
    "engagement": "engagement",
    "watch_depth": "watch_depth",
    "peak_concurrent_viewers": "peak_concurrent",
}
GROUP_BY = {"video_id": "video", "project_id": "project", "date": "day", "country": "country"}
ENTITIES = {
    "video": "video_id",
    "project": "project_id",
    "folder": "folder_id",
    "device": "device",
    "city": "city",
    "country": "country",
}
TOPS = {"oses": "os", "devices": "device", "browsers": "browser", "countries": "country"}
TOP_ROWS = 10


def overview(request: Request) -> KinescopeOverview:
    """Return totals, a timeline (`group`: hour, day by default, week or month) and the tops by views."""
    about, fields = asked(request), _fields(request)
    grain = _grain(request) or "day"
    metrics = [FIELDS[field] for field in fields]
    timeline = ask(about.question(metrics, by=(grain,), with_total=True))
    assert timeline.total is not None
    tops = ask_apart(about.question(metrics, by=tuple(TOPS.values()), order=f"-{FIELDS[_leading(fields)]}"))
    return {
        "meta": {"time": about.time},
        "data": {
            "total": _measures(timeline.total, fields),
            "timeline": [{"date": row[grain], **_measures(row, fields)} for row in timeline.rows],
            "top": cast(KinescopeTops, {word: _top(tops[name], name, fields) for word, name in TOPS.items()}),
        },
    }


def grouped(request: Request) -> KinescopeGrouped:
    """Return one page of rows by `group_by`, or by `group` and `group_entities`."""
    about, fields, keys = asked(request), _fields(request), _keys(request)
    rows = rows_of(request, (*keys, *fields), "date.asc" if "date" in keys else f"{_leading(fields)}.desc")
    answer = ask(
        about.question(
            [FIELDS[field] for field in fields],
            by=tuple(keys.values()),
            order=rows.order(keys.get(rows.field) or FIELDS[rows.field]),
            page=rows.page,
            per_page=rows.per_page,
        )
    )
    return {
        "meta": {
            "pagination": {"page": rows.page, "per_page": rows.per_page, "total": answer.total_rows},
            "order": {rows.field: rows.direction},
            "time": about.time,
        },
        "data": [
            cast(Any, {word: row[name] for word, name in keys.items()} | _measures(row, fields)) for row in answer.rows
        ],
    }


def _fields(request: Request) -> tuple[str, ...]:
    return words_of(request, "fields", FIELDS) or tuple(FIELDS)


def _grain(request: Request) -> str:
    """Return the step asked for, '' without one."""
    words = words_of(request, "group", GRAINS)
    if len(words) > 1:
        raise WrongParameter(f"group is one of {', '.join(GRAINS)}.")
    return words[0] if words else ""


def _leading(fields: Iterable[str]) -> str:
    return "views" if "views" in fields else next(iter(fields))


def _measures(row: Row, fields: Iterable[str]) -> KinescopeMeasures:
    """Return an answer's row in Kinescope's words."""
    return cast(KinescopeMeasures, {field: row[FIELDS[field]] for field in fields})


def _top(rows: list[Row], dimension: str, fields: tuple[str, ...]) -> list[KinescopeTop]:
    return [{"name": row[dimension], **_measures(row, fields)} for row in rows[:TOP_ROWS]]


def _keys(request: Request) -> dict[str, str]:
    """Return the dimensions to group by under Kinescope's words for them."""
    keys = {word: GROUP_BY[word] for word in words_of(request, "group_by", GROUP_BY)}
    if grain := _grain(request):
        keys["date"] = grain
    for entity in words_of(request, "group_entities", ENTITIES):
        keys[ENTITIES[entity]] = entity
    if not keys:
        raise WrongParameter(f"group_by is required: {', '.join(GROUP_BY)}.")
    return keys
