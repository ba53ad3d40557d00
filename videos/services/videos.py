"""Videos: what is watched."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypedDict, Unpack

from django.db import transaction

from videos.api.shapes import video_shown
from videos.errors import Invalid
from videos.models import Folder, Personalisation, Project, Template, Video, Workspace
from videos.saving import save_cleaned
from videos.services.webhooks import webhook_emit
from videos.signals import video_deleted
from videos.validators import LONGEST_DURATION, domain_normal

MILLISECOND = Decimal("0.001")


class VideoPlace(TypedDict, total=False):
    """Where a video is to go; what is not named follows from what is."""

    project: Project | None
    folder: Folder | None


class VideoDetails(TypedDict, total=False):
    """What can be said of a video, apart from its place. Durations are seconds; 0 and None: unknown."""

    title: str
    duration: Decimal | float | None
    template: Template | None
    url: str
    thumbnail_url: str
    embed_domains: list[str]


class Personal(TypedDict, total=False):
    """How a video for one customer is to be made."""

    ai_messaging: dict[str, Any]
    aspect_ratio: str


def video_create(
    workspace: Workspace,
    *,
    public_id: str = "",
    project: Project | None = None,
    folder: Folder | None = None,
    **details: Unpack[VideoDetails],
) -> Video:
    """Return a new video. A folder brings its project, which may then be left out.

    Raises Invalid naming each field, also for what belongs to another workspace, or NotFree for a public id in use.
    """
    project = project or (folder.project if folder else None)
    video = Video(workspace=workspace, public_id=public_id, project=project, folder=folder)
    _set_details(video, details)
    with transaction.atomic():
        save_cleaned(video)
        _tell(video, "video.created")
    return video


def personal_video_create(
    workspace: Workspace,
    *,
    title: str,
    template: Template,
    customer_data: dict[str, Any],
    project: Project | None = None,
    **more: Unpack[Personal],
) -> Video:
    """Return a new video for one customer, a draft until it is told its file. Raises Invalid naming each field."""
    with transaction.atomic():
        video = video_create(workspace, title=title, template=template, project=project)
        save_cleaned(Personalisation(video=video, customer_data=customer_data, **more))
    return video


def video_change(video: Video, *, place: VideoPlace, details: VideoDetails) -> None:
    """Move the video and change its details in one, as the services below do; then one message tells of both.

    Raises Invalid naming each field, and then neither is done.
    """
    with transaction.atomic():
        if place:
            video.project, video.folder = video_place(video, place)
            save_cleaned(video, ["project", "folder", "updated_at"])
        if details:
            _set_details(video, details)
            save_cleaned(video, [*details, "updated_at"])
        if place or details:
            _tell(video, "video.updated")


def video_update(video: Video, **details: Unpack[VideoDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field."""
    video_change(video, place={}, details=details)


def video_place(video: Video, place: VideoPlace) -> tuple[Project | None, Folder | None]:
    """Return the project and folder that `place` means for this video, not yet checked.

    A folder brings its project; another project, or none, without a folder takes the video out of its folder.
    """
    if (folder := place.get("folder")) is not None:
        return place.get("project") or folder.project, folder
    project = place.get("project", video.project)
    stays = "folder" not in place and project == video.project
    return project, video.folder if stays else None


def video_move(video: Video, **place: Unpack[VideoPlace]) -> None:
    """Move the video; its viewing sessions follow, as reports read the catalog as it stands.

    Raises Invalid for a place of another workspace, or a folder of another project than the one named.
    """
    video_change(video, place=place, details={})


def video_delete(video: Video) -> None:
    """Delete the video. After the commit `video_deleted` is sent, so that its viewing sessions go as well."""
    workspace_id, video_id = video.workspace_id, video.pk
    with transaction.atomic():
        _tell(video, "video.deleted")
        video.delete()
        transaction.on_commit(lambda: _tell_deleted(workspace_id, video_id))


def _tell_deleted(workspace_id: int, video_id: int) -> None:
    video_deleted.send(sender=Video, workspace_id=workspace_id, video_id=video_id)


def _tell(video: Video, event: str) -> None:
    """Tell the workspace's webhooks of the video as the API shows it."""
    webhook_emit(video.workspace_id, event, lambda: video_shown(video))


def _set_details(video: Video, details: VideoDetails) -> None:
    values: dict[str, Any] = dict(details)
    if "title" in values:
        values["title"] = values["title"].strip()
    if "duration" in values:
        values["duration"] = _duration(values["duration"])
    if "embed_domains" in values:
        values["embed_domains"] = list(dict.fromkeys(map(domain_normal, values["embed_domains"])))
    for name, value in values.items():
        setattr(video, name, value)


def _duration(seconds: Decimal | float | None) -> Decimal | None:
    """Return the duration to the millisecond, None for unknown."""
    if seconds is None:
        return None
    exact = Decimal(str(seconds))
    if not exact.is_finite() or not 0 <= exact <= LONGEST_DURATION:
        raise Invalid.field("duration", f"A duration is a number of seconds from 0 to {LONGEST_DURATION}.")
    return exact.quantize(MILLISECOND, ROUND_HALF_UP) or None
