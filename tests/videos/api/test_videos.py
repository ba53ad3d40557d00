"""What is special about videos and folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from videos.models import Folder, Project, Template, Video, Workspace
from videos.services import folder_create, project_create

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]

VIDEOS, FOLDERS = "/v1/catalog/videos", "/v1/catalog/folders"


def fields(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["field"] for error in answer.json()["errors"]}


def test_a_video_is_shown_with_all_that_is_known_of_it(
    api: APIClient, project: Project, folder: Folder, template: Template
) -> None:
    body = {
        "title": "Limits", "duration": 12.3456, "project": project.public_id, "folder": folder.public_id,
        "template": template.public_id, "url": "/media/a.mp4", "thumbnail_url": "https://cdn.example/a.jpg",
        "embed_domains": ["Example.com"],
    }  # fmt: skip
    shown = api.post(VIDEOS, body, format="json").json()
    row = Video.objects.get()
    assert shown == body | {
        "id": row.public_id,
        "duration": 12.346,
        "embed_domains": ["example.com"],
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    assert shown["created_at"].endswith("Z")


def test_what_is_not_known_of_a_video_is_null(api: APIClient) -> None:
    shown = api.post(VIDEOS, {"title": "V"}, format="json").json()
    unknown = {name for name, value in shown.items() if value is None}
    assert unknown == {"duration", "project", "folder", "template", "url", "thumbnail_url"}
    assert shown["embed_domains"] == []


def test_a_video_may_be_sent_with_nulls_for_what_is_not_known(api: APIClient) -> None:
    nulls = dict.fromkeys(("id", "duration", "project", "folder", "template", "url", "thumbnail_url"))
    assert api.post(VIDEOS, {"title": "V", **nulls}, format="json").status_code == 201


@pytest.mark.parametrize("duration", ["12", True, [], {}, -1, -0.001, 604801, 1e400, 10**400])
def test_a_duration_is_a_number_of_seconds(api: APIClient, duration: Any) -> None:
    body = json.dumps({"title": "V", "duration": duration}).replace("Infinity", "1e400")
    assert fields(api.post(VIDEOS, body, content_type="application/json")) == {"duration"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 501), ("url", "javascript:alert(1)"), ("url", 7), ("url", "https://e.example/" + "x" * 2048),
        ("thumbnail_url", "//e.example/a.jpg"), ("embed_domains", "example.com"), ("embed_domains", [7]),
        ("embed_domains", ["https://example.com"]), ("embed_domains", ["e.example"] * 101), ("embed_domains", None),
        ("project", "proj_none"), ("project", 7), ("folder", "fold_none"), ("template", ["tmpl_none"]),
        ("folder", "\ud800"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_video_is_named(api: APIClient, field: str, value: Any) -> None:
    body = json.dumps({"title": "V", field: value})
    assert fields(api.post(VIDEOS, body, content_type="application/json")) == {field}
    assert not Video.objects.exists()


def test_all_that_is_wrong_is_named_at_once(api: APIClient) -> None:
    answer = api.post(VIDEOS, {"duration": "x", "url": "x", "project": "x", "colour": "red"}, format="json")
    assert fields(answer) == {"title", "duration", "url", "project", "colour"}


def test_another_workspaces_places_are_unknown(
    api: APIClient, other_workspace: Workspace, client_of: Callable[..., APIClient]
) -> None:
    theirs = project_create(other_workspace, name="P")
    their_folder = folder_create(other_workspace, name="F", project=theirs)
    body = {"title": "V", "project": theirs.public_id, "folder": their_folder.public_id}
    assert fields(api.post(VIDEOS, body, format="json")) == {"project", "folder"}
    assert fields(api.post(FOLDERS, {"name": "F", "parent": their_folder.public_id}, format="json")) == {"parent"}


def test_a_change_names_only_what_is_to_change(api: APIClient, video: Video, folder: Folder) -> None:
    before = api.get(f"{VIDEOS}/{video.public_id}").json()
    after = api.patch(f"{VIDEOS}/{video.public_id}", {"title": "Limits II", "duration": None}, format="json").json()
    assert after == before | {"title": "Limits II", "duration": None, "updated_at": after["updated_at"]}
    assert api.get(f"{VIDEOS}/{video.public_id}").json() == after


def test_a_folder_of_null_moves_a_video_to_the_top_of_its_project(
    api: APIClient, video: Video, project: Project
) -> None:
    shown = api.patch(f"{VIDEOS}/{video.public_id}", {"folder": None}, format="json").json()
    assert (shown["project"], shown["folder"]) == (project.public_id, None)


def test_a_change_is_made_whole_or_not_at_all(api: APIClient, workspace: Workspace, video: Video) -> None:
    path = f"{VIDEOS}/{video.public_id}"
    other = project_create(workspace, name="Other")
    before = api.get(path).json()
    body = {"title": "New", "project": other.public_id, "folder": before["folder"]}
    assert fields(api.patch(path, body, format="json")) == {"folder"}
    assert api.get(path).json() == before


def test_a_folder_moves_with_all_that_is_in_it(
    api: APIClient, workspace: Workspace, folder: Folder, video: Video
) -> None:
    other = project_create(workspace, name="Other")
    shown = api.patch(
        f"{FOLDERS}/{folder.public_id}", {"project": other.public_id, "name": "Moved"}, format="json"
    ).json()
    assert (shown["project"], shown["parent"], shown["name"]) == (other.public_id, None, "Moved")
    assert api.get(f"{VIDEOS}/{video.public_id}").json()["project"] == other.public_id


def test_a_folder_cannot_move_into_itself(api: APIClient, workspace: Workspace, folder: Folder) -> None:
    inner = folder_create(workspace, name="inner", parent=folder)
    path = f"{FOLDERS}/{folder.public_id}"
    before = api.get(path).json()
    answer = api.patch(path, {"name": "New", "parent": inner.public_id}, format="json")
    assert answer.status_code == 422
    assert api.get(path).json() == before


def test_a_folder_needs_a_project_or_a_parent(api: APIClient, folder: Folder, project: Project) -> None:
    assert fields(api.post(FOLDERS, {"name": "F"}, format="json")) == {"project"}
    assert fields(api.patch(f"{FOLDERS}/{folder.public_id}", {"project": None}, format="json")) == {"project"}
    shown = api.post(FOLDERS, {"name": "F", "parent": folder.public_id}, format="json").json()
    assert (shown["project"], shown["parent"]) == (project.public_id, folder.public_id)
