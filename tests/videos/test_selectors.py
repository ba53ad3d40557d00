from __future__ import annotations

from typing import Any

import pytest

from videos.errors import Unknown
from videos.models import Folder, Project, Workspace
from videos.selectors import (
    event_by_id,
    folder_by_id,
    folder_path,
    folder_tree,
    nested_folder_ids,
    project_by_id,
    registration_by_id,
    stream_by_id,
    talk_by_id,
    template_by_id,
    video_by_id,
)
from videos.services import (
    folder_create,
    project_create,
    video_create,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(workspace: Workspace, other_workspace: Workspace) -> dict[str, Any]:
    """Two projects with a tree in one, a loose video, and another workspace whose names are the same."""
    theirs = project_create(other_workspace, name="B")
    video_create(other_workspace, title="theirs", folder=folder_create(other_workspace, name="b", project=theirs))
    rows: dict[str, Any] = {name: project_create(workspace, name=name) for name in ("B", "A")}
    for name, parent in (("z", None), ("b", None), ("b2", "b"), ("b1", "b"), ("b11", "b1")):
        rows[name] = folder_create(workspace, name=name, project=rows["B"], parent=rows[parent] if parent else None)
    rows["a"] = folder_create(workspace, name="a", project=rows["A"])
    for title in ("a", "b", "b1", "b11", "z"):
        rows[f"in {title}"] = video_create(workspace, title=f"in {title}", folder=rows[title])
    rows["top"] = video_create(workspace, title="top", project=rows["A"])
    rows["loose"] = video_create(workspace, title="loose")
    return rows


def test_the_tree_comes_depth_first_by_name_project_by_project(
    library: dict[str, Any], workspace: Workspace, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        shown = [(folder.project.name, folder.tree_depth, folder.name) for folder in folder_tree(workspace)]
    assert shown == [
        ("A", 0, "a"), ("B", 0, "b"), ("B", 1, "b1"), ("B", 2, "b11"), ("B", 1, "b2"), ("B", 0, "z"),
    ]  # fmt: skip


def test_the_tree_of_one_project_is_its_own(library: dict[str, Any], workspace: Workspace) -> None:
    assert [folder.name for folder in folder_tree(workspace, library["A"])] == ["a"]


def test_two_projects_of_the_same_name_stay_apart(workspace: Workspace) -> None:
    for name in ("x", "y"):
        project = project_create(workspace, name="Same")
        folder_create(workspace, name="inner", parent=folder_create(workspace, name=name, project=project))
    assert [folder.name for folder in folder_tree(workspace)] == ["x", "inner", "y", "inner"]


def test_a_path_leads_from_the_top_to_the_folder(library: dict[str, Any]) -> None:
    assert [folder.name for folder in folder_path(library["b11"])] == ["b", "b1", "b11"]
    assert [folder.name for folder in folder_path(library["a"])] == ["a"]


def test_nested_folders_are_found_with_themselves(library: dict[str, Any], workspace: Workspace) -> None:
    found = nested_folder_ids(workspace, [library["b1"], library["a"], library["b1"]])
    assert set(Folder.objects.filter(pk__in=found).values_list("name", flat=True)) == {"a", "b1", "b11"}


def test_nothing_is_found_by_what_is_no_id(workspace: Workspace, other_workspace: Workspace) -> None:
    theirs = Project.objects.create(workspace=other_workspace, name="P").public_id
    with pytest.raises(Unknown) as error:
        project_by_id(workspace, theirs)
    assert error.value.code == "unknown_project"
    finders = (project_by_id, folder_by_id, template_by_id, video_by_id, event_by_id)
    for find in (*finders, talk_by_id, stream_by_id, registration_by_id):
        for unknown in ("", "x", "\0", "\ud800", "é" * 1000):
            with pytest.raises(Unknown):
                find(workspace, unknown)
