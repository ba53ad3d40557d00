"""POST /v1/query."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from analytics.metrics import METRICS
from tests.analytics.api.conftest import History, client_of
from tests.oracle import breakdowns, facts, metrics, periods

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
PERIOD = {"from": "2025-03-01", "to": "2025-04-30"}


def ask(history: History, **body: Any) -> Any:
    return post(history.client, **body)


def post(client: APIClient, **body: Any) -> Any:
    return client.post("/v1/query", {"metrics": ["views"], **body}, format="json")


def inside(history: History, days: dict[str, str]) -> list[facts.Session]:
    """Return the sessions of the local days `from` one date `to` another."""
    first, last = date.fromisoformat(days["from"]), date.fromisoformat(days["to"])
    span = periods.period("custom", history.sessions[0].started_at, history.catalog.zone, first, last)
    return [one for one in history.sessions if span.holds(one.started_at)]


def test_the_contracts_example_is_answered_in_its_shape(history: History) -> None:
    answer = ask(
        history,
        metrics=["views", "watch_time"],
        by=["country"],
        period=PERIOD,
        filters=[{"dimension": "device", "op": "in", "values": ["desktop"]}],
        compare="previous_period",
        order="-views",
        page=1,
        per_page=100,
    )
    body = answer.json()
    assert answer.status_code == 200
    assert body["period"] == {**PERIOD, "timezone": history.workspace.timezone}
    assert body["total_rows"] == len(body["rows"]) > 1
    for row in body["rows"]:
        assert set(row) == {"country", "views", "watch_time", "previous"}
        assert set(row["previous"]) == {"views", "watch_time"}
        assert isinstance(row["views"], int)
        assert isinstance(row["watch_time"], float)
    desktop = [one for one in inside(history, PERIOD) if one.device == "desktop"]
    expected = breakdowns.table(desktop, ["country"], ["views", "watch_time"], history.catalog)
    assert {row["country"] or "": row["views"] for row in body["rows"]} == {
        country: row["views"] for (country,), row in expected.items()
    }


def test_without_dimensions_there_is_one_row_with_every_metric_asked_for(history: History) -> None:
    body = ask(history, metrics=list(METRICS)).json()
    expected = metrics.measure(history.sessions)
    assert body["total_rows"] == 1
    assert body["rows"][0]["views"] == expected["views"]
    assert body["rows"][0]["quarter_reach"] == expected["quarter_reach"]
    assert body["rows"][0]["reactions"] == expected["reactions"]
    assert body["rows"][0]["engagement"] == pytest.approx(expected["engagement"])


@pytest.mark.parametrize("by", [["country"], ["folder", "live"], ["week", "device"]])
def test_each_page_is_compared_like_the_whole_and_the_oracle(history: History, by: list[str]) -> None:
    asked = {"metrics": ["loads", "watch_time"], "by": by, "period": PERIOD, "compare": "previous_period"}
    whole = ask(history, **asked, per_page=10_000).json()
    parts = [row for page in range(1, 4) for row in ask(history, **asked, page=page, per_page=2).json()["rows"]]
    assert parts == whole["rows"][:6]
    before = whole["previous_period"]
    assert (before["from"], before["to"]) == ("2024-12-30", "2025-02-28")
    if "week" not in by:
        earlier = breakdowns.table(inside(history, before), by, ["loads", "watch_time"], history.catalog)
        known = {public_id: name for name, public_id in history.ids.items()}
        for row in whole["rows"]:
            key = tuple(known.get(row[name], row[name]) for name in by)
            key = key if "folder" in by else tuple(value or "" for value in key)
            assert row["previous"] == pytest.approx(earlier.get(key, {"loads": 0, "watch_time": 0.0}))


def test_empty_buckets_are_rows_of_zeros_and_nulls(history: History) -> None:
    body = ask(
        history, metrics=["views", "engagement"], by=["day"], period={"from": "2001-01-30", "to": "2001-02-02"}
    ).json()
    days = ["2001-01-30", "2001-01-31", "2001-02-01", "2001-02-02"]
    assert body["rows"] == [{"day": day, "views": 0, "engagement": None} for day in days]


@pytest.mark.parametrize(
    "name",
    [
        "today",
        "yesterday",
        "last_24_hours",
        "this_week",
        "last_week",
        "this_month",
        "last_month",
        "last_year",
        "all_time",
    ],
)
def test_every_named_period_is_known(bare: APIClient, name: str) -> None:
    answer = post(bare, period={"name": name})
    assert answer.status_code == 200
    assert (answer.json()["period"]["from"] is None) == (name == "all_time")


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"metrics": ["vies"]}, "metrics", "views, view_rate"),
        ({"metrics": []}, "metrics", "empty"),
        ({"metrics": "views"}, "metrics", "list"),
        ({"metrics": ["views", "views"]}, "metrics", "once"),
        ({"by": ["land"]}, "by", "country, region"),
        ({"by": ["country", "city", "device", "os"]}, "by", "At most 3"),
        ({"by": ["day", "week"]}, "by", "At most one of"),
        ({"period": {"name": "next_week"}}, "period", "this_week"),
        ({"period": {"from": "2026-01-01"}}, "period", "from and to"),
        ({"period": {"from": "2026-02-30", "to": "2026-03-01"}}, "period.from", "YYYY-MM-DD"),
        ({"period": {"from": "2026-02-03", "to": "2026-02-01"}}, "period", "before it begins"),
        ({"period": {"from": "0001-01-01", "to": "0001-01-02"}}, "period", "between"),
        ({"scope": {"universe": "u"}}, "scope", "project, folder"),
        ({"scope": {"video": "v", "folder": "f"}}, "scope", "project, folder"),
        ({"filters": [{"dimension": "land", "values": ["DE"]}]}, "filters", "country"),
        ({"filters": [{"dimension": "country", "op": "like", "values": ["DE"]}]}, "filters", "not_in"),
        ({"filters": [{"dimension": "country", "values": []}]}, "filters.0.values", "empty"),
        ({"filters": [{"dimension": "country", "values": [{"a": 1}]}]}, "filters.0.values.0", "text"),
        ({"filters": [{"dimension": "live", "values": ["perhaps"]}]}, "filters", "true or false"),
        ({"filters": [{"dimension": "day", "values": ["soon"]}]}, "filters", "2026-01-31"),
        ({"filters": [{"dimension": "day", "op": "contains", "values": ["2026"]}]}, "filters", "not_in"),
        ({"compare": "last_decade"}, "compare", "previous_period"),
        ({"order": "-plays"}, "order", "views"),
        ({"metrics": ["reactions"], "order": "reactions"}, "order", "not one number"),
        ({"page": 0}, "page", "1"),
        ({"per_page": 10**9}, "per_page", "10000"),
        ({"limit": 5}, "limit", "per_page"),
        ({"by": ["hour"], "period": {"from": "1980-01-01", "to": "2026-01-01"}}, "by", "shorter period"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(bare: APIClient, body: dict[str, Any], field: str, says: str) -> None:
    answer = post(bare, **body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    found = [error for error in answer.json()["errors"] if error["field"] == field]
    assert found, answer.json()
    assert says in found[0]["message"]


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{"])
def test_a_body_that_is_no_question_is_refused(bare: APIClient, text: str) -> None:
    answer = bare.post("/v1/query", text, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_token_that_may_read_is_needed_and_enough(history: History) -> None:
    assert (
        client_of(history.workspace, "read").post("/v1/query", {"metrics": ["views"]}, format="json").status_code == 200
    )
    assert (
        client_of(history.workspace, "write").post("/v1/query", {"metrics": ["views"]}, format="json").status_code
        == 403
    )
    history.client.credentials()
    history.client.defaults.pop("HTTP_AUTHORIZATION")
    answer = ask(history)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_another_workspace_sees_and_names_nothing_of_this_one(history: History, other_history: History) -> None:
    seen = ask(other_history, metrics=["loads"], by=["video"]).json()["rows"]
    assert {row["video"] for row in seen} <= set(other_history.ids.values())
    assert sum(row["loads"] for row in seen) == metrics.measure(other_history.sessions)["loads"]
    for kind in ("project", "folder", "video", "template", "event"):
        shelves = {getattr(one, kind) if kind != "video" else one.id for one in history.catalog.videos} - {None}
        foreign = history.ids[sorted(shelves)[0]]
        assert ask(history, scope={kind: foreign}).status_code == 200
        refused = ask(other_history, scope={kind: foreign})
        assert refused.status_code == 404
        assert refused.json()["code"] == f"unknown_{kind}"
        filtered = ask(other_history, metrics=["loads"], filters=[{"dimension": kind, "values": [foreign]}])
        assert filtered.json()["rows"] == [{"loads": 0}]


def test_the_number_of_statements_does_not_grow_with_the_rows(history: History) -> None:
    def statements(**body: Any) -> int:
        with (
            CaptureQueriesContext(connection) as relational,
            CaptureQueriesContext(connections["clickhouse"]) as engine,
        ):
            assert ask(history, **body).status_code == 200
        return len(relational) + len(engine)

    ask(history)
    assert statements() <= 3
    assert statements(by=["video"], compare="previous_period", period=PERIOD) <= 12
    assert statements(by=["visitor"], per_page=1) == statements(by=["visitor"], per_page=500)
