"""Questions to the catalog. Each is answered within one workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, Model, QuerySet, Value, When

from videos.errors import Unknown
from videos.models import Event, Folder, Project, Registration, Stream, Talk, Template, Video, Webhook, Workspace
from videos.searching import contains_words

Row = TypeVar("Row", bound=Model)


def is_askable(public_id: str) -> bool:
    """Say whether every database can be asked for this text, which not all can for all; an id is plain ASCII."""
    return public_id.isascii() and public_id.isprintable()


def row_by_id(rows: QuerySet[Row], kind: str, public_id: str) -> Row:
    """Return the one of `rows` that has this public id. Raises Unknown, naming the `kind`."""
    row = rows.filter(public_id=public_id).first() if is_askable(public_id) else None
    if row is None:
        raise Unknown(kind, public_id)
    return row


def project_by_id(workspace: Workspace, public_id: str) -> Project:
    """Return the project; raises Unknown, also for one of another workspace, as do the ones below."""
    return row_by_id(Project.objects.filter(workspace=workspace), "project", public_id)


def folder_by_id(workspace: Workspace, public_id: str) -> Folder:
    return row_by_id(
        Folder.objects.filter(workspace=workspace).select_related("project", "parent"), "folder", public_id
    )


def template_by_id(workspace: Workspace, public_id: str) -> Template:
    return row_by_id(Template.objects.filter(workspace=workspace), "template", public_id)


def video_by_id(workspace: Workspace, public_id: str) -> Video:
    rows = Video.objects.filter(workspace=workspace).select_related("project", "folder", "template")
    return row_by_id(rows, "video", public_id)


def videos_like(video: Video, text: str) -> QuerySet[Video]:
    """Return the other videos of a video's workspace with these words in their titles, its own folder's first."""
    others = Video.objects.filter(workspace=video.workspace_id).exclude(pk=video.pk).select_related("project", "folder")
    near = Case(When(folder=video.folder_id, then=0), default=1) if video.folder_id else Value(1)
    return others.filter(contains_words(("title",), text)).order_by(near, "title", "pk")


def event_by_id(workspace: Workspace, public_id: str) -> Event:
    return row_by_id(Event.objects.filter(workspace=workspace), "event", public_id)


def talk_by_id(workspace: Workspace, public_id: str) -> Talk:
    rows = Talk.objects.filter(event__workspace=workspace).select_related("event", "stream", "recording")
    return row_by_id(rows, "talk", public_id)


def webhook_by_id(workspace: Workspace, public_id: str) -> Webhook:
    return row_by_id(Webhook.objects.filter(workspace=workspace), "webhook", public_id)


def stream_by_id(workspace: Workspace, public_id: str) -> Stream:
    rows = Stream.objects.filter(workspace=workspace).select_related("video", "recording")
    return row_by_id(rows, "stream", public_id)


def registration_by_id(workspace: Workspace, public_id: str) -> Registration:
    rows = Registration.objects.filter(talk__event__workspace=workspace).select_related("talk")
    return row_by_id(rows, "registration", public_id)


def drafts(workspace: Workspace) -> QuerySet[Video]:
    """Return the videos that were ordered for a customer and have no file yet."""
    return Video.objects.filter(workspace=workspace, personalisation__isnull=False, url="")


def is_draft(video: Video) -> bool:
    """Say whether the video is one of `drafts`: one query, unless `personalisation` was selected with it."""
    return not video.url and getattr(video, "personalisation", None) is not None


def registrations_of_address(workspace: Workspace, email: str) -> QuerySet[Registration]:
    """Return who registered with this e-mail address, with talks and events, the first one first; nobody for none."""
    rows = Registration.objects.filter(talk__event__workspace=workspace).select_related("talk__event")
    return rows.filter(email=email.lower()).order_by("registered_at", "pk") if email else rows.none()


@dataclass(frozen=True)
class Items:
    """Projects, folders and videos that a member has selected, all of one workspace."""

    projects: tuple[Project, ...] = ()
    folders: tuple[Folder, ...] = ()
    videos: tuple[Video, ...] = ()

    @property
    def rows(self) -> tuple[Project | Folder | Video, ...]:
        return (*self.projects, *self.folders, *self.videos)


def items_by_id(workspace: Workspace, public_ids: Iterable[str]) -> Items:
    """Return what has these public ids: three queries. Raises Unknown for the first that nothing here has."""
    wanted = list(dict.fromkeys(public_ids))
    askable = [each for each in wanted if is_askable(each)]
    projects = Project.objects.filter(workspace=workspace, public_id__in=askable)
    folders = Folder.objects.filter(workspace=workspace, public_id__in=askable).select_related("project", "parent")
    videos = Video.objects.filter(workspace=workspace, public_id__in=askable).select_related("project", "folder")
    items = Items(tuple(projects), tuple(folders), tuple(videos))
    found = {row.public_id for row in items.rows}
    for each in wanted:
        if each not in found:
            raise Unknown("item", each)
    return items


def folder_tree(workspace: Workspace, project: Project | None = None) -> list[Folder]:
    """Return the folders, depth first, siblings by name, grouped by project (by name): one query.

    Each has `tree_depth` (0 at the top of its project), `tree_path` (primary keys from the top to itself), `project`.
    """
    folders = Folder.objects.with_tree_fields().tree_filter(workspace=workspace)
    folders = folders.filter(workspace=workspace).select_related("project")
    if project is not None:
        folders = folders.filter(project=project)
    return sorted(folders, key=lambda folder: (folder.project.name, folder.project_id))


def folder_path(folder: Folder) -> list[Folder]:
    """Return the folder and all it is nested in, from the top of the project down to itself."""
    return list(folder.ancestors(include_self=True))


def nested_folder_ids(workspace: Workspace, folders: Iterable[Folder]) -> set[int]:
    """Return the primary keys of these folders and of all folders nested in them: one query."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pk, parent in Folder.objects.filter(workspace=workspace, parent__isnull=False).values_list("pk", "parent_id"):
        children[parent].append(pk)
    found: set[int] = set()
    waiting = [folder.pk for folder in folders]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += children[pk]
    return found
