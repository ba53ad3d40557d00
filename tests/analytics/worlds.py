"""The oracle's worlds, loaded into the product the way a customer's history is: catalog first, then the import."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from analytics.imports import Report, sessions_import
from tests.oracle.catalog import Catalog
from videos.models import Event, Folder, Project, Stream, Talk, Template, Video, Workspace


def catalog_load(catalog: Catalog) -> tuple[Workspace, dict[str, str]]:
    """Return a new workspace with this catalog, and the public id there of each of the oracle's ids.

    Public ids are unique over all workspaces, so each world's are made anew.
    """
    workspace = Workspace.objects.create(name="World", timezone=catalog.zone)
    made: dict[str, Any] = {}

    def kept(kind: Any, name: str | None, **fields: Any) -> Any:
        if name is None:
            return None
        if name not in made:
            made[name] = kind.objects.create(workspace=workspace, name=name, **fields)
        return made[name]

    def folder(name: str | None) -> Folder | None:
        known = {one.id: one for one in catalog.folders}
        if name is None:
            return None
        one = known[name]
        project = kept(Project, one.project or "proj_of_all_folders")
        return kept(Folder, name, project=project, parent=folder(one.parent))

    for one in catalog.folders:
        folder(one.id)
    for video in catalog.videos:
        made[video.id] = Video.objects.create(
            workspace=workspace,
            title=video.id,
            duration=video.duration,
            project=kept(Project, video.project),
            folder=folder(video.folder),
            template=kept(Template, video.template),
        )
        if video.talk is not None:
            stream = Stream.objects.create(workspace=workspace, video=made[video.id])
            event = kept(Event, video.event)
            made[video.talk] = Talk.objects.create(event=event, title=video.talk, stream=stream)
    return workspace, {name: one.public_id for name, one in made.items()}


def sessions_load(workspace: Workspace, ids: Mapping[str, str], snapshots: Iterable[Mapping[str, Any]]) -> None:
    """Import the snapshots; every one must be taken."""
    text = "".join(json.dumps({**one, "video": ids[one["video"]]}) + "\n" for one in snapshots)
    report = Report()
    sessions_import(workspace.pk, [text.encode()], report)
    assert report.errors == []
