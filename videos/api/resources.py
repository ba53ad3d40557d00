"""The four kinds of /v1/catalog: how each is found, shown, created, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from videos import services
from videos.api.shapes import FolderShape, NamedShape, Shape, VideoShape, folder_shown, named_shown, video_shown
from videos.models import Folder, Project, Template, Video, Workspace
from videos.selectors import folder_by_id, project_by_id, template_by_id, video_by_id


@dataclass(frozen=True)
class Resource:
    """One kind of thing. `rows` brings with it all that `shown` needs, so that a page takes few queries."""

    kind: str
    rows: Callable[[Workspace], QuerySet[Any]]
    by_id: Callable[[Workspace, str], Any]
    shape: type[Shape]
    shown: Callable[[Any], dict[str, Any]]
    create: Callable[..., Any]
    change: Callable[[Any, dict[str, Any]], None]
    delete: Callable[[Any], None]
    name_field: str = "name"


def _rename(rename: Callable[[Any, str], None]) -> Callable[[Any, dict[str, Any]], None]:
    def change(row: Any, values: dict[str, Any]) -> None:
        if "name" in values:
            rename(row, values["name"])

    return change


def _folder_change(folder: Folder, values: dict[str, Any]) -> None:
    """Rename and move in one; raises Invalid, and then neither is done."""
    place = {name: values.pop(name) for name in ("project", "parent") if name in values}
    with transaction.atomic():
        if place:
            services.folder_move(folder, **place)
        if "name" in values:
            services.folder_rename(folder, values["name"])


def _video_change(video: Video, values: dict[str, Any]) -> None:
    """Change details and place in one; raises Invalid, and then neither is done."""
    place = {name: values.pop(name) for name in ("project", "folder") if name in values}
    with transaction.atomic():
        if place:
            services.video_move(video, **place)
        if values:
            services.video_update(video, **values)  # type: ignore[typeddict-item]


RESOURCES = {
    "projects": Resource(
        "project",
        lambda workspace: Project.objects.filter(workspace=workspace),
        project_by_id,
        NamedShape,
        named_shown,
        services.project_create,
        _rename(services.project_rename),
        services.project_delete,
    ),
    "folders": Resource(
        "folder",
        lambda workspace: Folder.objects.filter(workspace=workspace).select_related("project", "parent"),
        folder_by_id,
        FolderShape,
        folder_shown,
        services.folder_create,
        _folder_change,
        services.folder_delete,
    ),
    "videos": Resource(
        "video",
        lambda workspace: Video.objects.filter(workspace=workspace).select_related("project", "folder", "template"),
        video_by_id,
        VideoShape,
        video_shown,
        services.video_create,
        _video_change,
        services.video_delete,
        name_field="title",
    ),
    "templates": Resource(
        "template",
        lambda workspace: Template.objects.filter(workspace=workspace),
        template_by_id,
        NamedShape,
        named_shown,
        services.template_create,
        _rename(services.template_rename),
        services.template_delete,
    ),
}
