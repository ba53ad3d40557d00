"""What holds for every path: both prefixes and spellings, tokens, errors, two workspaces, few statements."""

from __future__ import annotations

import base64
from itertools import product
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.exceptions import Throttled

from analytics.api.wistia.base import error_handler
from tests.analytics.api.conftest import History, client_of
from tests.analytics.api.wistia.conftest import MOMENT, Stage
from tests.oracle.sampling import uuid7
from videos.tokens import token_create

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
LISTS = ("stats/visitors", "stats/events", "medias", "projects")
BY_DATE = ("stats/account/by_date", "stats/medias/{media}/by_date", "stats/projects/{project}/by_date")
MEDIA = ("stats/medias/{media}", "stats/medias/{media}/engagement", "medias/{media}", "medias/{media}/stats")
PROJECT = ("stats/projects/{project}", "projects/{project}")
ONE = ("stats/visitors/{visitor}", "stats/events/{event}")
PATHS = ("stats/account", *LISTS, *BY_DATE, *MEDIA, *PROJECT, *ONE)


def named(stage: Stage) -> dict[str, str]:
    """Return what the paths name, with a session to be seen."""
    key = stage.play(identity={"email": "a@example.com", "name": "Anna"}, actions=[{"type": "cta", "at": 1}])
    return {"media": stage.video.public_id, "project": stage.project.public_id, "visitor": "anna", "event": key}


@pytest.mark.parametrize("path", PATHS)
def test_each_path_answers_under_both_prefixes_with_the_extension_and_without(stage: Stage, path: str) -> None:
    path = path.format(**named(stage))
    answers = [stage.client.get(f"/{prefix}/{path}{end}") for prefix in ("v1", "modern") for end in ("", ".json")]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.content == answers[0].content for answer in answers)
    assert stage.client.get(f"/v1/{path}/").status_code == 404


@pytest.mark.parametrize("path", PATHS)
def test_a_reading_token_is_needed_and_said_so_in_wistias_words(stage: Stage, path: str) -> None:
    path = f"/v1/{path.format(**named(stage))}.json"
    assert client_of(stage.workspace, "read").get(path).status_code == 200
    writer = client_of(stage.workspace, "write").get(path)
    assert (writer.status_code, set(writer.json())) == (403, {"error"})
    for header in ("", "Bearer nonsense", "Bearer ", "Basic !"):
        refused = stage.client.get(path, HTTP_AUTHORIZATION=header)
        assert refused.status_code == 401
        assert set(refused.json()) == {"code", "error"}
        assert all(isinstance(text, str) and text for text in refused.json().values())
        assert "WWW-Authenticate" in refused
    posted = stage.client.post(path)
    assert (posted.status_code, set(posted.json())) == (405, {"error"})


def test_a_token_is_taken_wherever_clients_put_it(stage: Stage) -> None:
    _, plain = token_create(stage.workspace, "tests", ["read"])
    basic = base64.b64encode(f"api:{plain}".encode()).decode()
    sent: list[tuple[dict[str, str], dict[str, Any]]] = [
        ({"api_password": plain}, {}),
        ({}, {"HTTP_AUTHORIZATION": f"Bearer {plain}"}),
        ({}, {"HTTP_AUTHORIZATION": f"Basic {basic}"}),
        ({}, {"HTTP_X_API_TOKEN": plain}),
    ]
    for query, headers in sent:
        answer = stage.client.get("/v1/stats/account.json", query, **{"HTTP_AUTHORIZATION": "", **headers})
        assert answer.status_code == 200, (query, headers)


@pytest.mark.parametrize("path", [path for path in PATHS if "{" in path])
def test_another_workspaces_things_are_as_unknown_as_what_does_not_exist(stage: Stage, other: Stage, path: str) -> None:
    theirs = other.client.get(f"/v1/{path.format(**named(stage))}.json")
    names = {"media": "vid_none", "project": "proj_none", "visitor": "nobody", "event": uuid7(0)}
    missing = other.client.get(f"/v1/{path.format(**names)}.json")
    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert set(theirs.json()) == set(missing.json()) == {"error"}
    nonsense = {"media": "%00", "project": "9" * 18, "visitor": "%00", "event": "nonsense"}
    assert other.client.get(f"/v1/{path.format(**nonsense)}.json").status_code == 404


def test_another_workspaces_numbers_and_lists_are_not_seen(stage: Stage, other: Stage) -> None:
    key, names = other.play(), named(stage)
    assert [row["event_key"] for row in other.get("stats/events.json")] == [key]
    assert [row["visitor_identity"]["email"] for row in other.get("stats/visitors.json")] == [None]
    assert other.get("stats/visitors.json", filter="has_email") == []
    assert other.get("stats/account.json")["load_count"] == 1
    assert [row["hashed_id"] for row in other.get("medias.json")] == [other.video.public_id]
    assert [row["hashed_id"] for row in other.get("projects.json")] == [other.project.public_id]
    for path, parameter in (("stats/events", "media_id"), ("medias", "project_id")):
        value = names["media" if parameter == "media_id" else "project"]
        refused = other.client.get(f"/v1/{path}.json", {parameter: value})
        assert (refused.status_code, set(refused.json())) == (404, {"error"})


