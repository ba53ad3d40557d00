"""Several projects, folders and videos at once, as a member selects them: all are changed, or none."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from videos.api.shapes import video_shown
from videos.errors import Invalid
from videos.models import Folder, Project, Video, Workspace
from videos.selectors import Items, nested_folder_ids
from videos.services.folders import folder_delete
from videos.services.projects import project_delete
from videos.services.videos import video_delete
from videos.services.webhooks import webhook_emit_each


def items_move(workspace: Workspace, items: Items, project: Project | None, folder: Folder | None = None) -> None:
    """Move folders, with all that is in them, and videos to one place: a folder, the top of a project, or neither.

    Raises Invalid, and moves nothing, for a project among them, a folder that would come to lie in itself or in no
    project, or anything of another workspace.
    """
    with transaction.atomic():
        # Two moves at once could each be right and close a loop together, so they take turns.
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        folder = _as_it_is(folder)
        subtree = nested_folder_ids(workspace, items.folders)
        _check(workspace, items, project, folder, subtree)
        Folder.objects.filter(pk__in=[each.pk for each in items.folders]).update(project=project, parent=folder)
        Folder.objects.filter(pk__in=subtree).update(project=project)
        Video.objects.filter(folder__in=subtree).update(project=project)
        moved = Video.objects.filter(pk__in=[each.pk for each in items.videos])
        moved.update(project=project, folder=folder, updated_at=timezone.now())
        told = moved.select_related("project", "folder", "template").order_by("pk")
        webhook_emit_each(workspace.pk, "video.updated", lambda: map(video_shown, told))


def items_move_each(workspace: Workspace, moves: Iterable[tuple[Items, Project | None, Folder | None]]) -> None:
    """Move several selections, each to a place of its own, or none of them. Raises Invalid as items_move."""
    with transaction.atomic():
        for items, project, folder in moves:
            items_move(workspace, items, project, folder)


def items_delete(items: Items) -> None:
    """Delete each of them as its own service does, so that the videos of folders and projects stay."""
    with transaction.atomic():
        for video in items.videos:
            video_delete(video)
        for folder in items.folders:
            # One deletion may have taken another's folder with it, or have moved what it stood in.
            if row := Folder.objects.filter(pk=folder.pk).first():
                folder_delete(row)
        for project in items.projects:
            project_delete(project)


def _as_it_is(folder: Folder | None) -> Folder | None:
    """Return the folder as the moves before this one have left it. Raises Invalid where it has gone."""
    if folder is None:
        return None
    now = Folder.objects.filter(pk=folder.pk).first()
    if now is None:
        raise Invalid.field("place", "There is no such place in this workspace.")
    return now


def _check(
    workspace: Workspace, items: Items, project: Project | None, folder: Folder | None, subtree: set[int]
) -> None:
    if items.projects:
        raise Invalid.field("items", f"“{items.projects[0]}” is a project; projects are on top and cannot be moved.")
    strangers = {each.workspace_id for each in (project, folder, *items.folders, *items.videos) if each}
    if strangers - {workspace.pk}:
        raise Invalid.field("place", "There is no such place in this workspace.")
    if folder is not None and folder.project_id != (project and project.pk):
        raise Invalid.field("place", "This folder belongs to another project.")
    if items.folders and project is None:
        raise Invalid.field("place", f"“{items.folders[0]}” is a folder, and folders are in a project.")
    if folder is not None and folder.pk in subtree:
        raise Invalid.field("place", f"A folder cannot be put into itself or into a folder within it: “{folder}”.")
