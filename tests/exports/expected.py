"""What a report's rows have to be, by METRICS.md and the reference, reckoned by the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from exports.fields import BREAKDOWNS, FIELDS
from tests.exports.facts import Stage, stage_of
from tests.oracle.breakdowns import groups
from tests.oracle.catalog import Catalog, Video
from tests.oracle.facts import Session
from tests.oracle.metrics import measure

METRIC_OF = {
    "player_loads": "loads",
    "total_watch_time": "watch_time",
    "peak_concurrent_viewers": "peak_concurrent",
}
IDENTIFICATION = (
    "project_id",
    "project_name",
    "video_id",
    "stream_id",
    "event_id",
    "title",
    "duration",
    "folder_name",
    "folder_id",
)
People = Mapping[str, tuple[str, str]]


def expected_rows(
    catalog: Catalog,
    sessions: Iterable[Session],
    selected: set[str] | None = None,
    breakdown: str = "",
    people: People | None = None,
) -> list[dict[str, Any]]:
    """Return the rows in their order; `selected`: of these videos, None: of the whole workspace.

    `people` maps a viewer's key to name and address.
    """
    stage = stage_of(catalog)
    watched = [one for one in sessions if not one.bot]
    rows = []
    for video in sorted(catalog.videos, key=lambda video: _place(catalog, video)):
        if selected is None or video.id in selected:
            its = [one for one in watched if one.video == video.id]
            rows += _rows(_video_facts(catalog, stage, video), its, catalog, breakdown, people or {})
    for event in stage.events:
        shown = stage.shown(event)
        if selected is None or selected & shown:
            its = [one for one in watched if one.video in shown]
            rows += _rows(_event_facts(event), its, catalog, breakdown, people or {})
    return rows


def assert_same(
    rows: Iterable[dict[str, Any]], expected: Iterable[dict[str, Any]], *, seconds_within: float = 1e-6
) -> None:
    """The same rows of the same cells; fractions to the six decimals that a report has."""
    for row, right in zip(rows, expected, strict=True):
        for name, value in row.items():
            if isinstance(value, float) and right[name] is not None:
                within = seconds_within if name in FIELDS and FIELDS[name].unit == "seconds" else 1e-6
                assert value == pytest.approx(right[name], rel=1e-9, abs=within), name
            else:
                assert value == right[name], name


def _place(catalog: Catalog, video: Video) -> tuple[Any, ...]:
    return (video.project is None, video.project, list(catalog.lineage(video.folder))[::-1], video.id)


def _name(public_id: str | None) -> str:
    return f"name of {public_id}" if public_id else ""


def _video_facts(catalog: Catalog, stage: Stage, video: Video) -> dict[str, Any]:
    stream = stage.streams.get(video.id, "")
    return {
        "kind": "stream" if stream else "video",
        "project_id": video.project or "",
        "project_name": _name(video.project),
        "video_id": "" if stream else video.id,
        "stream_id": stream,
        "event_id": "",
        "title": _name(video.id),
        "duration": None if video.duration is None else float(video.duration),
        "folder_name": "/".join(_name(each) for each in reversed(list(catalog.lineage(video.folder)))),
        "folder_id": video.folder or "",
    }


def _event_facts(event: str) -> dict[str, Any]:
    nothing = dict.fromkeys(IDENTIFICATION, "")
    return {**nothing, "kind": "event", "event_id": event, "title": _name(event), "duration": None}


def _rows(
    facts: dict[str, Any], sessions: list[Session], catalog: Catalog, breakdown: str, people: People
) -> list[dict[str, Any]]:
    if not breakdown:
        return [_row(facts, sessions, {})]
    columns = [column.name for column in BREAKDOWNS[breakdown].columns]
    by_value = groups(sessions, [BREAKDOWNS[breakdown].dimension], catalog)
    rows = []
    for [value] in sorted(by_value, key=lambda key: str(key[0]).encode()):
        values = [date.fromisoformat(str(value)) if breakdown == "day" else value]
        if breakdown == "viewer":
            values += people.get(str(value), ("", ""))
        rows.append(_row(facts, by_value[(value,)], dict(zip(columns, values, strict=True))))
    return rows or [_row(facts, [], dict.fromkeys(columns, None if breakdown == "day" else ""))]


def _row(facts: dict[str, Any], sessions: list[Session], values: dict[str, Any]) -> dict[str, Any]:
    metrics = measure(sessions)
    row = {**{name: facts[name] for name in IDENTIFICATION}, **values}
    for name in FIELDS:
        if name in facts:
            row[name] = facts[name]
        elif name == "view_rate":
            depth = metrics["watch_depth"]
            row[name] = 0 if not metrics["views"] else None if depth is None else depth * 100
        elif name == "peak_concurrent_viewers" and facts["kind"] == "video":
            row[name] = None
        else:
            row[name] = metrics[METRIC_OF.get(name, name)]
    return row
