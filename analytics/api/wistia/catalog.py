"""Medias and projects as Wistia's Data API lists them: the videos and projects of the catalog.

`id` is a number because clients insist on one; wherever an id is taken, it does as well as the public id, which is
`hashed_id` here. What our catalog has not (descriptions, sections, public projects) has Wistia's empty value.
"""

from __future__ import annotations

import mimetypes
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from rest_framework.request import Request

from analytics.api.wistia import examples
from analytics.api.wistia.base import WistiaError, WistiaView, context_of, media_of, page_of, project_of, text_of
from analytics.api.wistia.described import DIRECTION, PAGES, Told, sort_by, text
from analytics.api.wistia.shapes import (
    WistiaAsset,
    WistiaMedia,
    WistiaMediaFile,
    WistiaPicture,
    WistiaProject,
    WistiaProjectFiles,
)
from videos.links import whole_address
from videos.models import Project, Video, Workspace

# As in Wistia's Projects#show, which holds more medias than a list.
MOST_MEDIAS_OF_PROJECT = 500
MEDIA_TYPE: Final = "Video"
MEDIA_ORDERS = {"": "pk", "name": "title", "created": "created_at", "updated": "updated_at"}
PROJECT_ORDERS = {"": "pk", "name": "name", "created": "created_at", "updated": "changed_at"}


def medias(request: Request) -> list[WistiaMedia]:
    """Return a page of the videos, by `project_id`, `name` (the whole title), `type` and `hashed_id`."""
    workspace, page = context_of(request).workspace, page_of(request)
    videos = Video.objects.filter(workspace=workspace).select_related("project")
    if key := text_of(request, "project_id"):
        videos = videos.filter(project=project_of(workspace, key))
    if name := text_of(request, "name"):
        videos = videos.filter(title=name)
    if public_id := text_of(request, "hashed_id"):
        videos = videos.filter(public_id=public_id)
    if text_of(request, "type") not in {"", MEDIA_TYPE}:
        videos = videos.none()
    return [_media(video) for video in _ordered(request, videos, MEDIA_ORDERS)[page.begin : page.end]]


def media(request: Request, media: str) -> WistiaMedia:
    """Return one video."""
    return _media(media_of(context_of(request).workspace, media))


def projects(request: Request) -> list[WistiaProject]:
    """Return a page of the projects."""
    page, rows = page_of(request), _projects(context_of(request).workspace)
    return [_project(project) for project in _ordered(request, rows, PROJECT_ORDERS)[page.begin : page.end]]


def project(request: Request, project: str) -> WistiaProjectFiles:
    """Return one project with a page of its videos."""
    workspace, page = context_of(request).workspace, page_of(request, MOST_MEDIAS_OF_PROJECT)
    found = _projects(workspace).get(pk=project_of(workspace, project).pk)
    videos = _ordered(request, Video.objects.filter(project=found), MEDIA_ORDERS)
    return {**_project(found), "medias": [_file(video) for video in videos[page.begin : page.end]]}


def still_image(url: str) -> WistiaPicture:
    """Return a picture as the Stats API does; what is not known of it is null."""
    return {
        "url": whole_address(url),
        "width": None,
        "height": None,
        "fileSize": None,
        "contentType": _content_type(url),
        "type": "StillImageFile",
    }


def _projects(workspace: Workspace) -> QuerySet[Project]:
    changed_at = Greatest("created_at", Coalesce(Max("videos__updated_at"), F("created_at")))
    return Project.objects.filter(workspace=workspace).annotate(media_count=Count("videos"), changed_at=changed_at)


def _ordered(request: Request, rows: QuerySet, orders: dict[str, str]) -> QuerySet:
    """Return the rows by `sort_by` (else by id) and `sort_direction` (1 ascending, 0 descending)."""
    name, direction = text_of(request, "sort_by"), text_of(request, "sort_direction") or "1"
    if name not in orders:
        raise WistiaError(f"sort_by takes {', '.join(word for word in orders if word)}, not {name[:64]!r}.")
    if direction not in {"0", "1"}:
        raise WistiaError(f"sort_direction is 1 (ascending) or 0 (descending), not {direction[:64]!r}.")
    sign = "" if direction == "1" else "-"
    return rows.order_by(f"{sign}{orders[name]}", f"{sign}pk")


def _project(project: Any) -> WistiaProject:
    return {
        "id": project.pk,
        "name": project.name,
        "description": "",
        "mediaCount": project.media_count,
        "created": _written(project.created_at),
        "updated": _written(project.changed_at),
        "hashedId": project.public_id,
        "hashed_id": project.public_id,
        "anonymousCanUpload": False,
        "anonymousCanDownload": False,
        "public": False,
        "publicId": project.public_id,
    }


def _media(video: Video) -> WistiaMedia:
    """Return a video with its project, which is left out where it has none, as clients know no null there."""
    row: WistiaMedia = {**_file(video)}
    if video.project:
        row["project"] = {"id": video.project.pk, "name": video.project.name, "hashed_id": video.project.public_id}
    return row


def _file(video: Video) -> WistiaMediaFile:
    row: WistiaMediaFile = {
        "id": video.pk,
        "name": video.title,
        "type": MEDIA_TYPE,
        "archived": False,
        "created": _written(video.created_at),
        "updated": _written(video.updated_at),
        "hashed_id": video.public_id,
        "description": "",
        "progress": 1.0,
        "status": "ready",
        "thumbnail": {"url": whole_address(video.thumbnail_url), "width": None, "height": None},
        "assets": _assets(video.url),
    }
    # The reference: where the duration is unknown, the field is omitted.
    return {**row, "duration": float(video.duration)} if video.duration else row


def _assets(link: str) -> list[WistiaAsset]:
    url = whole_address(link)
    if url is None:
        return []
    return [
        {
            "url": url,
            "width": None,
            "height": None,
            "fileSize": None,
            "contentType": _content_type(url),
            "type": "OriginalFile",
        }
    ]


def _content_type(url: str) -> str | None:
    return mimetypes.guess_type(urlsplit(url).path)[0]


def _written(instant: datetime) -> str:
    """Return a UTC instant as the Data API writes it: `2010-08-13T18:47:39+00:00`."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}+00:00"


SORTING = (sort_by("name", "created", "updated"), DIRECTION)
NARROWING = (
    text("project_id", "The videos of this project."),
    text("name", "The video of this title, the whole of it."),
    text("type", "Every media here is a `Video`."),
    text("hashed_id", "The video of this public id."),
)


class MediasView(WistiaView):
    answer = staticmethod(medias)
    told = Told("medias", "List the videos", [examples.MEDIA_FILE], (*PAGES, *SORTING, *NARROWING))


class MediaFileView(WistiaView):
    answer = staticmethod(media)
    told = Told("media_file", "Show a video", examples.MEDIA_FILE)


class ProjectsView(WistiaView):
    answer = staticmethod(projects)
    told = Told("projects", "List the projects", [examples.LISTED_PROJECT], (*PAGES, *SORTING))


class ProjectFilesView(WistiaView):
    answer = staticmethod(project)
    told = Told("project_files", "Show a project with its videos", examples.PROJECT_FILES, (*PAGES, *SORTING))
