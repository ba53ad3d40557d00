"""GET /v1/analytics/referrers: domains with their pages, as Kinescope's page shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from analytics.api.kinescope import referrers
from tests.analytics.api.conftest import History
from tests.analytics.api.test_query import inside
from tests.oracle import breakdowns

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
PATH = "/v1/analytics/referrers"
SPRING = {"from": "2025-03-01", "to": "2025-04-30"}
METRICS = {"views": "views", "player_loads": "loads", "view_rate": "view_rate"}


def get(history: History, **parameters: Any) -> Any:
    answer = history.client.get(PATH, {**SPRING, "per_page": 100, **parameters})
    assert answer.status_code == 200, answer.json()
    return answer.json()


def same(body: Any, history: History, sessions: list[Any]) -> None:
    """Compare the domains and all of their pages with the oracle's."""
    domains = breakdowns.table(sessions, ["domain"], METRICS.values(), history.catalog)
    pages = breakdowns.table(sessions, ["domain", "page"], METRICS.values(), history.catalog)
    assert {row["domain"] or "" for row in body["data"]} == {str(domain) for (domain,) in domains}
    for row in body["data"]:
        domain = row["domain"] or ""
        assert set(row) == {"domain", "pages", *METRICS}
        assert {word: row[word] for word in METRICS} == pytest.approx(words(domains[domain,]))
        assert {page["url"] or "" for page in row["pages"]} == {str(url) for own, url in pages if own == domain}
        for page in row["pages"]:
            assert set(page) == {"url", *METRICS}
            assert {word: page[word] for word in METRICS} == pytest.approx(words(pages[domain, page["url"] or ""]))


def words(row: dict[str, Any]) -> dict[str, Any]:
    return {word: row[name] for word, name in METRICS.items()}


def test_domains_have_totals_and_their_pages(history: History) -> None:
    body = get(history)
    sessions = inside(history, SPRING)
    same(body, history, sessions)
    assert len(body["data"]) > 2
    listed = sum(len(row["pages"]) for row in body["data"])
    assert body["meta"] == {
        "pagination": {"page": 1, "per_page": 100, "total": len(body["data"])},
        "order": {"views": "desc"},
        "time": {**SPRING, "timezone": "Europe/Berlin"},
        "pages": {"total": listed, "listed": listed},
    }
    assert None in {row["domain"] for row in body["data"]}
    assert sum(row["player_loads"] for row in body["data"]) == sum(not one.bot for one in sessions)


def test_a_video_or_a_project_narrows_them(history: History) -> None:
    videos = {video.id: video for video in history.catalog.videos}
    sessions = inside(history, SPRING)
    one = next(session.video for session in sessions if videos[session.video].project)
    project = videos[one].project
    of_video = [session for session in sessions if session.video == one]
    same(get(history, video_id=history.ids[one]), history, of_video)
    same(get(history, video_id=history.ids[one], project_id=history.ids[str(project)]), history, of_video)
    of_project = [session for session in sessions if videos[session.video].project == project]
    same(get(history, project_id=history.ids[str(project)]), history, of_project)


@pytest.mark.parametrize("field", ["domain", *METRICS])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_domains_and_their_pages_are_ordered_alike(history: History, field: str, direction: str) -> None:
    body = get(history, order=f"{field}.{direction}")
    assert body["meta"]["order"] == {field: direction}
    lists = [(body["data"], field), *((row["pages"], "url" if field == "domain" else field) for row in body["data"])]
    for rows, key in lists:
        values = [row[key] for row in rows if row[key] is not None]
        assert values == sorted(values, reverse=direction == "desc")


def test_pages_of_the_answer_count_domains_ten_at_a_time(history: History) -> None:
    whole = get(history)["data"]
    first = history.client.get(PATH, SPRING).json()
    assert first["meta"]["pagination"] == {"page": 1, "per_page": 10, "total": len(whole)}
    parts = [row for page in range(1, len(whole) + 1) for row in get(history, page=page, per_page=1)["data"]]
    assert parts == whole
    beyond = get(history, page=50)
    assert (beyond["data"], beyond["meta"]["pagination"]["total"]) == ([], len(whole))
    assert beyond["meta"]["pages"] == {"total": 0, "listed": 0}


def test_what_is_left_out_is_told(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = get(history)
    monkeypatch.setattr(referrers, "MOST_PAGES", 2)
    body = get(history)
    assert body["meta"]["pages"] == {"total": whole["meta"]["pages"]["total"], "listed": 2}
    assert sum(len(row["pages"]) for row in body["data"]) == 2
    assert [row["player_loads"] for row in body["data"]] == [row["player_loads"] for row in whole["data"]]


def test_without_sessions_there_is_nothing(bare: APIClient) -> None:
    body = bare.get(PATH, SPRING).json()
    assert (body["data"], body["meta"]["pagination"]["total"]) == ([], 0)


def test_the_number_of_statements_does_not_grow_with_the_domains(history: History) -> None:
    def statements(**parameters: Any) -> int:
        with (
            CaptureQueriesContext(connection) as relational,
            CaptureQueriesContext(connections["clickhouse"]) as engine,
        ):
            get(history, **parameters)
        return len(relational) + len(engine)

    get(history)
    few = statements(per_page=1)
    assert few <= 12
    assert statements() == few


@pytest.mark.parametrize(
    ("parameters", "code", "says"),
    [
        ({"from": ""}, 400400, "from is required"),
        ({"to": "tomorrow"}, 400400, "YYYY-MM-DD"),
        ({"order": "url.desc"}, 400216, "domain, views"),
        ({"order": "views"}, 400216, "order"),
        ({"per_page": "0"}, 400400, "per_page"),
        ({"page": "-1"}, 400400, "page"),
    ],
)
def test_a_wrong_parameter_has_kinescopes_code(
    bare: APIClient, parameters: dict[str, str], code: int, says: str
) -> None:
    answer = bare.get(PATH, {**SPRING, **parameters})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert says in answer.json()["error"]["detail"]
