"""How the dialect's videos describe themselves, with the reference's examples."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from analytics.api.sixtyseconds.video_shapes import OrderedVideo, ShownPersonalVideo, VideoList
from videos.api.schema import answers
from videos.api.tags import SIXTYSECONDS

ORDER_EXAMPLE = OpenApiExample(
    "Example",
    {
        "title": "Welcome Message for Sarah",
        "template_id": "tmpl_welcome_message",
        "customer_data": {
            "first_name": "Sarah",
            "last_name": "Johnson",
            "company": "Acme Inc.",
            "product_tier": "Enterprise",
            "usage_stats": {"logins": 12, "features_used": ["dashboard", "reports", "analytics"]},
        },
        "ai_messaging": {
            "tone": "professional",
            "length": "medium",
            "focus_points": ["product_benefits", "next_steps"],
        },
        "aspect_ratio": "9:16",
    },
    request_only=True,
)
VIDEOS: VideoList = {
    "data": [
        {
            "id": "vid_12345abcde",
            "title": "Welcome Message for John",
            "status": "published",
            "duration": 58.5,
            "created_at": "2025-02-15T10:30:00Z",
            "url": "https://cdn.sixtyseconds.video/videos/vid_12345abcde.mp4",
            "thumbnail": "https://cdn.sixtyseconds.video/thumbnails/vid_12345abcde.jpg",
        },
        {
            "id": "vid_67890fghij",
            "title": "Product Demo for Enterprise",
            "status": "draft",
            "duration": None,
            "created_at": "2025-02-16T14:25:00Z",
            "url": None,
            "thumbnail": None,
        },
    ],
    "pagination": {"total": 42, "page": 1, "limit": 20, "next_page": 2, "prev_page": None},
}
ORDERED: OrderedVideo = {
    "id": "vid_67890fghij",
    "title": "Welcome Message for Sarah",
    "status": "draft",
    "created_at": "2025-03-03T14:25:30Z",
    "template_id": "tmpl_welcome_message",
    "aspect_ratio": "9:16",
    "estimated_completion": None,
}
VIDEO: ShownPersonalVideo = {
    "id": "vid_12345abcde",
    "title": "Welcome Message for John",
    "status": "published",
    "duration": 58.5,
    "created_at": "2025-02-15T10:30:00Z",
    "updated_at": "2025-02-15T10:35:12Z",
    "template_id": "tmpl_welcome_message",
    "project_id": "proj_onboarding_2025",
    "aspect_ratio": "9:16",
    "url": "https://cdn.sixtyseconds.video/videos/vid_12345abcde.mp4",
    "thumbnail": "https://cdn.sixtyseconds.video/thumbnails/vid_12345abcde.jpg",
    "customer_data": {
        "first_name": "John",
        "last_name": "Smith",
        "company": "XYZ Corp",
        "product_tier": "Professional",
        "usage_stats": {"logins": 5, "features_used": ["dashboard", "reports"]},
    },
    "ai_messaging": {"tone": "friendly", "length": "short", "focus_points": ["getting_started", "key_features"]},
    "analytics": {"views": 12, "completion_rate": 0.85, "engagement_score": 8.2, "average_watch_time": 45.3},
}

LIST: dict[str, Any] = {
    "operation_id": "sixtyseconds_videos",
    "summary": "List the videos",
    "description": (
        "All videos of the catalog, in the order in which they were made. `draft` is what was ordered and has no file "
        "yet, all others are `published`; nothing is ever `processing` or `failed`, as nothing is rendered here."
    ),
    "tags": [SIXTYSECONDS],
    "responses": answers(VideoList, example=VIDEOS, errors=(401, 403, 422)),
}
CREATE: dict[str, Any] = {
    "operation_id": "sixtyseconds_video_order",
    "summary": "Order a video for one customer",
    "description": (
        "Viewprint renders no videos: the order is kept as a `draft`, `estimated_completion` is null. Whoever makes "
        "the file reads the order, and then names the file by `PATCH /v1/catalog/videos/{id}` with its `url`, which "
        "publishes the video. Needs the scope `write`."
    ),
    "tags": [SIXTYSECONDS],
    "examples": [ORDER_EXAMPLE],
    "parameters": [OpenApiParameter("Location", location="header", description="Its path.", response=[201])],
    "responses": answers(OrderedVideo, example=ORDERED, status=201, errors=(400, 401, 403, 413, 415, 422)),
}
SHOW: dict[str, Any] = {
    "operation_id": "sixtyseconds_video_details",
    "summary": "Show a video with its figures",
    "description": "The order it was made from, and views, completion, score and watch time over all time.",
    "tags": [SIXTYSECONDS],
    "parameters": [OpenApiParameter("video_id", location="path", description="The video's id.")],
    "responses": answers(ShownPersonalVideo, example=VIDEO, errors=(401, 403, 404)),
}
