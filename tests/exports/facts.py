"""The oracle's catalog and sessions, put into the product: what the reports are then compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from analytics.clickhouse.base import insert_rows
from tests.oracle.catalog import Catalog
from tests.oracle.facts import Session
from videos import models
from videos.models import Folder, Project, Video, Workspace

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
    "startup",
    "rebuffers",
    "rebuffering",
    "error",
]
RECEIVED_AT = datetime(2025, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Talk:
    """A talk by what it shows: a live video with the recording kept of it, a recording of its own, or nothing."""

    event: str
    live: str | None = None
    kept: str | None = None
    recording: str | None = None

    @property
    def videos(self) -> set[str]:
        return {video for video in (self.live, self.kept, self.recording) if video}


@dataclass(frozen=True)
class Stage:
    """The streams of a catalog (video → stream) and the talks of its events (`events` by name's order)."""

    streams: dict[str, str]
    talks: tuple[Talk, ...]
    events: tuple[str, ...]

    def shown(self, event: str) -> set[str]:
        return {video for talk in self.talks if talk.event == event for video in talk.videos}


def stage_of(catalog: Catalog) -> Stage:
    """Return, for the videos that the catalog says an event shows, how: live, live and kept, as a recording alone.

    A second event repeats the first talks; a third has none to show.
    """
    shown = [video for video in catalog.videos if video.event]
    others = [video.id for video in catalog.videos if not video.event]
    streams: dict[str, str] = {}
    talks = []
    for number, video in enumerate(shown):
        if number % 4 == 0:
            talks.append(Talk(video.event or "", recording=video.id))
            continue
        streams[video.id] = f"strm_{number:010}"
        kept = {1: None, 2: video.id, 3: others[number % len(others)] if others else None}[number % 4]
        own = others[-1] if others and number in (5, 7) else None
        talks.append(Talk(video.event or "", live=video.id, kept=kept, recording=own))
    talks += [Talk("evt_second", talk.live, talk.kept, talk.recording) for talk in talks[:3]]
    events = dict.fromkeys([talk.event for talk in talks] + ["evt_silent"])
    return Stage(streams, (*talks, Talk("evt_silent")), tuple(sorted(events)))


def store_catalog(workspace: Workspace, catalog: Catalog) -> None:
    """Create the catalog's things and its stage with their ids; a name is the id with `name of ` in front."""
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
    videos: dict[str | None, Video | None] = {None: None}
    for video in catalog.videos:
        videos[video.id] = Video.objects.create(
            public_id=video.id,
            workspace=workspace,
            title=f"name of {video.id}",
            duration=video.duration,
            project=made_projects.get(video.project or ""),
            folder=folders[video.folder],
        )
    _store_stage(workspace, stage_of(catalog), videos)


def _store_stage(workspace: Workspace, stage: Stage, videos: dict[str | None, Video | None]) -> None:
    streams: dict[str | None, models.Stream | None] = {None: None}
    for video, public_id in stage.streams.items():
        kept = next(talk.kept for talk in stage.talks if talk.live == video)
        streams[video] = models.Stream.objects.create(
            public_id=public_id, workspace=workspace, video=videos[video], recording=videos[kept]
        )
    events = {
        event: models.Event.objects.create(public_id=event, workspace=workspace, name=f"name of {event}")
        for event in stage.events
    }
    for talk in stage.talks:
        models.Talk.objects.create(
            event=events[talk.event], title="Talk", stream=streams[talk.live], recording=videos[talk.recording]
        )


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
