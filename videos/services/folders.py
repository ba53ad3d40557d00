"""Folders: a tree within each project."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.db import transaction

from videos.errors import Invalid
from videos.models import Folder, Project, Video, Workspace
from videos.saving import save_cleaned
from videos.selectors import nested_folder_ids


class FolderPlace(TypedDict, total=False):
    """Where a folder is to go; what is not named follows from what is."""

    project: Project
    parent: Folder | None


def folder_create(
    workspace: Workspace,
    *,
    name: str,
    project: Project | None = None,
    parent: Folder | None = None,
    public_id: str = "",
) -> Folder:
    """Return a new folder of `project`, nested in `parent` where one is given (its project may then be left out).

    Raises Invalid (also where the two disagree or belong to another workspace), or NotFree for a public id in use.
    """
    project = project or (parent.project if parent else None)
    if project is None:
        raise Invalid.field("project", "Name the project, or the parent folder.")
    folder = Folder(workspace=workspace, name=name.strip(), project=project, parent=parent, public_id=public_id)
    save_cleaned(folder)
    return folder


def folder_rename(folder: Folder, name: str) -> None:
    """Rename the folder; raises Invalid for a blank or too long name."""
    folder.name = name.strip()
    save_cleaned(folder, ["name"])


def folder_place(folder: Folder, place: FolderPlace) -> tuple[Project, Folder | None]:
    """Return the project and parent that `place` means for this folder, not yet checked.

    A parent brings its project; another project without a parent is its top; `parent` None is the top of the project.
    """
    if (parent := place.get("parent")) is not None:
        return place.get("project", parent.project), parent
    project = place.get("project", folder.project)
    stays = "parent" not in place and project.pk == folder.project_id
    return project, folder.parent if stays else None


def folder_move(folder: Folder, **place: Unpack[FolderPlace]) -> None:
    """Move the folder with all that is in it: nested folders and videos follow into another project.

    Raises Invalid for a place in itself, in another workspace, or a parent of another project than the one named.
    """
    with transaction.atomic():
        # Two moves at once could each be right and close a loop together, so they take turns.
        Workspace.objects.select_for_update().get(pk=folder.workspace_id)
        subtree = nested_folder_ids(folder.workspace, [folder])
        folder.project, folder.parent = folder_place(folder, place)
        if folder.parent_id in subtree:
            raise Invalid.field("parent", "A folder cannot be put into itself or into a folder within it.")
        save_cleaned(folder, ["project", "parent"])
        Folder.objects.filter(pk__in=subtree).exclude(project=folder.project).update(project=folder.project)
        Video.objects.filter(folder__in=subtree).exclude(project=folder.project).update(project=folder.project)


def folder_delete(folder: Folder) -> None:
    """Delete the folder and all nested ones; their videos move to its parent, or to the top of the project."""
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=folder.workspace_id)
        subtree = nested_folder_ids(folder.workspace, [folder])
        Video.objects.filter(folder__in=subtree).update(folder=folder.parent_id)
        folder.delete()
