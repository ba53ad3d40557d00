"""The kinds of /v1/catalog: how each is found, shown, created, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from videos import services
from videos.api import event_shown, shown
from videos.api.event_shapes import (
    EventShape,
    RegistrationPage,
    RegistrationShape,
    StreamPage,
    StreamShape,
    TalkPage,
    TalkShape,
)
from videos.api.shapes import (
    FolderPage,
    FolderShape,
    NamedShape,
    PageShape,
    Shape,
    VideoPage,
    VideoShape,
    folder_shown,
    named_shown,
    video_shown,
)
from videos.models import Event, Folder, Project, Registration, Stream, Talk, Template, User, Video, Workspace
from videos.selectors import (
    event_by_id,
    folder_by_id,
    project_by_id,
    registration_by_id,
    stream_by_id,
    talk_by_id,
    template_by_id,
    video_by_id,
)


@dataclass(frozen=True)
class Resource:
    """One kind of thing. `rows` brings with it all that `shown` needs, so that a page takes few queries.

    A list's `search` looks into `searched`, and `page` says what else a list may be asked.
    """

    kind: str
    rows: Callable[[Workspace], QuerySet[Any]]
    by_id: Callable[[Workspace, str], Any]
    shape: type[Shape]
    shown: Callable[[Any], Any]
    create: Callable[..., Any]
    change: Callable[[Any, dict[str, Any]], None]
    delete: Callable[[Any], None]
    # What `shown` returns, for the API's description.
    answer: Any
    example: Mapping[str, Any]
    page: type[PageShape] = PageShape
    searched: tuple[str, ...] = ("name",)


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
    place: Any = {name: values.pop(name) for name in ("project", "folder") if name in values}
    services.video_change(video, place=place, details=values)  # type: ignore[arg-type]


def _event_create(workspace: Workspace, *, admins: Iterable[User] = (), **values: Any) -> Event:
    """Return a new event with its admins; raises Invalid or NotFree, and then there is none."""
    with transaction.atomic():
        event = services.event_create(workspace, **values)
        services.event_admins_set(event, admins)
    return event


def _event_change(event: Event, values: dict[str, Any]) -> None:
    with transaction.atomic():
        if "name" in values:
            services.event_rename(event, values["name"])
        if "admins" in values:
            services.event_admins_set(event, values["admins"])


def _talk_create(workspace: Workspace, *, event: Event, **values: Any) -> Talk:
    return services.talk_create(event, **values)


def _talk_change(talk: Talk, values: dict[str, Any]) -> None:
    services.talk_update(talk, **values)  # type: ignore[typeddict-item]


def _stream_change(stream: Stream, values: dict[str, Any]) -> None:
    if "recording" in values:
        services.stream_record(stream, values["recording"])


def _registration_create(workspace: Workspace, *, talk: Talk, **values: Any) -> Registration:
    return services.registration_create(talk, **values)


def _registration_change(registration: Registration, values: dict[str, Any]) -> None:
    services.registration_update(registration, **values)  # type: ignore[typeddict-item]


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
        shown.ShownNamed,
        shown.PROJECT,
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
        shown.ShownFolder,
        shown.FOLDER,
        FolderPage,
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
        shown.ShownVideo,
        shown.VIDEO,
        VideoPage,
        ("title",),
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
        shown.ShownNamed,
        shown.TEMPLATE,
    ),
    "events": Resource(
        "event",
        lambda workspace: Event.objects.filter(workspace=workspace).prefetch_related("admins", "talks"),
        event_by_id,
        EventShape,
        event_shown.event_shown,
        _event_create,
        _event_change,
        services.event_delete,
        event_shown.ShownEvent,
        event_shown.EVENT,
    ),
    "talks": Resource(
        "talk",
        lambda workspace: Talk.objects.filter(event__workspace=workspace).select_related(
            "event", "stream", "recording"
        ),
        talk_by_id,
        TalkShape,
        event_shown.talk_shown,
        _talk_create,
        _talk_change,
        services.talk_delete,
        event_shown.ShownTalk,
        event_shown.TALK,
        TalkPage,
        ("title",),
    ),
    "streams": Resource(
        "stream",
        lambda workspace: Stream.objects.filter(workspace=workspace).select_related(
            "video__project", "video__folder", "recording"
        ),
        stream_by_id,
        StreamShape,
        event_shown.stream_shown,
        services.stream_create,
        _stream_change,
        services.stream_delete,
        event_shown.ShownStream,
        event_shown.STREAM,
        StreamPage,
        ("video__title",),
    ),
    "registrations": Resource(
        "registration",
        lambda workspace: Registration.objects.filter(talk__event__workspace=workspace).select_related("talk__event"),
        registration_by_id,
        RegistrationShape,
        event_shown.registration_shown,
        _registration_create,
        _registration_change,
        services.registration_delete,
        event_shown.ShownRegistration,
        event_shown.REGISTRATION,
        RegistrationPage,
        ("email", "name"),
    ),
}
