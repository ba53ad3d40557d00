from __future__ import annotations

import json
from typing import Any

import pytest

from tests.videos.services.looking import fields_of, place
from videos.errors import Invalid, Unknown
from videos.models import Folder, HookDelivery, Project, Video, Workspace
from videos.selectors import Items, items_by_id
from videos.services import folder_create, items_delete, items_move, project_create, video_create, webhook_create
from videos.signals import video_deleted

pytestmark = pytest.mark.django_db


def items_of(workspace: Workspace, *names: str) -> Items:
    """Return the folders of these names, and the videos of those with a colon before."""
    folders = Folder.objects.filter(workspace=workspace, name__in=names)
    videos = Video.objects.filter(workspace=workspace, title__in=[name[1:] for name in names if name.startswith(":")])
    return Items((), tuple(folders), tuple(videos))


def test_folders_and_videos_move_together_with_all_that_is_in_them(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    old = folder_create(workspace, name="old", project=archive)
    items_move(workspace, items_of(workspace, "algebra", ":maths"), archive, old)
    assert [folder.name for folder in Folder.objects.get(name="rings").ancestors()] == ["old", "algebra"]
    assert place("rings") == ("Archive", "rings")
    assert place("algebra") == ("Archive", "algebra")
    assert place("maths") == ("Archive", "old")
    assert place("physics") == ("Courses", "physics")


def test_a_folder_and_one_within_it_both_come_to_lie_in_the_place(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    items_move(workspace, items_of(workspace, "maths", "rings", ":algebra"), archive)
    assert {folder.name for folder in Folder.objects.filter(project=archive, parent=None)} == {"maths", "rings"}
    assert place("algebra") == ("Archive", None)
    assert place("rings") == ("Archive", "rings")


def test_videos_move_out_of_every_project(workspace: Workspace, tree: dict[str, Folder]) -> None:
    before = Video.objects.get(title="rings").updated_at
    items_move(workspace, items_of(workspace, ":rings", ":maths"), None)
    assert [place(title) for title in ("rings", "maths")] == [(None, None)] * 2
    assert Video.objects.get(title="rings").updated_at > before


@pytest.mark.parametrize(
    ("into", "words"),
    [
        ("rings", "cannot be put into itself"),
        ("algebra", "cannot be put into itself"),
        (None, "folders are in a project"),
    ],
)
def test_where_one_of_them_cannot_go_nothing_moves(
    workspace: Workspace, tree: dict[str, Folder], into: str | None, words: str
) -> None:
    target = tree[into] if into else None
    with pytest.raises(Invalid, match=words) as error:
        items_move(workspace, items_of(workspace, "algebra", ":physics"), target and target.project, target)
    assert fields_of(error) == ["place"]
    assert place("physics") == ("Courses", "physics")
    assert Folder.objects.get(name="algebra").parent == tree["maths"]


def test_a_place_that_another_move_has_changed_meanwhile_is_taken_as_it_is(
    workspace: Workspace, tree: dict[str, Folder], courses: Project, archive: Project
) -> None:
    stale = Folder.objects.get(name="physics")
    items_move(workspace, items_of(workspace, "physics"), archive)
    with pytest.raises(Invalid, match="belongs to another project"):
        items_move(workspace, items_of(workspace, ":maths"), courses, stale)
    stale.delete()
    stale.pk = tree["physics"].pk
    with pytest.raises(Invalid, match="no such place"):
        items_move(workspace, items_of(workspace, ":maths"), archive, stale)
    assert place("maths") == ("Courses", "maths")


def test_a_project_is_not_moved(workspace: Workspace, tree: dict[str, Folder], archive: Project) -> None:
    with pytest.raises(Invalid, match="“Archive” is a project") as error:
        items_move(workspace, Items((archive,), (), ()), tree["maths"].project)
    assert fields_of(error) == ["items"]


def test_nothing_of_another_workspace_moves_or_is_moved_into(
    workspace: Workspace, other_workspace: Workspace, tree: dict[str, Folder]
) -> None:
    theirs = project_create(other_workspace, name="Theirs")
    their_video = video_create(other_workspace, title="theirs", project=theirs)
    with pytest.raises(Invalid, match="no such place in this workspace"):
        items_move(workspace, items_of(workspace, ":maths"), theirs)
    with pytest.raises(Invalid, match="no such place in this workspace"):
        items_move(workspace, Items((), (), (their_video,)), tree["maths"].project)
    with pytest.raises(Invalid, match="belongs to another project"):
        items_move(workspace, items_of(workspace, ":maths"), None, tree["physics"])


def test_a_move_asks_as_often_however_much_moves(
    workspace: Workspace, tree: dict[str, Folder], archive: Project, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        folder = folder_create(workspace, name="many", parent=tree["physics"])
        video_create(workspace, title="many", folder=folder, duration=number)
    items = items_of(workspace, "many", ":many")
    with django_assert_num_queries(9):
        items_move(workspace, items, archive)
    assert Video.objects.filter(project=archive, folder=None).count() == 20


def test_webhooks_are_told_of_each_video_that_was_chosen_as_it_is_now(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    webhook_create(workspace, url="https://example.com/", events=["video.updated"])
    items_move(workspace, items_of(workspace, "algebra", ":maths", ":physics"), archive)
    told = [json.loads(each.body)["data"] for each in HookDelivery.objects.order_by("pk")]
    assert [(each["title"], each["project"], each["folder"]) for each in told] == [
        ("maths", archive.public_id, None),
        ("physics", archive.public_id, None),
    ]


def test_what_is_deleted_together_leaves_the_videos_and_forgets_those_chosen(
    workspace: Workspace, tree: dict[str, Folder], courses: Project, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[int] = []
    physics = Video.objects.get(title="physics")

    def hear(video_id: int, **kwargs: Any) -> None:
        told.append(video_id)

    video_deleted.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            items_delete(items_of(workspace, "algebra", "rings", ":physics"))
    finally:
        video_deleted.disconnect(hear)
    assert told == [physics.pk]
    assert set(Folder.objects.values_list("name", flat=True)) == {"maths", "physics"}
    assert [place(title) for title in ("algebra", "rings")] == [("Courses", "maths")] * 2
    items_delete(Items((courses,), (tree["maths"],), ()))
    assert not Folder.objects.exists()
    assert [place(title) for title in ("maths", "algebra", "rings")] == [(None, None)] * 3


def test_items_are_found_by_id_and_others_are_unknown(
    workspace: Workspace, other_workspace: Workspace, tree: dict[str, Folder], courses: Project
) -> None:
    video = Video.objects.get(title="maths")
    ids = [video.public_id, courses.public_id, tree["maths"].public_id, video.public_id]
    assert items_by_id(workspace, ids) == Items((courses,), (tree["maths"],), (video,))
    theirs = project_create(other_workspace, name="Theirs")
    for unknown in (theirs.public_id, "vid_nothing000", "", "\0", "vid_ü"):
        with pytest.raises(Unknown):
            items_by_id(workspace, [video.public_id, unknown])
