"""What is the same for all kinds of the catalog; the rest is in files of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from videos.models import Event, Folder, Project, Registration, Stream, Talk, Template, Video, Workspace
from videos.services import (
    event_admins_set,
    event_create,
    folder_create,
    project_create,
    registration_create,
    stream_create,
    talk_create,
    template_create,
    video_create,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]

MODELS: dict[str, Any] = {
    "projects": Project,
    "folders": Folder,
    "templates": Template,
    "videos": Video,
    "events": Event,
    "talks": Talk,
    "streams": Stream,
    "registrations": Registration,
}
KINDS = list(MODELS)
PREFIXES = {
    "projects": "proj_",
    "folders": "fold_",
    "templates": "tmpl_",
    "videos": "vid_",
    "events": "evt_",
    "talks": "ses_",
    "streams": "strm_",
    "registrations": "reg_",
}
# Whose name or title must be given; a stream has its video's, a registration needs none.
NAME_FIELDS = {kind: "title" if kind in {"videos", "talks"} else "name" for kind in KINDS[:6]}


def workspace_path(kind: str) -> str:
    return {"talks": "event__workspace", "registrations": "talk__event__workspace"}.get(kind, "workspace")


def body_for(kind: str, project: Project, **more: Any) -> dict[str, Any]:
    workspace = project.workspace

    def talk() -> str:
        return row_of("talks", workspace).public_id

    bodies: dict[str, Callable[[], dict[str, Any]]] = {
        "folders": lambda: {"name": "New", "project": project.public_id},
        "videos": lambda: {"title": "New"},
        "talks": lambda: {"title": "New", "event": event_create(workspace, name="E").public_id},
        "streams": lambda: {"video": video_create(workspace, title="V").public_id},
        "registrations": lambda: {"email": "new@example.com", "talk": talk()},
    }
    return bodies.get(kind, lambda: {"name": "New"})() | more


def row_of(kind: str, workspace: Workspace, number: int = 0) -> Any:
    name = f"Thing {number:03}"
    if kind == "projects":
        return project_create(workspace, name=name)
    if kind == "templates":
        return template_create(workspace, name=name)
    if kind in {"events", "talks", "registrations"}:
        return _row_of_event(kind, workspace, name)
    project = project_create(workspace, name=name)
    folder = folder_create(workspace, name=name, parent=folder_create(workspace, name=name, project=project))
    if kind == "folders":
        return folder
    video = video_create(workspace, title=name, folder=folder, template=template_create(workspace, name=name))
    return stream_create(workspace, video=video, recording=video) if kind == "streams" else video


def _row_of_event(kind: str, workspace: Workspace, name: str) -> Any:
    event = event_create(workspace, name=name)
    event_admins_set(event, workspace.members.all())
    stream = row_of("streams", workspace)
    talk = talk_create(event, title=name, stream=stream, recording=stream.video)
    if kind == "registrations":
        return registration_create(talk, email="somebody@example.com", name=name)
    return event if kind == "events" else talk


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=list(NAME_FIELDS))
def named_kind(request: pytest.FixtureRequest) -> str:
    return request.param


def test_a_thing_is_created_whole_and_found_at_its_address(api: APIClient, kind: str, project: Project) -> None:
    created = api.post(f"/v1/catalog/{kind}", body_for(kind, project), format="json")
    assert created.status_code == 201
    assert created.json()["id"].startswith(PREFIXES[kind])
    assert len(created.json()["id"]) == len(PREFIXES[kind]) + 10
    assert created["Location"] == f"/v1/catalog/{kind}/{created.json()['id']}"
    assert api.get(created["Location"]).json() == created.json()


def test_an_id_may_be_given(api: APIClient, kind: str, project: Project) -> None:
    given = f"{PREFIXES[kind]}welcome_message"
    created = api.post(f"/v1/catalog/{kind}", body_for(kind, project, id=given), format="json")
    assert created.status_code == 201
    assert created.json()["id"] == given


def test_null_for_an_id_is_none_given(api: APIClient, kind: str, project: Project) -> None:
    created = api.post(f"/v1/catalog/{kind}", body_for(kind, project, id=None), format="json")
    assert created.status_code == 201


def test_a_taken_id_is_refused_alike_whoever_has_it(
    api: APIClient, kind: str, project: Project, workspace: Workspace, other_workspace: Workspace
) -> None:
    answers = []
    for place in (workspace, other_workspace):
        taken = row_of(kind, place)
        body = body_for(kind, project, id=taken.public_id)
        answers.append(api.post(f"/v1/catalog/{kind}", body, format="json"))
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["code"] == "id_taken"
    assert answers[0].json()["errors"][0]["field"] == "id"


@pytest.mark.parametrize(
    "given", ["x", "", "vid-1", "VID_A", "prefix_" * 12, "{prefix}", "{prefix}A", "{prefix}a b", 7, "{prefix}é"]
)
def test_a_malformed_id_is_refused(api: APIClient, kind: str, project: Project, given: Any) -> None:
    given = given.replace("{prefix}", PREFIXES[kind]) if isinstance(given, str) else given
    answer = api.post(f"/v1/catalog/{kind}", body_for(kind, project, id=given), format="json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"id"}


def test_an_id_stays(api: APIClient, kind: str, workspace: Workspace) -> None:
    row = row_of(kind, workspace)
    answer = api.patch(f"/v1/catalog/{kind}/{row.public_id}", {"id": f"{PREFIXES[kind]}other"}, format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "id", "message": "An id is given at creation and stays."}]


def test_a_list_comes_in_pages(api: APIClient, kind: str, workspace: Workspace) -> None:
    rows = [row_of(kind, workspace, number) for number in range(5)]
    total = MODELS[kind].objects.filter(**{workspace_path(kind): workspace}).count()
    seen = []
    for page in (1, 2, 3, 4, 5):
        answer = api.get(f"/v1/catalog/{kind}?page={page}&per_page=2").json()
        assert answer["pagination"] == {"page": page, "per_page": 2, "total": total}
        seen += [one["id"] for one in answer["data"]]
    assert len(seen) == len(set(seen)) == total
    assert {row.public_id for row in rows} <= set(seen)
    assert api.get(f"/v1/catalog/{kind}?page=999999&per_page=500").json()["data"] == []


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=1.5", "per_page=0", "per_page=501", "page=99999999999999999999"]
)
def test_a_bad_page_is_refused(api: APIClient, kind: str, query: str) -> None:
    answer = api.get(f"/v1/catalog/{kind}?{query}")
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [query.partition("=")[0]]


def test_an_unknown_parameter_is_refused_with_the_known_ones(api: APIClient, kind: str) -> None:
    answer = api.get(f"/v1/catalog/{kind}?pagee=2")
    assert answer.status_code == 422
    assert "per_page" in answer.json()["errors"][0]["message"]


def test_the_number_of_queries_does_not_grow(api: APIClient, kind: str, workspace: Workspace) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.get(f"/v1/catalog/{kind}").status_code == 200
        return len(queries)

    row_of(kind, workspace)
    asked()
    few = asked()
    for number in range(8):
        row_of(kind, workspace, number)
    # An event's page has the admins and the talks of its events beside it.
    assert asked() == few <= (5 if kind == "events" else 3)


def test_another_workspace_sees_nothing(other_api: APIClient, kind: str, workspace: Workspace) -> None:
    row = row_of(kind, workspace)
    path = f"/v1/catalog/{kind}/{row.public_id}"
    assert other_api.get(f"/v1/catalog/{kind}").json()["data"] == []
    answers = [other_api.get(path), other_api.patch(path, {}, format="json"), other_api.delete(path)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].json()["code"] == f"unknown_{kind[:-1]}"
    assert MODELS[kind].objects.filter(pk=row.pk).exists()


def test_an_unknown_id_is_a_problem(api: APIClient, kind: str) -> None:
    for unknown in (f"{PREFIXES[kind]}none", "%00", "%F0%9F%98%80", "a" * 5000):
        answer = api.get(f"/v1/catalog/{kind}/{unknown}")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 404


def test_without_a_token_nothing_is_answered(client: Any, kind: str, workspace: Workspace) -> None:
    path = f"/v1/catalog/{kind}/{row_of(kind, workspace).public_id}"
    for answer in (client.get(f"/v1/catalog/{kind}"), client.get(path), client.delete(path), client.post(path)):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="Viewprint"'
        assert answer.json()["code"] == "not_authenticated"


def test_a_reading_token_changes_nothing(
    client_of: Callable[..., APIClient], kind: str, workspace: Workspace, project: Project
) -> None:
    reader = client_of(workspace, "read")
    path = f"/v1/catalog/{kind}/{row_of(kind, workspace).public_id}"
    assert reader.get(path).status_code == 200
    answers = [
        reader.post(f"/v1/catalog/{kind}", body_for(kind, project), format="json"),
        reader.patch(path, {}, format="json"),
        reader.delete(path),
    ]
    for answer in answers:
        assert answer.status_code == 403
        assert answer.json()["code"] == "missing_scope"
        assert "'write'" in answer.json()["detail"]


def test_a_writing_token_alone_reads_nothing(
    client_of: Callable[..., APIClient], kind: str, workspace: Workspace, project: Project
) -> None:
    writer = client_of(workspace, "write")
    assert writer.get(f"/v1/catalog/{kind}").status_code == 403
    assert writer.post(f"/v1/catalog/{kind}", body_for(kind, project), format="json").status_code == 201


def test_a_misspelt_key_is_refused_with_the_known_ones(api: APIClient, kind: str, project: Project) -> None:
    answer = api.post(f"/v1/catalog/{kind}", body_for(kind, project, nmae="x"), format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "nmae"
    assert "id" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("name", ["", "   ", "\n\t", None, 7, True, ["a"], {"a": 1}, "x" * 501, "a\0b", "\ud800"])
def test_a_bad_name_is_refused_and_named(api: APIClient, named_kind: str, project: Project, name: Any) -> None:
    field = NAME_FIELDS[named_kind]
    body = json.dumps(body_for(named_kind, project, **{field: name}))
    count = MODELS[named_kind].objects.count()
    answer = api.post(f"/v1/catalog/{named_kind}", body, content_type="application/json")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {field}
    assert MODELS[named_kind].objects.count() == count


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "Ünïcödé 日本語 🎬", "a" * 200, "=1+1", "  kept inside  "]
)
def test_a_strange_name_comes_back_as_it_was_sent(api: APIClient, named_kind: str, project: Project, name: str) -> None:
    field = NAME_FIELDS[named_kind]
    answer = api.post(f"/v1/catalog/{named_kind}", body_for(named_kind, project, **{field: name}), format="json")
    assert answer.status_code == 201
    assert answer.json()[field] == name.strip()


def test_a_list_is_searched_by_name(api: APIClient, kind: str, workspace: Workspace) -> None:
    row_of(kind, workspace, 1)
    row_of(kind, workspace, 2)
    found = api.get(f"/v1/catalog/{kind}?search=ING%20002").json()
    assert {one.get("name", one.get("title")) for one in found["data"]} == {"Thing 002"}


def test_an_empty_change_changes_nothing(api: APIClient, kind: str, workspace: Workspace) -> None:
    path = f"/v1/catalog/{kind}/{row_of(kind, workspace).public_id}"
    before = api.get(path).json()
    answer = api.patch(path, {}, format="json")
    assert (answer.status_code, answer.json()) == (200, before)


def test_a_deleted_thing_is_gone(api: APIClient, kind: str, workspace: Workspace) -> None:
    path = f"/v1/catalog/{kind}/{row_of(kind, workspace).public_id}"
    answer = api.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert api.get(path).status_code == 404
    assert api.delete(path).status_code == 404
