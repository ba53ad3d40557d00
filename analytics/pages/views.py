"""The overview and a video's page: read the address, ask, render."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from analytics.context import Scope
from analytics.pages.overview import overview
from analytics.pages.shell import inquiry_of, member_page, page_rendered
from analytics.pages.video import video_page
from videos.access import current_workspace
from videos.errors import Unknown
from videos.selectors import video_by_id


@member_page
def overview_view(request: HttpRequest) -> HttpResponse:
    """Show the workspace's overview."""
    inquiry = inquiry_of(request)
    return page_rendered(request, inquiry, "Overview", "analytics/overview_main.html", overview(inquiry))


@member_page
def video_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one video; 404 for one that the workspace does not have."""
    try:
        video = video_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404(error.detail) from error
    inquiry = inquiry_of(request, Scope("video", public_id))
    return page_rendered(request, inquiry, video.title, "analytics/video_main.html", video_page(inquiry, video))
