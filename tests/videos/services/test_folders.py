from __future__ import annotations

import pytest

from tests.videos.services.looking import fields_of, place
from videos import services
from videos.errors import Invalid
from videos.models import Folder, Project, Video, Workspace
from videos.services import (
    folder_create,
    folder_delete,
    folder_move,
    folder_rename,
    project_create,
    video_create,
)

pytestmark = pytest.mark.django_db


def test_a_nested_folder_takes_its_parents_project(tree: dict[str, Folder], courses: Project) -> None:
    assert {folder.project_id for folder in tree.values()} == {courses.pk}


def test_a_folder_needs_a_project(workspace: Workspace) -> None:
    with pytest.raises(Invalid) as error:
        folder_create(workspace, name="x")
    assert fields_of(error) == ["project"]


def test_moving_a_folder_within_its_project_takes_its_subtree_along(tree: dict[str, Folder]) -> None:
    folder_move(tree["algebra"], parent=tree["physics"])
    assert [folder.name for folder in tree["rings"].ancestors(include_self=True)] == ["physics", "algebra", "rings"]
    assert place("rings") == ("Courses", "rings")


def test_moving_a_folder_to_another_project_takes_nested_folders_and_videos_along(
    tree: dict[str, Folder], archive: Project
) -> None:
    folder_move(tree["maths"], project=archive)
    assert Folder.objects.filter(project=archive).count() == 3
    assert [place(title)[0] for title in ("maths", "algebra", "rings")] == ["Archive"] * 3
    assert place("physics") == ("Courses", "physics")


def test_moving_a_nested_folder_to_another_project_puts_it_at_the_top(
    tree: dict[str, Folder], archive: Project
) -> None:
    folder_move(tree["algebra"], project=archive)
    tree["algebra"].refresh_from_db()
    assert (tree["algebra"].project, tree["algebra"].parent) == (archive, None)
    assert place("rings") == ("Archive", "rings")
    assert place("maths") == ("Courses", "maths")


def test_moving_a_folder_into_one_of_another_project_brings_that_project(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    old = folder_create(workspace, name="old", project=archive)
    folder_move(tree["algebra"], parent=old)
    assert place("algebra") == ("Archive", "algebra")
    assert [folder.name for folder in tree["rings"].ancestors()] == ["old", "algebra"]


def test_moving_a_folder_to_no_parent_puts_it_at_the_top_of_its_project(tree: dict[str, Folder]) -> None:
    folder_move(tree["rings"], parent=None)
    tree["rings"].refresh_from_db()
    assert (tree["rings"].parent, tree["rings"].project.name) == (None, "Courses")


def test_naming_the_project_it_has_leaves_a_folder_where_it_is(tree: dict[str, Folder], courses: Project) -> None:
    folder_move(tree["rings"], project=courses)
    tree["rings"].refresh_from_db()
    assert tree["rings"].parent == tree["algebra"]


@pytest.mark.parametrize("into", ["maths", "algebra", "rings"])
def test_a_folder_cannot_be_put_into_itself(tree: dict[str, Folder], into: str) -> None:
    with pytest.raises(Invalid) as error:
        folder_move(tree["maths"], parent=tree[into])
    assert fields_of(error) == ["parent"]
    tree["maths"].refresh_from_db()
    assert tree["maths"].parent is None


def test_a_parent_and_a_project_that_disagree_are_refused(tree: dict[str, Folder], archive: Project) -> None:
    with pytest.raises(Invalid) as error:
        folder_move(tree["rings"], parent=tree["physics"], project=archive)
    assert fields_of(error) == ["parent"]
    assert place("rings") == ("Courses", "rings")


def test_places_of_another_workspace_do_not_exist(
    workspace: Workspace, other_workspace: Workspace, tree: dict[str, Folder], courses: Project
) -> None:
    theirs = project_create(other_workspace, name="Theirs")
    their_folder = folder_create(other_workspace, name="theirs", project=theirs)
    with pytest.raises(Invalid, match="no such project in this workspace"):
        folder_create(workspace, name="x", project=theirs)
    with pytest.raises(Invalid, match="no such folder in this workspace"):
        folder_move(tree["maths"], parent=their_folder, project=courses)
    with pytest.raises(Invalid, match="no such project in this workspace"):
        folder_move(tree["maths"], project=theirs)
    with pytest.raises(Invalid, match="no such folder in this workspace"):
        video_create(workspace, title="x", folder=their_folder)
    template = services.template_create(other_workspace, name="theirs")
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="x", template=template)
    assert fields_of(error) == ["template"]


def test_the_videos_of_a_deleted_folder_and_of_all_nested_ones_move_to_its_parent(tree: dict[str, Folder]) -> None:
    folder_delete(tree["algebra"])
    assert set(Folder.objects.values_list("name", flat=True)) == {"maths", "physics"}
    assert [place(title) for title in ("algebra", "rings")] == [("Courses", "maths")] * 2


def test_the_videos_of_a_deleted_top_folder_move_to_the_top_of_the_project(tree: dict[str, Folder]) -> None:
    folder_delete(tree["maths"])
    assert [place(title) for title in ("maths", "algebra", "rings")] == [("Courses", None)] * 3
    assert Video.objects.count() == 4


def test_a_renamed_folder_stays_where_it_is(tree: dict[str, Folder]) -> None:
    folder_rename(tree["algebra"], "  Algebra I ")
    tree["algebra"].refresh_from_db()
    assert (tree["algebra"].name, tree["algebra"].parent) == ("Algebra I", tree["maths"])
