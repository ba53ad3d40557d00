"""/v1/query meets everything that can be sent to it: filters on buckets, hostile values, far too much."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from analytics.query import timeline
from tests.analytics.api.conftest import History
from tests.analytics.api.test_query import ask
from tests.oracle import breakdowns, metrics

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


def one(values: list[Any], dimension: str = "country", op: str = "in") -> dict[str, Any]:
    return {"filters": [{"dimension": dimension, "op": op, "values": values}]}


@pytest.mark.parametrize("op", ["in", "not_in"])
@pytest.mark.parametrize("grain", ["hour", "day", "week", "month"])
def test_a_bucket_is_a_filter_too(history: History, grain: str, op: str) -> None:
    labels = [row[grain] for row in ask(history, by=[grain], order="-views", per_page=3).json()["rows"]]
    body = ask(history, metrics=["views", "loads"], filters=one(labels, grain, op)["filters"]).json()
    rule = breakdowns.Filter(grain, op, tuple(labels))
    expected = metrics.measure(breakdowns.kept(history.sessions, [rule], history.catalog), ["views", "loads"])
    assert body["rows"] == [expected]
    assert expected["views"] > 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (one(["a\0b"]), "filters.0.values.0"),
        (one(["a\0b"], op="contains"), "filters.0.values.0"),
        (one(["\ud800"]), "filters.0.values.0"),
        (one([1.5]), "filters.0.values.0"),
        (one([[1]]), "filters.0.values.0"),
        (one(["x" * 2049]), "filters.0.values.0"),
        (one(["x"] * 10_000), "filters.0.values"),
        (one([None], op="contains"), "filters"),
        (one(["0001-01-01"], "day"), "filters"),
        (one(["9999-12-31"], "week"), "filters"),
        (one(["1969-12-31T23:00"], "hour"), "filters"),
        (one([None], "month"), "filters"),
        (one([None], "live"), "filters"),
        ({"filters": one(["DE"])["filters"] * 51}, "filters"),
        ({"filters": "country"}, "filters"),
        ({"filters": [None]}, "filters.0"),
        ({"filters": [{"dimension": "country", "operator": "not_in", "values": ["DE"]}]}, "filters.0.operator"),
        ({"metrics": ["x" * 1_000_000]}, "metrics.0"),
        ({"metrics": ["views"] * 100_000}, "metrics"),
        ({"metrics": ["views\0"]}, "metrics.0"),
        ({"metrics": ["\ud800"]}, "metrics.0"),
        ({"metrics": {"views": 1}}, "metrics"),
        ({"by": ["country"] * 100_000}, "by"),
        ({"by": [["country"]]}, "by.0"),
        ({"by": [None]}, "by.0"),
        ({"order": "-"}, "order"),
        ({"order": "--views"}, "order"),
        ({"order": ["views"]}, "order"),
        ({"page": 1.5}, "page"),
        ({"page": 10**30}, "page"),
        ({"page": True}, "page"),
        ({"per_page": "many"}, "per_page"),
        ({"bots": []}, "bots"),
        ({"compare": {}}, "compare"),
        ({"scope": {"video": "vid_\0"}}, "scope.video"),
        ({"scope": {"video": {"id": "x"}}}, "scope.video"),
        ({"scope": ["vid_x"]}, "scope"),
        ({"period": "this_month"}, "period"),
        ({"period": {"from": "0001-01-01", "to": "9999-12-31"}}, "period"),
        ({"period": {"from": 1, "to": 2}}, "period.from"),
        ({"period": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02"}}, "period.from"),
        ({"period": {"name": "today", "until": "now"}}, "period.until"),
        ({"period": {"from": "1970-01-01", "to": "2199-12-31"}, "by": ["hour"]}, "by"),
        ({"x" * 10_000: 1}, "x" * 64),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_short_422_that_names_it(bare: APIClient, body: dict[str, Any], field: str) -> None:
    text = json.dumps({"metrics": ["views"], **body})
    answer = bare.post("/v1/query", text, content_type="application/json")
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert len(answer.content) < 3000


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"metrics":' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"metrics": ["views"], "page": NaN}',
        '{"metrics": ["views"], "page": Infinity}',
        '{"metrics": ["views"], "page": ' + "9" * 5000 + "}",
        "\xff",
        "metrics=views",
    ],
)
def test_what_is_no_json_is_a_400(bare: APIClient, text: str) -> None:
    answer = bare.post("/v1/query", text.encode("latin-1"), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert answer["Content-Type"] == "application/problem+json"


def test_numbers_and_truths_stand_for_their_texts(history: History) -> None:
    text = json.dumps({"metrics": ["loads"], "page": "1", "per_page": "10", **one([False], "live")})
    answer = history.client.post("/v1/query", text, content_type="application/json")
    expected = sum(not session.live and not session.bot for session in history.sessions)
    assert answer.json()["rows"] == [{"loads": expected}]
    assert ask(history, **one([2026], "utm_campaign")).status_code == 200


def test_more_rows_over_time_than_anyone_reads_are_refused(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"by": ["day", "visitor"], "period": {"from": "2025-03-01", "to": "2025-04-30"}}
    rows = ask(history, **asked).json()["total_rows"]
    monkeypatch.setattr(timeline, "MOST_ROWS_OVER_TIME", rows)
    assert ask(history, **asked).status_code == 200
    monkeypatch.setattr(timeline, "MOST_ROWS_OVER_TIME", rows - 1)
    refused = ask(history, **asked)
    assert refused.status_code == 422
    assert "narrow the question" in refused.json()["errors"][0]["message"]


def test_a_row_names_its_dimensions_in_the_order_asked_for(history: History) -> None:
    asked = {"by": ["country", "week"], "period": {"from": "2025-03-01", "to": "2025-04-30"}, "per_page": 10_000}
    rows = ask(history, **asked).json()["rows"]
    assert {tuple(row) for row in rows} == {("country", "week", "views")}
    assert {row["views"] for row in rows} > {0}


def test_a_part_that_is_null_counts_as_left_out(history: History) -> None:
    nulls = dict.fromkeys(("by", "period", "scope", "filters", "compare", "order", "page", "per_page", "bots"))
    answers = [history.client.post("/v1/query", {"metrics": ["views"], **more}, format="json") for more in ({}, nulls)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
