"""What gets a row: the videos, streams and events of a selection as the catalog shows them now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.context import Context, Scope
from exports.fields import ContentFacts, Kind
from videos.models import Event, Stream, Video


@dataclass(frozen=True, slots=True)
class Content:
    """A video or stream, whose sessions are those of its video, or an event: those of its talks' videos.

    `videos` are primary keys; of an event that shows none, there are none.
    """

    kind: Kind
    public_id: str
    videos: tuple[int, ...]


@dataclass(frozen=True)
class Contents:
    """The selection's contents in the catalog's order, and its events by name, which hold the same sessions again."""

    contents: tuple[Content, ...]
    events: tuple[Content, ...]

    def __len__(self) -> int:
        return len(self.contents) + len(self.events)


def selected_videos(context: Context, folders: Iterable[str] = (), projects: Iterable[str] = ()) -> list[int]:
    """Return the videos of these folders (nested ones included) and projects; none named: the whole workspace's.

    They are in the catalog's order: by project, folder path and title; those without a project come last. Raises
    Unknown for a public id that is no folder or project of this workspace.
    """
    scopes = [*(Scope("folder", each) for each in folders), *(Scope("project", each) for each in projects)]
    found = {video for scope in scopes for video in context.videos_of(scope)} if scopes else context.maps.video
    return sorted(found, key=lambda video: _place(context, video))


def selected_contents(context: Context, folders: Iterable[str] = (), projects: Iterable[str] = ()) -> Contents:
    """Return what the folders and projects hold, or the whole workspace, whose every event is then there.

    A live stream's video is the stream's content, no video of its own. An event is there if a video of its talks is;
    it then stands for all of them. Raises as selected_videos.
    """
    folders, projects = tuple(folders), tuple(projects)
    videos = selected_videos(context, folders, projects)
    streams = dict(Stream.objects.filter(workspace=context.workspace).order_by().values_list("video_id", "public_id"))
    contents = tuple(
        Content("stream", streams[video], (video,))
        if video in streams
        else Content("video", context.maps.video[video][0], (video,))
        for video in videos
    )
    return Contents(contents, _events(context, None if not folders and not projects else set(videos)))


def _events(context: Context, selected: set[int] | None) -> tuple[Content, ...]:
    shown: dict[str, list[int]] = {}
    for video, events in context.maps.event.items():
        for event in events:
            shown.setdefault(event, []).append(video)
    named = Event.objects.filter(workspace=context.workspace).order_by().values_list("public_id", "name")
    return tuple(
        Content("event", event, tuple(shown.get(event, ())))
        for event, _ in sorted(named, key=lambda each: (each[1].casefold(), each[0]))
        if selected is None or not selected.isdisjoint(shown.get(event, ()))
    )


def durations_of(context: Context) -> dict[int, float | None]:
    """Return each video's duration in seconds, None where the catalog does not know it."""
    known = Video.objects.filter(workspace=context.workspace).order_by().values_list("pk", "duration")
    return {video: None if seconds is None else float(seconds) for video, seconds in known}


def facts_of(context: Context, content: Content, durations: dict[int, float | None]) -> ContentFacts:
    """Return what the catalog says of the content; a stream's title, project and folder are its video's."""
    maps = context.maps
    if content.kind == "event":
        return ContentFacts("event", maps.names[content.public_id], event_id=content.public_id)
    [video] = content.videos
    project, path = maps.project[video], maps.folder[video]
    return ContentFacts(
        kind=content.kind,
        title=maps.names[maps.video[video][0]],
        video_id=content.public_id if content.kind == "video" else "",
        stream_id=content.public_id if content.kind == "stream" else "",
        duration=durations.get(video),
        project_id=project[0] if project else "",
        project_name=maps.names[project[0]] if project else "",
        folder_id=path[0] if path else "",
        folder_name="/".join(maps.names[each] for each in reversed(path)),
    )


def _place(context: Context, video: int) -> tuple[bool, list[str], list[str], str, int]:
    maps = context.maps
    project = [maps.names[each].casefold() for each in maps.project[video]]
    path = [maps.names[each].casefold() for each in reversed(maps.folder[video])]
    return (not project, project, path, maps.names[maps.video[video][0]].casefold(), video)
