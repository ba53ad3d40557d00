"""What is special about folders and videos."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models.signals import ModelSignal
from django.test import Client

from tests.videos.admin.conftest import HOSTILE, Shelf
from videos.models import Folder, Video, Workspace
from videos.services import folder_create, personal_video_create, project_create, video_create, video_update
from videos.signals import video_deleted

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


def errors_of(answer: Any) -> dict[str, list[str]]:
    return answer.context["adminform"].form.errors


def options_of(answer: Any, name: str = "place") -> list[str]:
    return [str(value) for value, _ in answer.context["adminform"].form.fields[name].choices]


def test_folders_stand_below_what_they_are_in(as_viewer: Client, workspace: Workspace) -> None:
    a, b = (project_create(workspace, name=name) for name in ("A", "B"))
    last = folder_create(workspace, name="Zebra", project=a)
    folder_create(workspace, name="Ant", parent=last)
    folder_create(workspace, name="Bee", project=a)
    folder_create(workspace, name="Aardvark", project=b)
    listed = as_viewer.get("/admin/videos/folder/").context["cl"].result_list
    assert [(row.name, row.tree_depth) for row in listed] == [("Bee", 0), ("Zebra", 0), ("Ant", 1), ("Aardvark", 0)]
    assert "\N{NO-BREAK SPACE}└ Ant" in as_viewer.get("/admin/videos/folder/").content.decode()
    assert [row.name for row in as_viewer.get("/admin/videos/folder/?q=ant").context["cl"].result_list] == ["Ant"]
    narrowed = as_viewer.get(f"/admin/videos/folder/?project={b.pk}").context["cl"].result_list
    assert [row.name for row in narrowed] == ["Aardvark"]


def test_a_folder_moves_with_all_that_is_in_it(as_editor: Client, workspace: Workspace, shelf: Shelf) -> None:
    there = project_create(workspace, name="There")
    path = f"/admin/videos/folder/{shelf.outer.pk}/change/"
    answer = as_editor.post(path, {"name": "Outer", "place": there.public_id})
    assert answer.status_code == 302
    for row in (shelf.outer, shelf.inner, shelf.video):
        row.refresh_from_db()
        assert row.project == there
    assert (shelf.inner.parent, shelf.video.folder) == (shelf.outer, shelf.inner)


def test_a_folder_is_not_offered_itself_nor_what_is_in_it(as_editor: Client, shelf: Shelf) -> None:
    path = f"/admin/videos/folder/{shelf.outer.pk}/change/"
    assert options_of(as_editor.get(path)) == ["", shelf.project.public_id]
    answer = as_editor.post(path, {"name": "Outer", "place": shelf.inner.public_id})
    assert "place" in errors_of(answer)
    shelf.outer.refresh_from_db()
    assert shelf.outer.parent is None


@pytest.mark.parametrize("kind", ["folder", "video"])
def test_places_and_templates_of_another_workspace_are_neither_offered_nor_taken(
    as_editor: Client, shelf: Shelf, other_shelf: Shelf, kind: str
) -> None:
    row = shelf.inner if kind == "folder" else shelf.video
    path = f"/admin/videos/{kind}/{row.pk}/change/"
    page = as_editor.get(path).content.decode()
    for other in (other_shelf.project, other_shelf.outer, other_shelf.template):
        assert other.public_id not in page
        assert f'value="{other.pk}"' not in page or isinstance(other, Folder | type(other_shelf.project))
    body = {"name": "x", "title": "x", "place": other_shelf.outer.public_id, "template": other_shelf.template.pk}
    answer = as_editor.post(path, body)
    assert set(errors_of(answer)) == ({"place"} if kind == "folder" else {"place", "template"})


def test_a_folders_deletion_leaves_its_videos_one_level_up(as_editor: Client, shelf: Shelf) -> None:
    as_editor.post(f"/admin/videos/folder/{shelf.inner.pk}/delete/", {"post": "yes"})
    shelf.video.refresh_from_db()
    assert shelf.video.folder == shelf.outer


def test_folders_within_each_other_are_deleted_together(as_editor: Client, shelf: Shelf) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [shelf.outer.pk, shelf.inner.pk], "post": "yes"}
    assert as_editor.post("/admin/videos/folder/", chosen).status_code == 302
    assert not Folder.objects.exists()
    shelf.video.refresh_from_db()
    assert (shelf.video.project, shelf.video.folder) == (shelf.project, None)


def test_a_video_is_created_with_all_it_has(as_editor: Client, shelf: Shelf, workspace: Workspace) -> None:
    body = {
        "title": "  New  ",
        "place": shelf.inner.public_id,
        "template": shelf.template.pk,
        "duration": "12.3456",
        "url": "https://cdn.example.com/a.mp4",
        "thumbnail_url": "/media/a.jpg",
        "embed_domains": "Example.com, *.Bücher.example\nexample.com",
        "own_id": "vid_new",
    }
    answer = as_editor.post("/admin/videos/video/add/", body)
    assert "duration" in errors_of(answer), "three decimals are all that is kept"
    assert as_editor.post("/admin/videos/video/add/", body | {"duration": "12.346"}).status_code == 302
    video = Video.objects.get(public_id="vid_new")
    assert (video.title, str(video.duration), video.workspace) == ("New", "12.346", workspace)
    assert (video.project, video.folder, video.template) == (shelf.project, shelf.inner, shelf.template)
    assert video.embed_domains == ["example.com", "*.xn--bcher-kva.example"]
    page = as_editor.get(f"/admin/videos/video/{video.pk}/change/").content.decode()
    assert re.search(r"<textarea[^>]*>\s*example\.com\n\*\.xn--bcher-kva\.example</textarea>", page)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration", "-1"),
        ("duration", "NaN"),
        ("duration", "604801"),
        ("url", "javascript:alert(1)"),
        ("url", "//evil.example/a.mp4"),
        ("thumbnail_url", "data:image/png;base64,x"),
        ("embed_domains", "https://example.com/"),
        ("embed_domains", "example.com; script-src *"),
        ("place", "proj_nowhere"),
        ("own_id", "proj_x"),
        ("own_id", "vid_Ä"),
    ],
)
def test_a_bad_value_is_told_at_its_field(as_editor: Client, workspace: Workspace, field: str, value: str) -> None:
    answer = as_editor.post("/admin/videos/video/add/", {"title": "x", field: value})
    assert list(errors_of(answer)) == [field]
    assert not Video.objects.exists()


def test_a_video_moves_and_leaves(as_editor: Client, shelf: Shelf) -> None:
    path = f"/admin/videos/video/{shelf.video.pk}/change/"
    as_editor.post(path, {"title": "x", "place": shelf.project.public_id})
    shelf.video.refresh_from_db()
    assert (shelf.video.project, shelf.video.folder) == (shelf.project, None)
    as_editor.post(path, {"title": "x", "place": ""})
    shelf.video.refresh_from_db()
    assert (shelf.video.project, shelf.video.folder) == (None, None)
    assert (shelf.video.template, shelf.video.url, shelf.video.embed_domains) == (None, "", [])


@pytest.mark.parametrize("way", ["page", "list"])
def test_a_videos_deletion_is_told_to_the_parts_above(
    as_editor: Client, shelf: Shelf, way: str, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[dict[str, Any]] = []

    def listen(signal: ModelSignal, sender: type, **values: Any) -> None:
        told.append(values)

    expected = {"workspace_id": shelf.video.workspace_id, "video_id": shelf.video.pk}
    video_deleted.connect(listen, weak=False)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            if way == "page":
                as_editor.post(f"/admin/videos/video/{shelf.video.pk}/delete/", {"post": "yes"})
            else:
                chosen = {"action": "delete_selected", "_selected_action": [shelf.video.pk], "post": "yes"}
                as_editor.post("/admin/videos/video/", chosen)
    finally:
        video_deleted.disconnect(listen)
    assert told == [expected]


def test_videos_are_found_by_title_id_project_folder_and_template(
    as_viewer: Client, shelf: Shelf, workspace: Workspace
) -> None:
    video_create(workspace, title="Elsewhere")
    page = as_viewer.get("/admin/videos/video/")
    assert '<img loading="lazy" src="/media/a.jpg"' in page.content.decode()
    for query, count in {
        "": 2,
        "q=elsewhere": 1,
        f"q={shelf.video.public_id}": 1,
        f"project={shelf.project.pk}": 1,
        "project=none": 1,
        f"folder={shelf.outer.pk}": 1,
        f"template={shelf.template.pk}": 1,
        "template=none": 1,
        "folder=0": 0,
        "folder=x": 0,
        "project=x": 0,
        "project=" + "9" * 30: 0,
        "folder=" + "9" * 30: 0,
    }.items():
        listed = as_viewer.get(f"/admin/videos/video/?{query}")
        assert (query, listed.context["cl"].result_count) == (query, count)


def test_another_workspaces_folder_filters_nothing_in(as_viewer: Client, shelf: Shelf, other_shelf: Shelf) -> None:
    listed = as_viewer.get(f"/admin/videos/video/?folder={other_shelf.outer.pk}")
    assert listed.context["cl"].result_count == 0


@pytest.mark.parametrize("kind", ["project", "folder"])
def test_a_project_and_a_folder_lead_to_what_was_watched_in_them_and_to_a_report_of_it(
    as_viewer: Client, shelf: Shelf, kind: str
) -> None:
    row = shelf.project if kind == "project" else shelf.inner
    for path in (f"/admin/videos/{kind}/", f"/admin/videos/{kind}/{row.pk}/change/"):
        text = as_viewer.get(path).content.decode()
        assert f'href="/{kind}s/{row.public_id}/"' in text
        assert f'href="/reports/new?{kind}={row.public_id}"' in text


def test_a_video_that_was_ordered_shows_for_whom_until_it_has_a_file(as_editor: Client, shelf: Shelf) -> None:
    data = {"name": f"Zoë {HOSTILE}", "stats": [1, 2]}
    workspace, template = shelf.project.workspace, shelf.template
    video = personal_video_create(workspace, title="Hello, Zoë", template=template, customer_data=data)
    path = f"/admin/videos/video/{video.pk}/change/"
    page = as_editor.get(path).content.decode()
    assert "Ordered for" in page
    assert "Zoë &lt;/title&gt;&lt;script&gt;" in page
    assert HOSTILE not in page
    assert "A draft, until its file is named below." in page
    assert f"{video.public_id} · draft" in as_editor.get("/admin/videos/video/").content.decode()
    video_update(video, url="/media/zoe.mp4")
    assert "A draft" not in as_editor.get(path).content.decode()
    assert "· draft" not in as_editor.get("/admin/videos/video/").content.decode()
    assert "Ordered for" not in as_editor.get(f"/admin/videos/video/{shelf.video.pk}/change/").content.decode()
