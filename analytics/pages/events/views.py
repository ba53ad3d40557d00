"""What is looked at of events. As the event sessions API, these pages are about all time, whatever their address."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from analytics.context import Scope, all_time
from analytics.pages.events.event import event_page
from analytics.pages.events.listed import events_page
from analytics.pages.events.talk import talk_page
from analytics.pages.inquiry import Inquiry
from analytics.pages.shell import inquiry_of, member_page, page_rendered
from analytics.pages.state import DEFAULT_COMPARISON, DEFAULT_METRIC
from videos.access import current_workspace, may_edit
from videos.selectors import event_by_id

ALWAYS = "all_time"


@member_page
def events_view(request: HttpRequest) -> HttpResponse:
    """Show the workspace's events."""
    inquiry = _always(request)
    page = events_page(inquiry, may_edit=may_edit(request))
    return page_rendered(request, inquiry, "Events", "analytics/events/list_main.html", page)


@member_page
def event_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show an event with its talks; 404 for one that the workspace does not have."""
    event = event_by_id(current_workspace(request), public_id)
    inquiry = _always(request, Scope("event", public_id))
    page = event_page(inquiry, event)
    return page_rendered(request, inquiry, event.name, "analytics/events/event_main.html", page)


@member_page
def talk_view(request: HttpRequest, public_id: str, talk_id: str) -> HttpResponse:
    """Show a talk of an event; 404 for one of another."""
    event = event_by_id(current_workspace(request), public_id)
    inquiry = _always(request, Scope("event", public_id))
    page = talk_page(inquiry, event, talk_id)
    return page_rendered(request, inquiry, page.title, "analytics/events/talk_main.html", page)


def _always(request: HttpRequest, scope: Scope | None = None) -> Inquiry:
    inquiry = inquiry_of(request, scope, ALWAYS)
    state = replace(
        inquiry.state,
        period=all_time(inquiry.context),
        chosen=ALWAYS,
        comparison=DEFAULT_COMPARISON,
        metric=DEFAULT_METRIC,
        grain="",
        filters=(),
        notices=(),
    )
    return replace(inquiry, state=state)