@pytest.mark.parametrize("name", ["page", "per_page"])
def test_a_wrong_page_is_named(stage: Stage, name: str) -> None:
    for path, value in product(
        (*LISTS, f"projects/{stage.project.public_id}"), ("0", "-1", "x", "1.5", "٣", "1" * 101)
    ):
        answer = stage.client.get(f"/v1/{path}.json", {name: value})
        assert answer.status_code == 400, (path, value)
        assert answer.json()["error"].startswith(f"{name} is a whole number")


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"start_date": "yesterday"}, "start_date takes the format '2012-11-25'"),
        ({"end_date": "20121125"}, "end_date takes the format"),
        ({"start_date": "2025-02-29"}, "start_date is no date"),
        ({"end_date": "0001-01-01"}, "end_date lies between"),
        (
            {"start_date": "2025-02-02", "end_date": "2025-02-01"},
            "end_date (2025-02-01) lies before start_date (2025-02-02)",
        ),
        ({"start_date": "a\0b"}, "start_date holds a NUL"),
    ],
)
def test_a_wrong_date_is_named(stage: Stage, parameters: dict[str, str], says: str) -> None:
    for path in (*BY_DATE, "stats/events"):
        path = path.format(media=stage.video.public_id, project=stage.project.public_id)
        answer = stage.client.get(f"/v1/{path}.json", parameters)
        assert (answer.status_code, set(answer.json())) == (400, {"error"})
        assert says in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "parameters", "says"),
    [
        ("stats/visitors", {"filter": "has_money"}, "filter takes has_name, has_email, identified_by_email_gate"),
        ("stats/visitors", {"search": "\0"}, "search holds a NUL"),
        ("stats/account/by_date", {"start_date": "1972-01-01", "end_date": "2199-12-31"}, "50000 buckets"),
        ("medias", {"sort_by": "size"}, "sort_by takes name, created, updated"),
        ("projects", {"sort_direction": "up"}, "sort_direction is 1 (ascending) or 0"),
    ],
)
def test_any_other_wrong_parameter_is_named(stage: Stage, path: str, parameters: dict[str, str], says: str) -> None:
    answer = stage.client.get(f"/v1/{path}.json", parameters)
    assert (answer.status_code, set(answer.json())) == (400, {"error"})
    assert says in answer.json()["error"]


def test_too_many_requests_are_told_in_plain_text() -> None:
    answer = error_handler(Throttled(wait=12), {})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "12")
    assert answer["Content-Type"].startswith("text/plain")


def test_what_has_not_changed_is_not_sent_again(stage: Stage) -> None:
    stage.play()
    first = stage.client.get("/v1/stats/account.json")
    again = stage.client.get("/v1/stats/account.json", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    stage.play()
    assert stage.client.get("/v1/stats/account.json", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200
    assert stage.client.head("/v1/stats/account.json").status_code == 200


def statements(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as relational, CaptureQueriesContext(connections["clickhouse"]) as engine:
        assert client.get(path).status_code == 200
    return len(relational) + len(engine)


@pytest.mark.parametrize("path", PATHS)
def test_few_statements_answer_and_none_more_for_more_rows(stage: Stage, history: History, path: str) -> None:
    small = f"/v1/{path.format(**named(stage))}.json"
    project = next(video.project for video in history.catalog.videos if video.project)
    session = next(session for session in history.sessions if not session.bot)
    names = {"media": history.ids[session.video], "visitor": session.visitor, "event": session.id}
    large = f"/v1/{path.format(project=history.ids[str(project)], **names)}.json"
    for client, warm in ((stage.client, small), (history.client, large)):
        client.get(warm)
    counts = statements(stage.client, small), statements(history.client, large)
    assert counts[0] <= 12
    # A video without a duration asks the engine for the longest reported; a media without a project asks for none.
    assert counts[1] <= counts[0] + 1


def test_narrowed_visitors_take_few_statements(stage: Stage) -> None:
    for number in range(30):
        stage.play(MOMENT, visitor=f"v{number}", identity={"email": f"v{number}@example.com"})
    stage.get("stats/visitors.json")
    assert statements(stage.client, "/v1/stats/visitors.json?filter=has_email&search=example") <= 5


def test_the_farthest_page_is_empty(stage: Stage) -> None:
    stage.play()
    for path in LISTS:
        assert stage.get(f"{path}.json", page="9" * 40) == []
