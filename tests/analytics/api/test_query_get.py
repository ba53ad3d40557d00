"""GET /v1/query: the question in the address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.analytics.api.conftest import History, client_of
from tests.analytics.api.test_query import ask, inside
from tests.oracle import breakdowns

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
SPRING = {"from": "2025-03-01", "to": "2025-04-30"}
DESKTOP = {"dimension": "device", "op": "in", "values": ["desktop"]}


def get(history: History, **parameters: Any) -> Any:
    return ask_by(history.client, **parameters)


def ask_by(client: APIClient, **parameters: Any) -> Any:
    return client.get("/v1/query", {"metrics": "views", **parameters})


@pytest.mark.parametrize(
    ("parameters", "body"),
    [
        ({}, {}),
        ({"metrics": "views,watch_time"}, {"metrics": ["views", "watch_time"]}),
        ({"metrics": ["views", " watch_time , loads,"]}, {"metrics": ["views", "watch_time", "loads"]}),
        ({"by": "country,device"}, {"by": ["country", "device"]}),
        ({"by": ["country", "device"], "order": "country"}, {"by": ["country", "device"], "order": "country"}),
        ({"period": "last_year"}, {"period": {"name": "last_year"}}),
        ({**SPRING, "compare": "previous_period"}, {"period": SPRING, "compare": "previous_period"}),
        ({**SPRING, "by": "week", "compare": "previous_year"},
         {"period": SPRING, "by": ["week"], "compare": "previous_year"}),
        ({"by": "country", "page": "2", "per_page": "2"}, {"by": ["country"], "page": 2, "per_page": 2}),
        ({"bots": "true"}, {"bots": True}),
        ({"filters": json.dumps([DESKTOP])}, {"filters": [DESKTOP]}),
        ({"filter": "device:in:desktop"}, {"filters": [DESKTOP]}),
        ({"filter": ["country:not_in:DE", "country:not_in:", "city:contains:e"]},
         {"filters": [{"dimension": "country", "op": "not_in", "values": ["DE", None]},
                      {"dimension": "city", "op": "contains", "values": ["e"]}]}),
        ({"filter": "page:in:http://localhost:3000/demo"},
         {"filters": [{"dimension": "page", "values": ["http://localhost:3000/demo"]}]}),
        ({"filters": json.dumps([DESKTOP]), "filter": "live:in:false"},
         {"filters": [DESKTOP, {"dimension": "live", "values": [False]}]}),
        ({"by": "", "period": "", "order": "", "compare": "", "page": "", "filters": "", "filter": ""}, {}),
    ],
)  # fmt: skip
def test_the_address_asks_what_the_body_asks(
    history: History, parameters: dict[str, Any], body: dict[str, Any]
) -> None:
    answer = get(history, **parameters)
    assert answer.status_code == 200, answer.json()
    assert answer.json() == ask(history, **body).json()
    assert answer["X-Total-Rows"] == str(answer.json()["total_rows"])


@pytest.mark.parametrize("kind", ["project", "folder", "video", "template", "event"])
def test_a_scope_is_a_parameter_of_its_kind(history: History, other_history: History, kind: str) -> None:
    things = {getattr(one, kind) if kind != "video" else one.id for one in history.catalog.videos} - {None}
    public_id = history.ids[sorted(things)[0]]
    answer = get(history, metrics="loads,watch_time", **{kind: public_id})
    assert answer.json() == ask(history, metrics=["loads", "watch_time"], scope={kind: public_id}).json()
    refused = get(other_history, **{kind: public_id})
    assert (refused.status_code, refused.json()["code"]) == (404, f"unknown_{kind}")


def test_its_numbers_are_the_oracles(history: History) -> None:
    body = get(history, metrics="views,watch_time,engagement", by="country,device", **SPRING, filter="live:in:false")
    wanted = [one for one in inside(history, SPRING) if not one.live]
    expected = breakdowns.table(wanted, ["country", "device"], ["views", "watch_time", "engagement"], history.catalog)
    rows = {(row["country"] or "", row["device"]): row for row in body.json()["rows"]}
    assert rows.keys() == expected.keys()
    assert len(rows) > 3
    for key, row in expected.items():
        assert {name: rows[key][name] for name in row} == pytest.approx(row)


@pytest.mark.parametrize(
    ("parameters", "field", "says"),
    [
        ({"metrics": ""}, "metrics", "required"),
        ({"metrics": "vies"}, "metrics", "views, view_rate"),
        ({"metrics": "views,views"}, "metrics", "once"),
        ({"by": "land"}, "by", "country, region"),
        ({"by": "country,city,device,os"}, "by", "At most 3"),
        ({"period": "next_week"}, "period", "this_week"),
        ({"from": "2026-01-01"}, "to", "belong together"),
        ({"to": "2026-01-01"}, "from", "belong together"),
        ({"period": "today", **SPRING}, "period", "either"),
        ({"from": "2026-02-30", "to": "2026-03-01"}, "from", "YYYY-MM-DD"),
        ({"from": "2026-03-01", "to": "soon"}, "to", "YYYY-MM-DD"),
        ({"from": "2026-02-03", "to": "2026-02-01"}, "from", "before it begins"),
        ({"from": "0001-01-01", "to": "9999-12-31"}, "from", "between"),
        ({"video": "v", "folder": "f"}, "video", "folder is given too"),
        ({"project": "proj_\0"}, "project", "Null"),
        ({"filters": "["}, "filters", "JSON"),
        ({"filters": "[NaN]"}, "filters", "JSON"),
        ({"filters": "[" * 50_000}, "filters", "nested"),
        ({"filters": "{}"}, "filters", "array"),
        ({"filters": '[{"dimension": "land", "values": ["DE"]}]'}, "filters", "country"),
        ({"filters": '[{"dimension": "country", "operator": "not_in", "values": ["DE"]}]'}, "filters", "no such key"),
        ({"filter": "country"}, "filter", "country:in:DE"),
        ({"filter": "land:in:DE"}, "filter", "country"),
        ({"filter": "country:is:DE"}, "filter", "not_in"),
        ({"filter": "live:in:perhaps"}, "filter", "true or false"),
        ({"filter": "country:contains:"}, "filter", "unknown"),
        ({"compare": "last_decade"}, "compare", "previous_period"),
        ({"order": "-plays"}, "order", "views"),
        ({"order": "-"}, "order", "views"),
        ({"page": "0"}, "page", "1"),
        ({"page": "x"}, "page", "integer"),
        ({"page": ["1", "2"]}, "page", "once"),
        ({"per_page": "10001"}, "per_page", "10000"),
        ({"bots": "some"}, "bots", "boolean"),
        ({"format": "xml"}, "format", "json, csv"),
        ({"limit": "5"}, "limit", "per_page"),
    ],
)
def test_what_is_wrong_is_named_by_its_parameter(
    bare: APIClient, parameters: dict[str, Any], field: str, says: str
) -> None:
    answer = ask_by(bare, **parameters)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    found = [error["message"] for error in answer.json()["errors"] if error["field"] == field]
    assert found, answer.json()
    assert says in found[0]


def test_an_unchanged_answer_is_not_sent_again(history: History) -> None:
    first = get(history, by="country")
    again = history.client.get("/v1/query", {"metrics": "views", "by": "country"}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    other = history.client.get("/v1/query", {"metrics": "views", "by": "device"}, HTTP_IF_NONE_MATCH=first["ETag"])
    assert other.status_code == 200


def test_each_page_names_the_next_one_until_the_last(history: History) -> None:
    whole = get(history, by="country,device", filter="live:in:false", per_page="100").json()
    address, rows = "/v1/query?metrics=views&by=country,device&filter=live:in:false&per_page=3", []
    pages = 0
    while address:
        answer = history.client.get(address)
        rows += answer.json()["rows"]
        address = answer.get("Link", "").removesuffix('>; rel="next"').removeprefix("<")
        pages += 1
    assert rows == whole["rows"]
    assert pages == -(-whole["total_rows"] // 3) > 2


def test_a_token_that_may_read_is_needed_and_enough(history: History) -> None:
    asked = {"metrics": "views"}
    assert client_of(history.workspace, "read").get("/v1/query", asked).status_code == 200
    assert client_of(history.workspace, "write").get("/v1/query", asked).status_code == 403
    history.client.defaults.pop("HTTP_AUTHORIZATION")
    assert history.client.get("/v1/query", asked).status_code == 401


def test_another_workspace_sees_nothing_of_this_one(history: History, other_history: History) -> None:
    seen = {row["video"] for row in get(other_history, metrics="loads", by="video").json()["rows"]}
    assert seen
    assert seen <= set(other_history.ids.values())
    foreign = history.ids[history.catalog.videos[0].id]
    assert get(other_history, metrics="loads", filter=f"video:in:{foreign}").json()["rows"] == [{"loads": 0}]


def test_the_number_of_statements_does_not_grow_with_the_rows(history: History) -> None:
    def statements(**parameters: Any) -> int:
        with (
            CaptureQueriesContext(connection) as relational,
            CaptureQueriesContext(connections["clickhouse"]) as engine,
        ):
            assert get(history, **parameters).status_code == 200
        return len(relational) + len(engine)

    get(history)
    assert statements(by="folder", compare="previous_period", **SPRING) <= 12
    assert statements(by="visitor", per_page=1) == statements(by="visitor", per_page=500)
