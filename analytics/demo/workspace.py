"""File the demo's catalog in the database and its rendered videos under MEDIA_ROOT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from analytics.demo.catalog import (
    EVENT_ADMIN,
    EVENT_NAME,
    MEMBERS,
    TALKS,
    TEMPLATES,
    TIMEZONE,
    VIDEOS,
    WORKSPACE_NAME,
    demo_id,
)
from analytics.demo.registrations import DemoRegistration
from analytics.demo.seasons import Calendar
from videos.models import Folder, Project, Registration, Role, Talk, Template, User, Video, Workspace
from videos.rendering import RenderedClip, clip_files, clips_render, thumbnail_render
from videos.services import (
    WorkspaceBundle,
    event_admins_set,
    event_create,
    folder_create,
    member_add,
    project_create,
    stream_create,
    talk_create,
    template_create,
    user_invited,
    video_create,
    workspace_bundle,
)
from videos.services.registrations import NewRegistration, registrations_create

FOLDER = "demo"


def demo_workspace() -> Workspace | None:
    """Return the workspace that the demo's videos are in, under whichever name, or None where there is no demo."""
    ids = [video.public_id for video in VIDEOS]
    return Workspace.objects.filter(videos__public_id__in=ids).order_by("pk").first()


def media_render() -> Iterator[RenderedClip]:
    """Render those of the demo's files that are not there yet, and yield each as it is done.

    Raises OSError where MEDIA_ROOT cannot be written.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    missing = [video for video in VIDEOS if not _complete(video.seconds, clip_files(video.clip, folder))]
    for video in missing:
        if video.seconds is None:
            yield thumbnail_render(video.clip, folder)
    yield from clips_render([video.clip for video in missing if video.seconds is not None], folder)


def demo_create(days: int) -> tuple[WorkspaceBundle, list[tuple[User, str | None]]]:
    """Return the new demo workspace, and its other members with their passwords (None for users that were there).

    `days` is how many days of sessions there will be, which says when the event was. All or nothing; raises
    videos.errors.NotFree where a public id of the demo is taken.
    """
    owner, *others = MEMBERS
    with transaction.atomic():
        bundle = workspace_bundle(WORKSPACE_NAME, owner.email, timezone=TIMEZONE)
        invited = []
        for member in others:
            user, password = user_invited(member.email)
            member_add(bundle.workspace, user, member.role)
            invited.append((user, password))
        for member in MEMBERS:
            first, last = member.name.split()
            User.objects.filter(email=member.email, first_name="").update(first_name=first, last_name=last)
        _catalog_create(bundle.workspace)
        _event_create(bundle.workspace, demo_calendar(bundle.workspace, days))
    return bundle, invited


def registrations_file(workspace: Workspace, drawn: Iterable[DemoRegistration]) -> int:
    """Return how many registrations were filed: all of them, or none where the demo's talks have some already."""
    talks = {talk.public_id: talk for talk in Talk.objects.filter(event__workspace=workspace).select_related("event")}
    ours = {talk.key: talks[talk.public_id] for talk in TALKS if talk.public_id in talks}
    if Registration.objects.filter(talk__in=ours.values()).exists():
        return 0
    several: list[NewRegistration] = [
        {
            "talk": ours[each.talk],
            "email": each.email,
            "name": each.name,
            "registered_at": each.registered_at,
            "public_id": demo_id("reg_", f"{each.talk} {each.email}"),
        }
        for each in drawn
        if each.talk in ours
    ]
    return registrations_create(several).created


def demo_calendar(workspace: Workspace, days: int) -> Calendar:
    """Return the demo's days: those before the midnight, in the demo's zone, that began the day of its creation.

    Not those before today: so that seeding once more, on whichever day, brings the same sessions and changes nothing.
    """
    zone = ZoneInfo(TIMEZONE)
    return Calendar(workspace.created_at.astimezone(zone).date(), days, zone)


def demo_owner(workspace: Workspace) -> User | None:
    """Return the first owner of the workspace, if it has one."""
    return User.objects.filter(memberships__workspace=workspace, memberships__role=Role.OWNER).order_by("pk").first()


def _complete(seconds: int | None, files: RenderedClip) -> bool:
    return files.thumbnail.exists() and (seconds is None or files.video.exists())


def _catalog_create(workspace: Workspace) -> None:
    projects: dict[str, Project] = {}
    folders: dict[tuple[str, ...], Folder] = {}
    templates: dict[str, Template] = {
        name: template_create(workspace, name=name, public_id=demo_id("tmpl_", name)) for name in TEMPLATES
    }
    address = f"{settings.MEDIA_URL}{FOLDER}/"
    for video in VIDEOS:
        name = video.project
        if name not in projects:
            projects[name] = project_create(workspace, name=name, public_id=demo_id("proj_", name))
        for depth in range(2, len(video.path) + 1):
            path = video.path[:depth]
            if path not in folders:
                folders[path] = folder_create(
                    workspace,
                    name=path[-1],
                    project=projects[name],
                    parent=folders.get(path[:-1]),
                    public_id=demo_id("fold_", "/".join(path)),
                )
        video_create(
            workspace,
            public_id=video.public_id,
            project=projects[name],
            folder=folders.get(video.path),
            title=video.title,
            duration=video.seconds,
            template=templates[video.template],
            url=f"{address}{video.public_id}.mp4" if video.seconds is not None else "",
            thumbnail_url=f"{address}{video.public_id}.jpg",
        )


def _event_create(workspace: Workspace, calendar: Calendar) -> None:
    event = event_create(workspace, name=EVENT_NAME, public_id=demo_id("evt_", EVENT_NAME))
    event_admins_set(event, User.objects.filter(email=EVENT_ADMIN.email))
    videos = {video.public_id: video for video in Video.objects.filter(workspace=workspace)}
    for broadcast in calendar.programme():
        talk = broadcast.talk
        starts_at = datetime.fromtimestamp(broadcast.starts_ms / 1000, UTC)
        stream = None
        if talk.live:
            stream = stream_create(
                workspace,
                public_id=demo_id("strm_", talk.key),
                video=videos[demo_id("vid_", talk.live)],
                recording=videos[demo_id("vid_", talk.recording)] if talk.recording else None,
            )
        talk_create(
            event,
            public_id=talk.public_id,
            title=talk.title,
            kind=talk.kind,
            provider=talk.provider,
            stream=stream,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(seconds=broadcast.seconds),
        )
