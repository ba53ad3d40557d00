"""What each role sees and may do, on every page of the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.videos.admin.conftest import HOSTILE, Shelf
from videos.models import Event, Folder, Project, Registration, Stream, Talk, Template, Video, Workspace
from videos.services import (
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

# What has a name of its own, and what is called by what it belongs to.
NAMED = ["project", "folder", "template", "video", "event"]
CATALOG = [*NAMED, "talk", "stream", "registration"]
MODELS: dict[str, Any] = {
    "project": Project,
    "folder": Folder,
    "template": Template,
    "video": Video,
    "event": Event,
    "talk": Talk,
    "stream": Stream,
    "registration": Registration,
}


def row_of(shelf: Shelf, kind: str) -> Any:
    return shelf.inner if kind == "folder" else getattr(shelf, kind)


def body_for(kind: str, shelf: Shelf) -> dict[str, Any]:
    bodies: dict[str, dict[str, Any]] = {
        "folder": {"name": "Renamed", "place": shelf.project.public_id},
        "video": {"title": "Renamed", "place": "", "embed_domains": ""},
        "event": {
            "name": "Renamed",
            "talks-TOTAL_FORMS": "0",
            "talks-INITIAL_FORMS": "0",
        },
    }
    return bodies.get(kind, {"name": "Renamed"})


@pytest.mark.parametrize("kind", CATALOG)
def test_every_role_reads_the_catalog(
    as_owner: Client, as_editor: Client, as_viewer: Client, shelf: Shelf, kind: str
) -> None:
    row = row_of(shelf, kind)
    for client in (as_owner, as_editor, as_viewer):
        listed = client.get(f"/admin/videos/{kind}/")
        shown = client.get(f"/admin/videos/{kind}/{row.pk}/change/")
        assert (listed.status_code, shown.status_code) == (200, 200)
        assert row.public_id in listed.content.decode()
        for page in (listed, shown):
            assert HOSTILE not in page.content.decode()
            assert "<script>alert(1)" not in page.content.decode()


@pytest.mark.parametrize("kind", CATALOG)
def test_a_viewer_changes_nothing(as_viewer: Client, shelf: Shelf, kind: str) -> None:
    row = row_of(shelf, kind)
    before = str(row)
    paths = [
        f"/admin/videos/{kind}/add/",
        f"/admin/videos/{kind}/{row.pk}/change/",
        f"/admin/videos/{kind}/{row.pk}/delete/",
    ]
    for path in paths:
        assert as_viewer.post(path, body_for(kind, shelf) | {"post": "yes"}).status_code == 403
    assert as_viewer.get(paths[0]).status_code == 403
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_viewer.post(f"/admin/videos/{kind}/", action)
    assert str(MODELS[kind].objects.get(pk=row.pk)) == before


@pytest.mark.parametrize("kind", NAMED)
def test_an_editor_creates_renames_and_deletes(
    as_editor: Client, shelf: Shelf, workspace: Workspace, kind: str
) -> None:
    prefix = row_of(shelf, kind).public_id.split("_")[0]
    body = body_for(kind, shelf) | {"own_id": f"{prefix}_mine"}
    answer = as_editor.post(f"/admin/videos/{kind}/add/", body)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = MODELS[kind].objects.get(public_id=f"{prefix}_mine")
    assert (str(row), row.workspace) == ("Renamed", workspace)
    again = as_editor.post(f"/admin/videos/{kind}/add/", body)
    assert "This id is not free" in again.content.decode()
    key = "title" if kind == "video" else "name"
    answer = as_editor.post(f"/admin/videos/{kind}/{row.pk}/change/", body_for(kind, shelf) | {key: "Again"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (str(row), row.public_id) == ("Again", f"{prefix}_mine")
    assert as_editor.get(f"/admin/videos/{kind}/{row.pk}/delete/").status_code == 200
    assert as_editor.post(f"/admin/videos/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not MODELS[kind].objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("value", ["", "   ", "x" * 501])
def test_a_bad_name_is_told_in_the_form(as_editor: Client, shelf: Shelf, kind: str, value: str) -> None:
    key = "title" if kind == "video" else "name"
    answer = as_editor.post(f"/admin/videos/{kind}/add/", body_for(kind, shelf) | {key: value})
    assert answer.status_code == 200
    assert key in answer.context["adminform"].form.errors


@pytest.mark.parametrize("kind", CATALOG)
def test_another_workspaces_rows_do_not_exist(as_owner: Client, other_shelf: Shelf, shelf: Shelf, kind: str) -> None:
    row = row_of(other_shelf, kind)
    assert row.public_id not in as_owner.get(f"/admin/videos/{kind}/").content.decode()
    for page in ("change", "delete", "history"):
        path = f"/admin/videos/{kind}/{row.pk}/{page}/"
        assert as_owner.get(path).status_code == 302
        assert as_owner.post(path, body_for(kind, other_shelf) | {"post": "yes"}).status_code == 302
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    as_owner.post(f"/admin/videos/{kind}/", action)
    kept = MODELS[kind].objects.get(pk=row.pk)
    assert str(kept) == str(row)


@pytest.mark.parametrize("kind", CATALOG)
def test_a_list_asks_few_questions_however_long_it_is(
    as_viewer: Client, shelf: Shelf, workspace: Workspace, kind: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_viewer.get(f"/admin/videos/{kind}/").status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(5):
        project = project_create(workspace, name=f"P{number}")
        folder = folder_create(workspace, name=f"F{number}", project=project)
        template = template_create(workspace, name=f"T{number}")
        video_create(workspace, title=f"V{number}", folder=folder, template=template)
        stream = stream_create(workspace, video=video_create(workspace, title="Live"), recording=shelf.video)
        talk = talk_create(event_create(workspace, name=f"E{number}"), title=f"T{number}", stream=stream)
        registration_create(talk, email="somebody@example.com")
    assert asked() == few <= 12
