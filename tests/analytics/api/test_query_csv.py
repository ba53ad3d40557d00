"""/v1/query as CSV: the rows of the JSON in one flat table that spreadsheets read."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from analytics.metrics import ACTION_TYPES, METRICS
from tests.analytics.api.conftest import History, client_of
from tests.analytics.api.test_query import ask, inside
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle import metrics
from tests.oracle.catalog import Catalog, Video
from tests.oracle.sampling import uuid7
from videos.models import Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
SPRING = {"from": "2025-03-01", "to": "2025-04-30"}
FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", " =1", "＝1+1"]
PLAIN = ["1-2", "Zürich", 'says "hi", twice', "a=b", "007"]


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def get(history: History, **parameters: Any) -> Any:
    return history.client.get("/v1/query", {"metrics": "views", "format": "csv", **parameters})


def flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return what the columns of a JSON row must be, nested metrics taken apart."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if name == "previous":
            cells |= flat(value, "previous_")
        elif name == "quarter_reach":
            cells |= {f"{prefix}{name}_{quarter}": count for quarter, count in enumerate(value, start=1)}
        elif name == "actions":
            for kind in ACTION_TYPES:
                found = value.get(kind, {"impressions": 0, "conversions": 0, "rate": None})
                cells |= {f"{prefix}{name}_{kind}_{each}": number for each, number in found.items()}
        else:
            cells[prefix + name] = value
    return cells


def same(cell: str, value: Any) -> None:
    if value is None:
        assert cell == ""
    elif isinstance(value, bool):
        assert cell == ("true" if value else "false")
    elif isinstance(value, dict):
        assert json.loads(cell) == value
    elif isinstance(value, int | float):
        assert float(cell) == value
        assert "e" not in cell
    else:
        assert cell == value


@pytest.mark.parametrize("by", [[], ["country"], ["live", "device"], ["week", "country"], ["folder"]])
def test_every_cell_is_the_jsons(history: History, by: list[str]) -> None:
    asked = {"metrics": list(METRICS), "by": by, "compare": "previous_period", "per_page": 10_000}
    rows = ask(history, **asked, period=SPRING).json()["rows"]
    cells = table(get(history, **{**asked, "metrics": ",".join(METRICS), "by": ",".join(by)}, **SPRING))
    assert len(cells) == len(rows) >= 1
    for found, row in zip(cells, rows, strict=True):
        expected = flat(row)
        assert set(found) == set(expected)
        assert list(found)[: len(by)] == by
        for name, value in expected.items():
            same(found[name], value)


def test_the_numbers_are_the_oracles(history: History) -> None:
    (row,) = table(get(history, metrics=",".join(METRICS), **SPRING))
    expected = metrics.measure(inside(history, SPRING))
    for name, value in expected.items():
        if name not in ("quarter_reach", "actions", "reactions"):
            assert (row[name] and float(row[name])) == (pytest.approx(value) if value is not None else ""), name
    assert [int(row[f"quarter_reach_{quarter}"]) for quarter in (1, 2, 3, 4)] == expected["quarter_reach"]
    assert json.loads(row["reactions"]) == expected["reactions"]
    assert int(row["actions_cta_impressions"]) == expected["actions"]["cta"]["impressions"]


def test_without_a_period_before_the_columns_are_there_and_empty(history: History) -> None:
    (row,) = table(get(history, metrics="views,quarter_reach,actions,reactions", compare="previous_period"))
    before = {name: cell for name, cell in row.items() if name.startswith("previous_")}
    assert len(before) == 1 + 4 + 9 + 1
    assert set(before.values()) == {""}


def test_all_rows_are_there_without_asking_for_them_and_their_number_is_told(history: History) -> None:
    days = {"by": "day", "from": "2024-10-01", "to": "2025-09-30"}
    answer = get(history, **days)
    assert len(table(answer)) == 365
    assert answer["X-Total-Rows"] == "365"
    assert "Link" not in answer
    part = get(history, **days, per_page=50, page=8)
    assert len(table(part)) == 15
    assert part["X-Total-Rows"] == "365"
    assert "page=8" in get(history, **days, per_page=50, page=7)["Link"]


def test_the_file_has_a_name_that_says_what_it_holds(history: History) -> None:
    named = {
        'attachment; filename="viewprint-country-device-2025-03-01-2025-04-30.csv"': {"by": "country,device", **SPRING},
        'attachment; filename="viewprint.csv"': {},
    }
    for disposition, parameters in named.items():
        assert get(history, **parameters)["Content-Disposition"] == disposition


@pytest.mark.parametrize(
    ("accept", "format", "kind"),
    [
        ("*/*", "", "application/json"),
        ("", "", "application/json"),
        ("text/html, */*;q=0.8", "", "application/json"),
        ("application/json", "csv", "text/csv; charset=utf-8"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("text/csv", "json", "application/json"),
        ("application/json;q=0.4, text/csv;q=0.5", "", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv;q=0.4", "", "application/json"),
        ("application/xml", "", "application/problem+json"),
        ("nonsense", "", "application/problem+json"),
        ("text/csv", "xml", "application/problem+json"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_parameter_or_the_header_chooses_the_form(
    bare: APIClient, method: str, accept: str, format: str, kind: str
) -> None:
    address = f"/v1/query?format={format}" if format else "/v1/query"
    if method == "get":
        answer = bare.get(f"{address}{'&' if format else '?'}metrics=views", HTTP_ACCEPT=accept)
    else:
        answer = bare.post(address, {"metrics": ["views"]}, format="json", HTTP_ACCEPT=accept)
    assert answer["Content-Type"] == kind
    assert "Accept" in answer["Vary"]
    if "problem" in kind:
        assert answer.status_code == (422 if format else 406)
        assert answer.json()["code"] == ("invalid" if format else "not_acceptable")


def test_errors_are_problem_details_whatever_was_asked_for(history: History) -> None:
    answer = get(history, metrics="vies")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["field"] == "metrics"
    assert "Content-Disposition" not in answer


def test_a_posts_address_takes_the_form_and_nothing_else(history: History) -> None:
    answer = history.client.post("/v1/query?metrics=views", {"metrics": ["views"]}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "metrics")


def test_an_unchanged_table_is_not_sent_again(history: History) -> None:
    first = get(history, by="country")
    asked = {"metrics": "views", "format": "csv", "by": "country"}
    again = history.client.get("/v1/query", asked, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.fixture
def campaigns(db: None) -> Workspace:
    """A workspace whose viewers came by campaigns with such names."""
    catalog = Catalog("UTC", (Video("vid_0000000000"),))
    workspace, ids = catalog_load(catalog)
    snapshots = [
        {
            "v": 1,
            "video": "vid_0000000000",
            "session": uuid7(1_740_000_000_000 + number, number),
            "seq": 1,
            "page": f"https://example.com/?utm_campaign={quote(name)}",
        }
        for number, name in enumerate([*FORMULAS, *PLAIN])
    ]
    sessions_load(workspace, ids, snapshots)
    return workspace


def test_text_that_begins_like_a_formula_stays_text(campaigns: Workspace) -> None:
    answer = client_of(campaigns).get("/v1/query?metrics=loads&by=utm_campaign&format=csv")
    names = {row["utm_campaign"] for row in table(answer)}
    shown = client_of(campaigns).get("/v1/query?metrics=loads&by=utm_campaign").json()["rows"]
    stored = {row["utm_campaign"] for row in shown}
    assert {name for name in stored if name not in PLAIN} >= {"=1+1", "@SUM(A1)", "＝1+1"}
    assert names == {name if name in PLAIN else f"'{name}" for name in stored}
