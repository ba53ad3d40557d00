"""The catalog as it stands now, keyed by video, for translating what the fact table knows (the video) into the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import IntegerField, Value

from videos.models import Event, Folder, Project, Talk, Template, Video, Workspace


@dataclass(frozen=True)
class CatalogMaps:
    """For each video of a workspace (by its primary key) the public ids of what it belongs to, and everyone's names.

    `folders` holds the video's folder and all folders around it; a video without a project, say, has an empty tuple.
    `names` maps every public id, the videos' included, to its name or title.
    """

    video: dict[int, tuple[str, ...]]
    project: dict[int, tuple[str, ...]]
    folder: dict[int, tuple[str, ...]]
    template: dict[int, tuple[str, ...]]
    event: dict[int, tuple[str, ...]]
    talk: dict[int, tuple[str, ...]]
    names: dict[str, str]

    def videos_of(self, kind: str, public_id: str) -> list[int]:
        """Return the videos that belong to `public_id`, one of this workspace's `kind`; nested folders included."""
        return [video for video, several in getattr(self, kind).items() if public_id in several]


def catalog_maps(workspace: Workspace) -> CatalogMaps:
    """Return the maps of a workspace in four queries, whatever its size."""
    names: dict[str, str] = {}
    projects, templates, events = _named(workspace, names)
    folders = _folder_chains(workspace, names)
    by_video: dict[int, tuple[str, ...]] = {}
    maps = CatalogMaps(by_video, {}, {}, {}, {}, {}, names)
    rows = (
        Video.objects.filter(workspace=workspace)
        .order_by()
        .values_list("pk", "public_id", "title", "project_id", "folder_id", "template_id")
    )
    for pk, public_id, title, project, folder, template in rows:
        names[public_id] = title
        by_video[pk] = (public_id,)
        maps.project[pk] = projects.get(project, ())
        maps.folder[pk] = folders.get(folder, ())
        maps.template[pk] = templates.get(template, ())
        maps.event[pk] = ()
        maps.talk[pk] = ()
    talks = (
        Talk.objects.filter(event__workspace=workspace)
        .order_by("pk")
        .values_list("public_id", "title", "event_id", "stream__video_id", "recording_id", "stream__recording_id")
    )
    for public_id, title, event, live, recording, of_stream in talks:
        names[public_id] = title
        # What the stream kept is not what a talk with a recording of its own shows (Talk.recorded).
        for video in {live, recording or of_stream} & by_video.keys():
            maps.talk[video] += (public_id,)
        for video in (live, recording, of_stream):
            if video in maps.event and event in events and events[event][0] not in maps.event[video]:
                maps.event[video] += events[event]
    return maps


def _named(workspace: Workspace, names: dict[str, str]) -> list[dict[int | None, tuple[str, ...]]]:
    """Return the public ids of projects, of templates and of events by their primary keys: one query for all three."""
    kinds: tuple[Any, ...] = (Project, Template, Event)
    found: list[dict[int | None, tuple[str, ...]]] = [{} for _ in kinds]
    first, *others = (
        kind.objects.filter(workspace=workspace)
        .order_by()
        .annotate(place=Value(place, IntegerField()))
        .values_list("place", "pk", "public_id", "name")
        for place, kind in enumerate(kinds)
    )
    for place, pk, public_id, name in first.union(*others, all=True):
        found[place][pk] = (public_id,)
        names[public_id] = name
    return found


def _folder_chains(workspace: Workspace, names: dict[str, str]) -> dict[int | None, tuple[str, ...]]:
    """Return for each folder its own public id and those of all folders around it."""
    rows: dict[int | None, tuple[str, int | None]] = {}
    folders = Folder.objects.filter(workspace=workspace).order_by()
    for pk, public_id, name, parent in folders.values_list("pk", "public_id", "name", "parent_id"):
        rows[pk] = (public_id, parent)
        names[public_id] = name
    chains: dict[int | None, tuple[str, ...]] = {}
    for start in list(rows):
        chain: list[str] = []
        folder = start
        while folder in rows:
            chain.append(rows[folder][0])
            folder = rows[folder][1]
        chains[start] = tuple(chain)
    return chains
