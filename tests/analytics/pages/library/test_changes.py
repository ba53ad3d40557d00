"""What editors change in the library: create, rename, move, delete, in a dialog and without JavaScript."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.http import HttpResponse, QueryDict
from django.test import Client

from tests.analytics.pages.conftest import member
from tests.analytics.pages.library.conftest import Library, library_in, listed, words
from tests.analytics.worlds import sessions_load
from tests.oracle.examples import snapshot
from videos.models import Folder, Project, Role, Video, Workspace
from videos.services import stream_create

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
HTMX = {"HX-Request": "true"}


def told(client: Client, path: str, body: dict[str, Any]) -> tuple[str, str]:
    """Post the form as a browser without JavaScript does; return where it led and what is said there."""
    response = client.post(f"/library/{path}", body)
    assert response.status_code == 302, words(response)
    return response.headers["Location"], words(client.get(response.headers["Location"]))


def refused(client: Client, path: str, body: dict[str, Any]) -> str:
    """Post the form from a dialog; return what is wrong with it."""
    response = client.post(f"/library/{path}", body, headers=HTMX)
    assert response.status_code == 422
    return " ".join(message for errors in response.context["form"].errors.values() for message in errors)


def test_a_project_is_created_and_opened(workspace: Workspace, as_editor: Client) -> None:
    url, shown = told(as_editor, "new-project", {"name": "  Onboarding "})
    project = Project.objects.get()
    assert (project.name, project.workspace, url) == (
        "Onboarding",
        workspace,
        f"/library/projects/{project.public_id}/",
    )
    assert "“Onboarding” was created." in shown


def test_a_folder_is_created_where_it_is_asked_for(library: Library, as_editor: Client) -> None:
    parent = library.folders["Algebra"]
    back = f"/library/folders/{parent.public_id}/?sort=-views"
    url, shown = told(as_editor, "new-folder", {"name": "Groups", "in": parent.public_id, "next": back})
    folder = Folder.objects.get(name="Groups")
    assert (folder.parent, folder.project, url) == (parent, library.courses, back)
    assert "“Groups” was created in “Algebra”." in shown
    told(as_editor, "new-folder", {"name": "Top", "in": library.archive.public_id})
    assert Folder.objects.get(name="Top").project == library.archive


def test_a_video_is_added_with_its_file_and_leads_to_its_code(library: Library, as_editor: Client) -> None:
    body = {
        "title": "New",
        "url": "https://cdn.example/new.mp4",
        "duration": "12.5",
        "in": library.folders["Rings"].public_id,
    }
    _, shown = told(as_editor, "new-video", body)
    video = Video.objects.get(title="New")
    assert (video.folder, video.project, float(video.duration)) == (library.folders["Rings"], library.courses, 12.5)
    assert "“New” was added. Get its embed code" in shown
    told(as_editor, "new-video", {"title": "Bare"})
    assert Video.objects.get(title="Bare").project is None


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("new-project", {"name": " "}, "This field is required."),
        ("new-project", {"name": "x" * 201}, "at most 200 characters"),
        ("new-video", {"title": ""}, "This field is required."),
        ("new-video", {"title": "x", "url": "javascript:alert(1)"}, "Give an http or https address"),
        ("new-video", {"title": "x", "url": "ftp://example.com/"}, "Give an http or https address"),
        ("new-video", {"title": "x", "duration": "-1"}, "greater than or equal to 0"),
        ("new-video", {"title": "x", "duration": "604801"}, "from 0 to 604800"),
        ("new-video", {"title": "x", "duration": "long"}, "Enter a number"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(
    workspace: Workspace, as_editor: Client, path: str, body: dict[str, str], words: str
) -> None:
    assert words in refused(as_editor, path, body)
    assert as_editor.post(f"/library/{path}", body).status_code == 200
    assert not Project.objects.exists()
    assert not Video.objects.exists()


def test_each_kind_is_renamed(library: Library, as_editor: Client) -> None:
    for row, field in (
        (library.courses, "name"),
        (library.folders["Maths"], "name"),
        (library.videos["Maths"], "title"),
    ):
        before = str(row)
        _, shown = told(as_editor, "rename", {"item": row.public_id, field: "Renamed"})
        assert f"“{before}” is now called “Renamed”." in shown
        row.refresh_from_db()
        assert str(row) == "Renamed"
        assert "This field is required" in refused(as_editor, "rename", {"item": row.public_id, field: ""})


def test_several_items_move_at_once_and_can_be_taken_back(library: Library, as_editor: Client) -> None:
    ids = [library.folders["Algebra"].public_id, library.videos["Maths"].public_id]
    back = f"/library/folders/{library.folders['Maths'].public_id}/"
    body = {"item": ids, "place": library.archive.public_id, "next": back}
    response = as_editor.post("/library/move", body, headers=HTMX)
    assert response.headers["HX-Redirect"] == back
    shown = as_editor.get(back, headers=HTMX)
    assert "2 items were moved to “Archive”. Undo" in words(shown)
    assert listed(as_editor.get(f"/library/projects/{library.archive.public_id}/")) == ["Algebra", "About Maths"]
    told(as_editor, "move-back", undo_of(shown))
    assert listed(as_editor.get(back)) == ["Algebra", "About Maths"]


def undo_of(response: HttpResponse) -> dict[str, list[str]]:
    """Return what the message of a move asks for to take it back."""
    found = re.search(r'href="/library/move-back\?([^"]*)" data-undo', response.content.decode())
    assert found is not None
    return dict(QueryDict(html.unescape(found.group(1))).lists())


def test_videos_move_out_of_every_project_only_where_that_was_chosen(library: Library, as_editor: Client) -> None:
    body = {"item": library.videos["Rings"].public_id}
    assert "Choose where to move it." in refused(as_editor, "move", body)
    _, shown = told(as_editor, "move", body | {"place": "none"})
    assert "“About Rings” was moved out of every project. Undo" in shown
    assert Video.objects.get(title="About Rings").project is None


def test_what_came_from_several_places_goes_back_to_each(library: Library, as_editor: Client) -> None:
    ids = [library.videos[name].public_id for name in ("Rings", "Maths", "Courses")]
    ids += [library.folders["Algebra"].public_id, library.folders["Rings"].public_id]
    as_editor.post("/library/move", {"item": ids, "place": library.archive.public_id})
    undo = undo_of(as_editor.get("/library/"))
    assert "Move 5 items back?" in words(as_editor.get("/library/move-back", undo))
    assert Folder.objects.filter(project=library.archive, parent=None).count() == 2
    _, shown = told(as_editor, "move-back", undo)
    assert "5 items are back." in shown
    for name, folder in library.folders.items():
        now = Folder.objects.get(pk=folder.pk)
        assert (now.parent, now.project) == (folder.parent, library.courses), name
    for name, video in library.videos.items():
        assert Video.objects.get(pk=video.pk).folder == library.folders.get(name)


def test_what_cannot_go_back_stays_all_of_it(library: Library, as_editor: Client) -> None:
    ids = [library.videos["Rings"].public_id, library.videos["Maths"].public_id]
    as_editor.post("/library/move", {"item": ids, "place": library.archive.public_id})
    undo = undo_of(as_editor.get("/library/"))
    as_editor.post("/library/delete", {"item": library.folders["Rings"].public_id})
    assert as_editor.post("/library/move-back", undo).status_code == 404
    assert Video.objects.filter(project=library.archive).count() == 2


def test_the_places_to_move_to_say_where_nothing_changes(library: Library, as_editor: Client) -> None:
    def options(*names: str) -> dict[str, str]:
        rows: list[Any] = [library.folders.get(name) or library.videos[name[1:]] for name in names]
        form = as_editor.get("/library/move", {"item": [row.public_id for row in rows]}).context["form"]
        return {option.name: option.note for option in form.options}

    places = dict.fromkeys(("Archive", "Courses", "Maths", "Algebra", "Rings", "Physics"), "")
    assert options("Algebra") == places | {"Maths": "here now", "Algebra": "moves itself", "Rings": "moves itself"}
    assert options(":Rings", ":Physics") == {"In no project": ""} | places
    assert options(":nothing") == {"In no project": "here now"} | places


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("Rings", "cannot be put into itself"),
        ("none", "no such place"),
        ("fold_nothing000", "no such place"),
        ("theirs", "no such place"),
    ],
)
def test_where_something_cannot_go_it_stays(
    library: Library, other_workspace: Workspace, as_editor: Client, place: str, words: str
) -> None:
    theirs = library_in(other_workspace)
    named = {"Rings": library.folders["Rings"].public_id, "theirs": theirs.archive.public_id}.get(place, place)
    ids = [library.folders["Algebra"].public_id, library.videos["Physics"].public_id]
    assert words in refused(as_editor, "move", {"item": ids, "place": named})
    assert Folder.objects.get(pk=library.folders["Algebra"].pk).parent == library.folders["Maths"]
    assert Video.objects.get(pk=library.videos["Physics"].pk).folder == library.folders["Physics"]


def test_a_project_does_not_move(library: Library, as_editor: Client) -> None:
    body = {"item": library.courses.public_id, "place": library.archive.public_id}
    assert "projects are on top" in refused(as_editor, "move", body)


def test_deleting_a_folder_says_what_goes_and_where_its_videos_move(library: Library, as_editor: Client) -> None:
    query = {"item": library.folders["Algebra"].public_id}
    shown = words(as_editor.get("/library/delete", query))
    assert "Delete “Algebra”?" in shown
    assert "“Algebra” and the 1 folder in it will be deleted." in shown
    assert "2 videos will move to “Maths”, with all that was watched of them." in shown
    assert Folder.objects.count() == 4, "looking deletes nothing"
    _, shown = told(as_editor, "delete", query)
    assert "Deleted folder." in shown
    maths = f"/library/folders/{library.folders['Maths'].public_id}/"
    assert listed(as_editor.get(maths)) == ["About Algebra", "About Maths", "About Rings"]


def test_deleting_the_place_that_is_open_leads_to_what_was_around_it(library: Library, as_editor: Client) -> None:
    rings = f"/library/folders/{library.folders['Rings'].public_id}/"
    url, _ = told(as_editor, "delete", {"item": library.folders["Algebra"].public_id, "next": rings})
    assert url == f"/library/folders/{library.folders['Maths'].public_id}/"
    maths = f"{url}?sort=-views"
    url, shown = told(as_editor, "delete", {"item": library.courses.public_id, "next": maths})
    assert url == "/library/"
    assert "Deleted project." in shown
    assert Video.objects.filter(project=None).count() == 6


def test_deleting_videos_says_how_many_sessions_are_erased(library: Library, as_editor: Client) -> None:
    rings, physics = library.videos["Rings"], library.videos["Physics"]
    snapshots = [snapshot("it", (0, 10), at=1_735_732_800_000 + each) for each in range(3)]
    sessions_load(library.workspace, {"it": rings.public_id}, snapshots)
    stream_create(library.workspace, video=rings)
    items = {"item": [rings.public_id, physics.public_id, library.folders["Rings"].public_id]}
    shown = words(as_editor.get("/library/delete", items))
    assert "Delete 1 folder and 2 videos?" in shown
    assert "“Rings” will be deleted. 3 viewing sessions of the 2 videos will be erased. This cannot be undone." in shown
    assert "1 stream will be deleted with them; talks stay." in shown
    assert "Nothing was watched of the video yet." in words(
        as_editor.get("/library/delete", {"item": physics.public_id})
    )
    _, shown = told(as_editor, "delete", items)
    assert "Deleted 1 folder and 2 videos." in shown
    assert not Video.objects.filter(pk__in=[rings.pk, physics.pk]).exists()


def test_what_a_folder_within_a_deleted_one_becomes_is_said_once(library: Library, as_editor: Client) -> None:
    ids = [library.folders[name].public_id for name in ("Maths", "Rings", "Physics")]
    effects = as_editor.get("/library/delete", {"item": ids}).context["deletion"].effects
    assert effects == (
        "“Maths” and the 2 folders in it will be deleted. 3 videos will move to “Courses”, with all that was watched"
        " of them.",
        "“Physics” will be deleted. 1 video will move to “Courses”, with all that was watched of it.",
    )


EDITS = ("new-project", "new-folder", "new-video", "rename", "move", "move-back", "delete")


@pytest.mark.parametrize("path", EDITS)
def test_a_viewer_changes_nothing(library: Library, as_viewer: Client, path: str) -> None:
    item = library.folders["Maths"].public_id
    body = {"item": item, "in": item, "name": "x", "title": "x", "place": library.archive.public_id}
    body["back"] = f"{item}:{library.archive.public_id}"
    assert as_viewer.get(f"/library/{path}", body).status_code == 403
    assert as_viewer.post(f"/library/{path}", body).status_code == 403
    assert (Project.objects.count(), Folder.objects.count(), Video.objects.count()) == (2, 4, 6)
    assert Folder.objects.get(pk=library.folders["Maths"].pk).name == "Maths"


@pytest.mark.parametrize("path", EDITS[1:])
def test_what_another_workspace_has_is_unknown(
    library: Library, other_workspace: Workspace, as_owner: Client, path: str
) -> None:
    theirs = library_in(other_workspace)
    for foreign in (theirs.folders["Maths"].public_id, "fold_nothing000", "\0", "proj_ü"):
        body = {
            "item": [library.videos["Maths"].public_id, foreign] if path in {"move", "delete"} else foreign,
            "back": [f"{library.videos['Maths'].public_id}:none", f"{foreign}:none"],
            "in": foreign, "name": "x", "title": "x", "place": library.archive.public_id,
        }  # fmt: skip
        assert as_owner.post(f"/library/{path}", body).status_code == 404, foreign
    assert Video.objects.filter(workspace=library.workspace).count() == 6
    assert Folder.objects.filter(workspace=other_workspace).count() == 4
    assert Video.objects.get(pk=library.videos["Maths"].pk).folder == library.folders["Maths"]


def test_nothing_or_too_much_at_once_is_not_found(library: Library, as_editor: Client) -> None:
    for path in ("move", "move-back", "delete", "rename"):
        assert as_editor.get(f"/library/{path}").status_code == 404
    assert as_editor.get("/library/delete", {"item": ["vid_x"] * 201}).status_code == 404
    two = [library.folders["Maths"].public_id, library.folders["Physics"].public_id]
    assert as_editor.get("/library/rename", {"item": two}).status_code == 404
    assert as_editor.get("/library/new-folder").status_code == 404


def test_a_form_leads_back_to_this_site_only(library: Library, as_editor: Client) -> None:
    for asked in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""):
        url, _ = told(as_editor, "rename", {"item": library.archive.public_id, "name": "Archive", "next": asked})
        assert url == "/library/"


def test_a_form_of_another_site_changes_nothing(library: Library, workspace: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = member(workspace, Role.EDITOR).cookies
    body = {"item": library.folders["Maths"].public_id, "place": library.archive.public_id}
    for path in EDITS:
        assert client.post(f"/library/{path}", body).status_code == 403
    assert Folder.objects.get(pk=library.folders["Maths"].pk).project == library.courses


def test_a_dialog_gets_the_form_alone_with_the_same_fields(library: Library, as_editor: Client) -> None:
    query = {"item": library.folders["Maths"].public_id, "next": "/library/?sort=-views"}
    alone, page = (as_editor.get("/library/move", query, headers=headers) for headers in (HTMX, {}))
    assert "<html" not in alone.content.decode()
    assert "<html" in page.content.decode()
    for response in (alone, page):
        body = response.content.decode()
        assert f'name="item" value="{query["item"]}"' in " ".join(body.split())
        assert 'name="next" value="/library/?sort=-views"' in " ".join(body.split())
        assert "csrfmiddlewaretoken" in body
