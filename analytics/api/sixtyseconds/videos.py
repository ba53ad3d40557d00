"""`GET|POST /v1/videos` and `GET /v1/videos/{id}`: the catalog's videos, and orders for personal ones.

Nothing is rendered here: an ordered video is a draft until the catalog is told where its file is.
"""

from __future__ import annotations

from typing import Any, cast, get_args

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from analytics.api.sixtyseconds.video_shapes import (
    AspectRatio,
    ListedVideo,
    OrderedVideo,
    ShownPersonalVideo,
    Status,
    VideoList,
)
from analytics.api.sixtyseconds.videos_described import CREATE, LIST, SHOW
from analytics.context import Context, Scope
from analytics.periods import Period
from analytics.query import Question, ask
from videos.api.parsers import ShallowJSONParser
from videos.api.shapes import LONGEST_TITLE, Reference, Text, id_shown, second_shown
from videos.errors import Invalid
from videos.links import whole_address
from videos.models import ApiToken, Personalisation, Project, Template, Video, Workspace
from videos.selectors import drafts, is_draft, project_by_id, template_by_id, video_by_id
from videos.services import personal_video_create

DEFAULT_LIMIT, MOST_LIMIT, LAST_PAGE = 20, 100, 1_000_000
FIGURES = ("views", "completion_rate", "engagement_score", "average_watch_time")


def _choice(known: Any, **options: Any) -> serializers.ChoiceField:
    words = get_args(known)
    return serializers.ChoiceField(
        words, error_messages={"invalid_choice": f"Give one of {', '.join(words)}."}, **options
    )


class ListParameters(serializers.Serializer):
    page = serializers.IntegerField(default=1, min_value=1, max_value=LAST_PAGE)
    limit = serializers.IntegerField(default=DEFAULT_LIMIT, min_value=1, max_value=MOST_LIMIT, help_text="Rows a page.")
    status = _choice(Status, default="", allow_blank=True)


class JSONObject(serializers.DictField):
    """Whatever a JSON object may hold."""

    default_error_messages = {"not_a_dict": "Give a JSON object."}


class VideoOrder(serializers.Serializer):
    """A video for one customer. Unknown keys are ignored, as in the dialect's other calls."""

    title = Text(max_length=LONGEST_TITLE)
    template_id = Reference(template_by_id, Template, source="template")
    customer_data = JSONObject()
    ai_messaging = JSONObject(default=dict)
    aspect_ratio = _choice(AspectRatio, default="9:16")
    project_id = Reference(project_by_id, Project, source="project", required=False)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        # What is null or empty counts as left out, as it does in the dialect's exports.
        return super().to_internal_value({name: value for name, value in data.items() if value not in (None, "")})


@method_decorator(conditional_page, name="dispatch")
class VideosView(APIView):
    """GET lists, POST orders."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(parameters=[ListParameters], **LIST)
    def get(self, request: Request) -> Response:
        parameters = ListParameters(data=request.query_params)
        parameters.is_valid(raise_exception=True)
        given = parameters.validated_data
        return Response(video_list(_workspace(request), given["page"], given["limit"], given["status"]))

    @extend_schema(request=VideoOrder, **CREATE)
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid.field("", "The body is a JSON object.")
        workspace = _workspace(request)
        order = VideoOrder(data=request.data, context={"workspace": workspace})
        order.is_valid(raise_exception=True)
        video = personal_video_create(workspace, **order.validated_data)
        location = reverse("sixtyseconds_video_details", args=[video.public_id])
        return Response(video_ordered(video), status=201, headers={"Location": location})


@method_decorator(conditional_page, name="dispatch")
class VideoDetailsView(APIView):
    """GET shows one video with its figures."""

    @extend_schema(**SHOW)
    def get(self, request: Request, video_id: str) -> Response:
        return Response(video_details(Context(_workspace(request)), video_id))


def video_list(workspace: Workspace, page: int, limit: int, status: str) -> VideoList:
    """Return a page of the videos, of those with a status where one is given."""
    videos = _with_status(workspace, status).select_related("personalisation").order_by("pk")
    total = videos.count()
    begin, pages = (page - 1) * limit, -(-total // limit)
    return {
        "data": [_listed(video) for video in videos[begin : begin + limit]],
        "pagination": {
            "total": total,
            "page": page,
            "limit": limit,
            "next_page": page + 1 if page < pages else None,
            "prev_page": min(page - 1, pages) or None,
        },
    }


def video_ordered(video: Video) -> OrderedVideo:
    """Return a new video as the answer to its order."""
    assert video.template is not None
    return {
        "id": video.public_id,
        "title": video.title,
        "status": _status(video),
        "created_at": second_shown(video.created_at),
        "template_id": video.template.public_id,
        "aspect_ratio": cast(AspectRatio, video.personalisation.aspect_ratio),
        "estimated_completion": None,
    }


def video_details(context: Context, public_id: str) -> ShownPersonalVideo:
    """Return one video with its figures over all time. Raises Unknown."""
    video = video_by_id(context.workspace, public_id)
    order = _order(video)
    period, scope = Period(context.zone, None, None, "all_time"), Scope("video", video.public_id)
    figures = ask(Question(context, period, FIGURES, scope=scope)).rows[0]
    listed = _listed(video)
    return {
        "id": listed["id"],
        "title": listed["title"],
        "status": listed["status"],
        "duration": listed["duration"],
        "created_at": listed["created_at"],
        "updated_at": second_shown(video.updated_at),
        "template_id": id_shown(video.template),
        "project_id": id_shown(video.project),
        "aspect_ratio": cast(AspectRatio, order.aspect_ratio) if order else None,
        "url": listed["url"],
        "thumbnail": listed["thumbnail"],
        "customer_data": order.customer_data if order else {},
        "ai_messaging": order.ai_messaging if order else {},
        "analytics": {
            "views": figures["views"],
            "completion_rate": figures["completion_rate"],
            "engagement_score": figures["engagement_score"],
            "average_watch_time": figures["average_watch_time"],
        },
    }


def _with_status(workspace: Workspace, status: str) -> QuerySet[Video]:
    videos = Video.objects.filter(workspace=workspace)
    if status == "draft":
        return drafts(workspace)
    if status == "published":
        return videos.exclude(pk__in=drafts(workspace).values("pk"))
    # Nothing is ever being made, so nothing fails.
    return videos.none() if status else videos


def _listed(video: Video) -> ListedVideo:
    return {
        "id": video.public_id,
        "title": video.title,
        "status": _status(video),
        "duration": float(video.duration) if video.duration else None,
        "created_at": second_shown(video.created_at),
        "url": whole_address(video.url),
        "thumbnail": whole_address(video.thumbnail_url),
    }


def _status(video: Video) -> Status:
    return "draft" if is_draft(video) else "published"


def _order(video: Video) -> Personalisation | None:
    return getattr(video, "personalisation", None)


def _workspace(request: Request) -> Workspace:
    return cast(ApiToken, request.auth).workspace
