"""A video's page: read the address, ask, render. htmx may want the open tab alone, or other videos to compare with."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.context import Scope
from analytics.pages.later import is_swap
from analytics.pages.shell import inquiry_of, member_page, page_rendered
from analytics.pages.video.comparison import offers_of
from analytics.pages.video.page import video_page
from analytics.pages.video.subject import VIEWERS, Subject, subject_of
from analytics.pages.video.tabs import TabPart, tab_of
from videos.access import current_workspace
from videos.selectors import video_by_id


@member_page
def video_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one video."""
    video = video_by_id(current_workspace(request), public_id)
    subject = subject_of(inquiry_of(request, Scope("video", public_id)), video, request.GET)
    part = request.htmx.target if is_swap(request) else ""  # type: ignore[attr-defined]
    if part == "video-offers":
        return render(request, "analytics/video/offers.html", {"choice": offers_of(subject)})
    if part == "video-tab":
        return _rendered(request, subject, "analytics/video/tab.html", _tab_part(subject))
    return _rendered(request, subject, "analytics/video_main.html", video_page(subject))


def _rendered(request: HttpRequest, subject: Subject, main: str, page: Any) -> HttpResponse:
    address = subject.page_url(subject.number) if subject.tab == VIEWERS else ""
    title, frame = subject.video.title, "analytics/video/page.html"
    return page_rendered(request, subject.inquiry, title, main, page, address, frame)


def _tab_part(subject: Subject) -> TabPart:
    return TabPart(tab_of(subject), subject.inquiry.state.notices)
