"""The Kinescope dialect: envelopes, parameters, errors, numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.analytics.api.conftest import History
from tests.oracle import breakdowns, facts, metrics, periods

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
SPRING = {"from": "2025-03-01", "to": "2025-04-30"}
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


def inside(history: History, first: str = SPRING["from"], last: str = SPRING["to"]) -> list[facts.Session]:
    dates = date.fromisoformat(first), date.fromisoformat(last)
    span = periods.period("custom", history.sessions[0].started_at, history.catalog.zone, *dates)
    return [one for one in history.sessions if span.holds(one.started_at)]


def same(row: dict[str, Any], expected: dict[str, Any]) -> None:
    for field, name in FIELDS.items():
        assert row[field] == pytest.approx(expected[name]), field


def test_the_overview_has_totals_a_timeline_and_tops(history: History) -> None:
    answer = history.client.get("/v1/analytics/overview", SPRING)
    body = answer.json()
    assert answer.status_code == 200
    assert body["meta"] == {"time": {**SPRING, "timezone": "Europe/Berlin"}}
    assert set(body["data"]) == {"total", "timeline", "top"}
    assert set(body["data"]["total"]) == set(FIELDS)
    sessions = inside(history)
    same(body["data"]["total"], metrics.measure(sessions))
    by_day = breakdowns.table(sessions, ["day"], FIELDS.values(), history.catalog)
    assert [row["date"] for row in body["data"]["timeline"]][:2] == ["2025-03-01", "2025-03-02"]
    assert len(body["data"]["timeline"]) == 61
    for row in body["data"]["timeline"]:
        same(row, by_day.get((row["date"],), metrics.measure([])))
    assert set(body["data"]["top"]) == {"oses", "devices", "browsers", "countries"}
    for word, dimension in (("oses", "os"), ("devices", "device"), ("browsers", "browser"), ("countries", "country")):
        table = breakdowns.table(sessions, [dimension], FIELDS.values(), history.catalog)
        rows = body["data"]["top"][word]
        assert len(rows) == min(len(table), 10) > 0
        assert [row["views"] for row in rows] == sorted((row["views"] for row in rows), reverse=True)
        for row in rows:
            same(row, table[(row["name"] or "",)])


@pytest.mark.parametrize(
    ("word", "dimension"), [("video_id", "video"), ("project_id", "project"), ("date", "day"), ("country", "country")]
)
def test_rows_are_grouped_by_each_value_of_group_by(history: History, word: str, dimension: str) -> None:
    body = history.client.get("/v1/analytics", {**SPRING, "group_by": word, "per_page": 100}).json()
    table = breakdowns.table(inside(history), [dimension], FIELDS.values(), history.catalog)
    expected = {history.ids.get(str(key), key or None): row for (key,), row in table.items()}
    assert body["meta"]["pagination"] == {"page": 1, "per_page": 100, "total": 61 if word == "date" else len(expected)}
    assert body["meta"]["time"] == {**SPRING, "timezone": "Europe/Berlin"}
    assert {row[word] for row in body["data"]} >= set(expected)
    for row in body["data"]:
        assert set(row) == {word, *FIELDS}
        same(row, expected.get(row[word], metrics.measure([])))


def test_ten_rows_a_page_largest_views_first_unless_asked_otherwise(history: History) -> None:
    body = history.client.get("/v1/analytics", {**SPRING, "group_by": "country"}).json()
    views = [row["views"] for row in body["data"]]
    assert body["meta"]["order"] == {"views": "desc"}
    assert body["meta"]["pagination"]["per_page"] == 10
    assert views == sorted(views, reverse=True)
    for page in (1, 2, 3):
        part = history.client.get(
            "/v1/analytics", {**SPRING, "group_by": "country", "page": page, "per_page": 2}
        ).json()
        assert part["data"] == body["data"][2 * page - 2 : 2 * page]
        assert part["meta"]["pagination"] == {"page": page, "per_page": 2, "total": body["meta"]["pagination"]["total"]}
    beyond = history.client.get("/v1/analytics", {**SPRING, "group_by": "country", "page": 50}).json()
    assert beyond["data"] == []
    assert beyond["meta"]["pagination"]["total"] == body["meta"]["pagination"]["total"]


@pytest.mark.parametrize("field", ["country", *FIELDS])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_rows_can_be_ordered_by_every_field_they_have(history: History, field: str, direction: str) -> None:
    answer = history.client.get(
        "/v1/analytics", {**SPRING, "group_by": "country", "order": f"{field}.{direction}", "per_page": 100}
    )
    values = [row[field] for row in answer.json()["data"] if row[field] is not None]
    assert answer.json()["meta"]["order"] == {field: direction}
    assert values == sorted(values, reverse=direction == "desc")


def test_a_video_or_a_project_narrows_the_numbers(history: History) -> None:
    videos = {video.id: video for video in history.catalog.videos}
    one = next(session.video for session in inside(history) if videos[session.video].project)
    project = videos[one].project
    wanted = [session for session in inside(history) if session.video == one]
    by_video = history.client.get("/v1/analytics/overview", {**SPRING, "video_id": history.ids[one]}).json()
    same(by_video["data"]["total"], metrics.measure(wanted))
    both = {"video_id": history.ids[one], "project_id": history.ids[str(project)]}
    same(
        history.client.get("/v1/analytics/overview", {**SPRING, **both}).json()["data"]["total"],
        metrics.measure(wanted),
    )
    in_project = [session for session in inside(history) if videos[session.video].project == project]
    by_project = history.client.get(
        "/v1/analytics/overview", {**SPRING, "project_id": history.ids[str(project)]}
    ).json()
    same(by_project["data"]["total"], metrics.measure(in_project))


def test_instants_bound_the_period_to_the_moment(history: History) -> None:
    moments = sorted(session.started_at for session in history.sessions if not session.bot)
    first, last = moments[10], moments[20]
    shown = {
        name: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        for name, moment in (("from", first), ("to", last))
    }
    body = history.client.get("/v1/analytics/overview", shown).json()
    assert body["data"]["total"]["player_loads"] == sum(first <= moment <= last for moment in moments)
    assert body["meta"]["time"]["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("grain", "first"), [("hour", "2025-03-01T00:00"), ("week", "2025-02-24"), ("month", "2025-03-01")]
)
def test_current_clients_choose_a_grain_entities_and_fields(history: History, grain: str, first: str) -> None:
    timeline = history.client.get(
        "/v1/analytics/overview", {**SPRING, "group": grain, "fields": "views,player_loads"}
    ).json()
    assert timeline["data"]["timeline"][0]["date"] == first
    assert set(timeline["data"]["timeline"][0]) == {"date", "views", "player_loads"}
    body = history.client.get(
        "/v1/analytics", {**SPRING, "group": grain, "group_entities": "video,folder", "fields": "views", "per_page": 5}
    )
    assert set(body.json()["data"][0]) == {"date", "video_id", "folder_id", "views"}


@pytest.mark.parametrize(
    ("parameters", "code", "says"),
    [
        ({"group_by": ""}, 400400, "group_by is required"),
        ({"group_by": "land"}, 400400, "video_id, project_id, date, country"),
        ({"group": "year"}, 400400, "hour"),
        ({"group_by": "video_id,project_id,date,country"}, 400400, "group_by: At most 3"),
        ({"from": "1980-01-01", "group": "hour"}, 400400, "group_by: More than"),
        ({"group_entities": "planet"}, 400400, "device"),
        ({"fields": "money"}, 400400, "views"),
        ({"order": "views.desc", "fields": "player_loads"}, 400216, "order"),
    ],
)
def test_a_wrong_parameter_has_kinescopes_code_and_says_what_is_wrong(
    bare: APIClient, parameters: dict[str, str], code: int, says: str
) -> None:
    answer = bare.get("/v1/analytics", {**SPRING, "group_by": "country", **parameters})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "detail"}
    assert answer.json()["error"]["code"] == code
    assert says in answer.json()["error"]["detail"]


def test_another_workspace_sees_nothing_of_this_one(history: History, other_history: History) -> None:
    year = {"from": "2024-01-01", "to": "2026-01-01"}
    seen = other_history.client.get("/v1/analytics", {**year, "group_by": "video_id", "per_page": 100}).json()["data"]
    assert seen
    assert {row["video_id"] for row in seen} <= set(other_history.ids.values())


@pytest.mark.parametrize("path", ["/v1/analytics/overview", "/v1/analytics"])
def test_few_statements_answer(history: History, path: str) -> None:
    asked = {**SPRING, "group_by": "video_id"}
    history.client.get(path, asked)
    with CaptureQueriesContext(connection) as relational, CaptureQueriesContext(connections["clickhouse"]) as engine:
        assert history.client.get(path, asked).status_code == 200
    assert len(relational) + len(engine) <= 12
