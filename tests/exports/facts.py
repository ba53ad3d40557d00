"""The oracle's catalog and sessions, put into the product: what the reports are then compared with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from analytics.clickhouse.base import insert_rows
from tests.oracle.catalog import Catalog
from tests.oracle.facts import Session
from videos.models import Event, Folder, Project, Stream, Talk, Video, Workspace

PLAIN = [
    "seq",
    "visitor",
    "page",
    "domain",
    "source",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "live",
    "watch_time",
    "watched",
    "longest_run",
    "duration",
    "elapsed",
    "plays",
    "played",
    "viewed",
    "completed",
    "watched_30",
    "country",
    "region",
    "city",
    "device",
    "os",
    "browser",
    "bot",
]
RECEIVED_AT = datetime(2025, 10, 1, tzinfo=UTC)


def store_catalog(workspace: Workspace, catalog: Catalog) -> None:
    """Create the catalog's things with its ids; a name is the id with `name of ` in front."""
    projects = {video.project for video in catalog.videos} | {folder.project for folder in catalog.folders}
    made_projects = {
        public_id: Project.objects.create(public_id=public_id, workspace=workspace, name=f"name of {public_id}")
        for public_id in sorted(filter(None, projects))
    }
    folders: dict[str | None, Folder | None] = {None: None}
    for folder in catalog.folders:
        folders[folder.id] = Folder.objects.create(
            public_id=folder.id,
            workspace=workspace,
            name=f"name of {folder.id}",
            project=made_projects[folder.project or ""],
            parent=folders[folder.parent],
        )
    for video in catalog.videos:
        made = Video.objects.create(
            public_id=video.id,
            workspace=workspace,
            title=f"name of {video.id}",
            duration=video.duration,
            project=made_projects.get(video.project or ""),
            folder=folders[video.folder],
        )
        if video.event:
            event, _ = Event.objects.get_or_create(public_id=video.event, workspace=workspace, defaults={"name": "x"})
            stream = Stream.objects.create(workspace=workspace, video=made)
            Talk.objects.create(event=event, title=made.title, stream=stream)


def store_sessions(workspace: Workspace, sessions: Iterable[Session]) -> None:
    """Insert viewing sessions as the collector would have derived them."""
    keys = dict(Video.objects.filter(workspace=workspace).values_list("public_id", "pk"))
    names = [
        "workspace_id",
        "video_id",
        "started_at",
        "id",
        "received_at",
        "visit",
        "starts",
        "ends",
        "quarters",
        "action_type",
        "action_name",
        "action_at",
        "action_converted",
        *PLAIN,
    ]
    rows = [
        [
            workspace.pk,
            keys[one.video],
            one.started_at,
            UUID(one.id),
            RECEIVED_AT,
            UUID(one.visit),
            [start for start, _ in one.stretches],
            [end for _, end in one.stretches],
            [int(flag) for flag in one.quarters],
            [each.type for each in one.actions],
            [each.name for each in one.actions],
            [each.at for each in one.actions],
            [each.converted for each in one.actions],
            *(getattr(one, name) for name in PLAIN),
        ]
        for one in sessions
    ]
    insert_rows("viewing_session", rows, names)
