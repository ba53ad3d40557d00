"""What the library lists: a place, a search, an order, a page; and who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.analytics.pages.library.conftest import EVIL, Library, library_in, listed, text, words
from videos.models import Video, Workspace
from videos.services import folder_create, project_create, video_create

DATABASES = ["default", "clickhouse"]
pytestmark = pytest.mark.django_db(databases=DATABASES)


def test_the_top_lists_projects_and_what_is_in_none(library: Library, as_viewer: Client) -> None:
    response = as_viewer.get("/library/")
    assert listed(response) == ["Archive", "Courses", "About nothing"]
    shown = words(response)
    assert "2 projects and 1 video in the library." in shown
    assert "4 folders, 5 videos" in shown
    assert "Empty" in shown


def test_a_project_and_a_folder_list_what_is_directly_in_them(library: Library, as_viewer: Client) -> None:
    assert listed(as_viewer.get(f"/library/projects/{library.courses.public_id}/")) == [
        "Maths", "Physics", "About Courses",
    ]  # fmt: skip
    response = as_viewer.get(f"/library/folders/{library.folders['Algebra'].public_id}/")
    assert listed(response) == ["Rings", "About Algebra"]
    page = response.context["page"]
    assert [branch.name for branch in page.path] == ["Courses", "Maths"]
    shown = {node.branch.name: (node.depth, node.videos, node.is_open, node.is_current) for node in page.tree}
    assert shown == {
        "Archive": (0, 0, False, False),
        "Courses": (0, 5, True, False),
        "Maths": (1, 3, True, False),
        "Algebra": (2, 2, True, True),
        "Rings": (3, 1, False, False),
        "Physics": (1, 1, False, False),
    }


def test_all_videos_of_a_place_are_listed_flat_with_where_they_are(library: Library, as_viewer: Client) -> None:
    response = as_viewer.get(f"/library/folders/{library.folders['Maths'].public_id}/?nested=1")
    assert listed(response) == ["About Algebra", "About Maths", "About Rings"]
    assert "Courses › Maths › Algebra › Rings" in words(response)
    assert len(listed(as_viewer.get("/library/?nested=1"))) == 6


def test_a_search_finds_titles_names_and_ids_in_the_place_and_all_below(library: Library, as_viewer: Client) -> None:
    video_create(library.workspace, title="Über GRÖSSE", folder=library.folders["Rings"])
    maths = f"/library/folders/{library.folders['Maths'].public_id}/"
    assert listed(as_viewer.get("/library/?q=physics")) == ["Physics", "About Physics"]
    assert listed(as_viewer.get(f"{maths}?q=physics")) == []
    assert listed(as_viewer.get(f"{maths}?q=größe+unter")) == []
    assert listed(as_viewer.get(f"{maths}?q=größe")) == listed(as_viewer.get("/library/?q=GRÖSSE ü")) == ["Über GRÖSSE"]
    assert listed(as_viewer.get(f"{maths}?q=About  maths")) == ["About Maths"]
    assert listed(as_viewer.get("/library/?q=arch")) == ["Archive"]
    whole_id = library.videos["Rings"].public_id
    assert listed(as_viewer.get(f"/library/?q={whole_id[4:9]}")) == ["About Rings"]
    assert listed(as_viewer.get(f"/library/?q={library.folders['Physics'].public_id}")) == ["Physics"]


def test_nothing_found_offers_the_whole_library(library: Library, as_viewer: Client) -> None:
    path = f"/library/projects/{library.archive.public_id}/"
    response = as_viewer.get(f"{path}?q=maths&sort=-views&period=this_month")
    assert "Nothing found for “maths”" in words(response)
    assert 'href="/library/?period=this_month&amp;q=maths&amp;sort=-views"' in text(response)
    assert f'href="{path}?period=this_month&amp;sort=-views"' in text(response)


def test_names_are_in_natural_order_without_case_and_either_way(workspace: Workspace, as_viewer: Client) -> None:
    for title in ("Lesson 10", "lesson 2", "Äther", "10 tips", "2 tips", "Lesson 2b", "²nd"):
        video_create(workspace, title=title)
    ordered = ["2 tips", "10 tips", "lesson 2", "Lesson 2b", "Lesson 10", "²nd", "Äther"]
    assert listed(as_viewer.get("/library/")) == ordered
    assert listed(as_viewer.get("/library/?sort=-name")) == ordered[::-1]


def test_length_and_age_order_videos_and_what_is_unknown_is_last(workspace: Workspace, as_viewer: Client) -> None:
    for title, duration in (("long", 100), ("unknown", None), ("short", 5)):
        video_create(workspace, title=title, duration=duration)
    project_create(workspace, name="Project")
    assert listed(as_viewer.get("/library/?sort=-duration")) == ["Project", "long", "short", "unknown"]
    assert listed(as_viewer.get("/library/?sort=duration")) == ["Project", "short", "long", "unknown"]
    Video.objects.filter(title="unknown").update(created_at="2020-01-31T23:30:00Z")
    response = as_viewer.get("/library/?sort=added")
    assert listed(response)[:2] == ["Project", "unknown"]
    assert "Added 1 February 2020" in words(response), "in Berlin it was already February"


def test_a_heading_orders_by_its_column_and_then_the_other_way(library: Library, as_viewer: Client) -> None:
    def urls(query: str) -> dict[str, tuple[str, str]]:
        page = as_viewer.get(f"/library/{query}").context["page"]
        return {each.name: (each.url, each.order) for each in page.listing.headings}

    assert urls("")["name"] == ("/library/?sort=-name", "ascending")
    assert urls("")["views"] == ("/library/?sort=-views", "")
    assert urls("?sort=-views")["views"] == ("/library/?sort=views", "descending")
    assert urls("?sort=views&q=about&page=2")["views"] == ("/library/?q=about&sort=-views", "ascending")
    assert 'aria-sort="ascending"' in text(as_viewer.get("/library/?sort=views"))


def test_a_long_list_has_pages(workspace: Workspace, as_viewer: Client) -> None:
    for number in range(51):
        video_create(workspace, title=f"Video {number}")
    first, second = as_viewer.get("/library/"), as_viewer.get("/library/?page=2")
    assert (len(listed(first)), listed(second)) == (50, ["Video 50"])
    assert "1–50 of 51" in words(first)
    assert 'rel="next" href="/library/?page=2"' in text(first)
    assert 'rel="prev" href="/library/"' in text(second)
    assert listed(as_viewer.get("/library/?page=900")) == ["Video 50"]


@pytest.mark.parametrize(
    ("query", "notice"),
    [("sort=fame", "“fame”"), ("page=x", "“x”"), ("page=0", "“0”"), ("page=-1", "“-1”"), ("period=eon", "“eon”")],
)
def test_a_mistyped_address_says_so_and_shows_the_first_page(
    library: Library, as_viewer: Client, query: str, notice: str
) -> None:
    response = as_viewer.get(f"/library/?{query}")
    assert notice in words(response)
    assert len(listed(response)) == 3


def test_only_editors_and_owners_see_what_changes_the_library(
    library: Library, as_owner: Client, as_editor: Client, as_viewer: Client
) -> None:
    controls = ("/library/new-", "/library/move", "/library/rename", "/library/delete", "draggable", 'name="item"')
    for path in ("/library/", f"/library/folders/{library.folders['Maths'].public_id}/", "/library/?q=nothing+here"):
        for client, sees in ((as_owner, True), (as_editor, True), (as_viewer, False)):
            body = text(client.get(path))
            assert ("/library/new-" in body) is sees
            assert sees or not [control for control in controls if control in body]
    assert f"/library/videos/{library.videos['nothing'].public_id}/embed" in text(as_viewer.get("/library/"))


def test_an_empty_library_teaches_editors_and_says_whom_to_ask(
    workspace: Workspace, as_editor: Client, as_viewer: Client
) -> None:
    assert "Add a video" in words(as_editor.get("/library/"))
    shown = words(as_viewer.get("/library/"))
    assert "Your library is empty" in shown
    assert "An editor or owner of the workspace can add the first one." in shown


def test_an_empty_folder_says_how_to_fill_it(library: Library, as_editor: Client) -> None:
    path = f"/library/projects/{library.archive.public_id}/"
    assert "Drag videos and folders from anywhere onto this folder" in words(as_editor.get(path))


def test_another_workspaces_places_do_not_exist(library: Library, other_workspace: Workspace, as_owner: Client) -> None:
    theirs = library_in(other_workspace)
    for path in (
        f"projects/{theirs.courses.public_id}/",
        f"folders/{theirs.folders['Maths'].public_id}/",
        f"videos/{theirs.videos['Maths'].public_id}/embed",
        f"folders/{library.courses.public_id}/",
        "folders/fold_nothing000/",
        "videos/vid_nothing000/embed",
    ):
        assert as_owner.get(f"/library/{path}").status_code == 404, path
    body = text(as_owner.get("/library/?nested=1&q=about"))
    assert theirs.videos["Maths"].public_id not in body
    assert len(listed(as_owner.get("/library/?nested=1"))) == 6


@pytest.mark.parametrize("path", ["/library/", "/library/move?item=x", "/library/videos/vid_x/embed"])
def test_who_is_not_signed_in_is_sent_to_sign_in(db: None, path: str) -> None:
    response = Client().get(path)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/admin/login/")


def test_hostile_names_are_text_everywhere(other_workspace: Workspace, signed_in: Any, outsider: Any) -> None:
    library = library_in(other_workspace, EVIL)
    client = signed_in(outsider)
    video, folder = library.videos["nothing"].public_id, library.folders["Maths"].public_id
    for path in (
        "",
        "?nested=1",
        f"?q={EVIL}",
        f"folders/{folder}/",
        f"move?item={folder}&item={video}",
        f"rename?item={folder}",
        f"delete?item={folder}&item={video}",
        f"delete?item={library.courses.public_id}",
        f"new-folder?in={folder}",
        f"new-video?in={folder}&next=/{EVIL}",
        f"videos/{library.videos['Courses'].public_id}/embed",
    ):
        body = text(client.get(f"/library/{path}"))
        assert "<script>alert" not in body, path
        assert "<img src=x" not in body, path
        assert 'onerror="' not in body, path


def test_htmx_gets_the_main_part_and_typing_leaves_no_trail(library: Library, as_editor: Client) -> None:
    swapped = as_editor.get("/library/?period=last_30_days&sort=name", headers={"HX-Request": "true"})
    assert "<html" not in text(swapped)
    assert swapped.headers["HX-Push-Url"] == "/library/"
    typed = as_editor.get("/library/?q=ma", headers={"HX-Request": "true", "HX-Trigger": "q"})
    assert "HX-Push-Url" not in typed.headers
    assert typed.headers["HX-Replace-Url"] == "/library/?q=ma"
    again = {"HX-Request": "true", "HX-Current-URL": "http://testserver/library/?q=ma"}
    assert "HX-Push-Url" not in as_editor.get("/library/?q=ma", headers=again).headers


def test_the_code_to_embed_a_video_is_for_every_member(library: Library, as_viewer: Client) -> None:
    path = f"/library/videos/{library.videos['Courses'].public_id}/embed"
    codes = as_viewer.get(path).context["codes"]
    public_id = library.videos["Courses"].public_id
    assert f'<iframe src="http://127.0.0.1:8000/embed/{public_id}" title="About Courses"' in codes.iframe
    assert codes.sdk == (
        '<script src="http://127.0.0.1:8000/viewprint.js" defer></script>\n'
        f'<video data-viewprint="{public_id}" src="http://127.0.0.1:8000/media/a.mp4" controls></video>'
    )
    assert f"&lt;video data-viewprint=&quot;{public_id}&quot;" in text(as_viewer.get(path))
    Video.objects.filter(public_id=public_id).update(title='A "B" <C>', url="")
    response = as_viewer.get(path, headers={"HX-Request": "true"})
    assert response.context["codes"].iframe == ""
    assert 'src="…"' in response.context["codes"].sdk
    assert "<html" not in text(response)
    Video.objects.filter(public_id=public_id).update(url="https://cdn.example/a.mp4?b=1&c=2")
    codes = as_viewer.get(path).context["codes"]
    assert 'title="A &quot;B&quot; &lt;C&gt;"' in codes.iframe
    assert 'src="https://cdn.example/a.mp4?b=1&amp;c=2"' in codes.sdk


@pytest.mark.parametrize("size", [1, 8])
def test_a_page_asks_as_often_however_large_the_library_is(
    library: Library, as_editor: Client, django_assert_num_queries: Any, size: int
) -> None:
    for number in range(size):
        project = project_create(library.workspace, name=f"P{number}")
        folder = folder_create(library.workspace, name=f"F{number}", project=project)
        for _ in range(size):
            video_create(library.workspace, title="V", folder=folder_create(library.workspace, name="F", parent=folder))
            video_create(library.workspace, title="V", thumbnail_url="/a.jpg")
    maths = f"folders/{library.folders['Maths'].public_id}/"
    for path, relational, engine in (
        ("", 10, 3),
        ("?sort=-views", 10, 5),
        (maths, 10, 3),
        ("?nested=1&sort=-engagement", 9, 3),
        ("?q=a&sort=-recent", 10, 5),
    ):
        as_editor.get(f"/library/{path}")
        with (
            django_assert_num_queries(relational),
            django_assert_num_queries(engine, using="clickhouse"),
        ):
            as_editor.get(f"/library/{path}")
