"""The bodies of the dialect's videos, key by key in the reference's order. Null stands for what is not known."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from analytics.api.sixtyseconds.shapes import Moment, Rate, Score, Seconds

Status = Literal["draft", "processing", "published", "failed"]
AspectRatio = Literal["9:16", "16:9", "1:1"]


class ListedVideo(TypedDict):
    """A video as lists have it; `url` is the file's address."""

    id: str
    title: str
    status: Status
    duration: Seconds | None
    created_at: Moment
    url: str | None
    thumbnail: str | None


class VideoPagination(TypedDict):
    """How many videos there are, which page this is, and those beside it."""

    total: int
    page: int
    limit: int
    next_page: int | None
    prev_page: int | None


class VideoList(TypedDict):
    """A page of the videos, in the order in which they were made."""

    data: list[ListedVideo]
    pagination: VideoPagination


class OrderedVideo(TypedDict):
    """A video that was ordered: a draft, as its file is made elsewhere, so that nobody knows until when."""

    id: str
    title: str
    status: Status
    created_at: Moment
    template_id: str
    aspect_ratio: AspectRatio
    estimated_completion: Moment | None


class VideoFigures(TypedDict):
    """What became of a video, over all time."""

    views: int
    completion_rate: Rate | None
    engagement_score: Score | None
    average_watch_time: Seconds | None


class ShownPersonalVideo(TypedDict):
    """A video; `customer_data` and `ai_messaging` are as they were sent, empty for what was not ordered so."""

    id: str
    title: str
    status: Status
    duration: Seconds | None
    created_at: Moment
    updated_at: Moment
    template_id: str | None
    project_id: str | None
    aspect_ratio: AspectRatio | None
    url: str | None
    thumbnail: str | None
    customer_data: dict[str, Any]
    ai_messaging: dict[str, Any]
    analytics: VideoFigures
