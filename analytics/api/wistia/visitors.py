"""Visitors: a list to page through, and one of them."""

from __future__ import annotations

from rest_framework.request import Request

from analytics.api.wistia import examples
from analytics.api.wistia.base import WistiaView, context_of, moment, page_of, text_of
from analytics.api.wistia.described import PAGES, Told, text
from analytics.api.wistia.people import (
    FILTERS,
    Activity,
    visitor_activity,
    visitors_known,
    visitors_page,
)
from analytics.api.wistia.shapes import WistiaActivity, WistiaIdentity, WistiaListedVisitor, WistiaPerson, WistiaVisitor
from analytics.models import Visitor
from analytics.viewers.known import persons_by_key
from videos.errors import Unknown

PLATFORMS = {
    "macos": "mac", "mac os x": "mac", "ios": "ios", "ipados": "ios", "android": "android", "windows": "windows",
    "linux": "linux", "ubuntu": "linux", "debian": "linux", "fedora": "linux", "chrome os": "chromeos",
}  # fmt: skip


def visitors(request: Request) -> list[WistiaListedVisitor]:
    """Return a page of visitors, those who played last first; `filter` and `search` narrow it to known persons."""
    context, page = context_of(request), page_of(request)
    keys = visitors_known(context, text_of(request, "filter"), text_of(request, "search"))
    activities = visitors_page(context, page, keys)
    persons = persons_by_key(context, (activity.key for activity in activities))
    return [_listed(activity, persons.get(activity.key)) for activity in activities]


def visitor(request: Request, visitor: str) -> WistiaVisitor:
    """Return one visitor. Raises Unknown for a key with which nobody loaded a video of this workspace."""
    context = context_of(request)
    activity = None if "\0" in visitor else visitor_activity(context, visitor)
    if activity is None:
        raise Unknown("visitor", visitor)
    return {**_done(activity), **_person(activity, persons_by_key(context, [visitor]).get(visitor))}


def _listed(activity: Activity, person: Visitor | None) -> WistiaListedVisitor:
    """Return a visitor as the list has it: with the event that told who they are."""
    return {
        **_done(activity),
        "identifying_event_key": str(person.identifying_session) if person else None,
        **_person(activity, person),
    }


def _done(activity: Activity) -> WistiaActivity:
    return {
        "visitor_key": activity.key,
        "created_at": moment(activity.created_at),
        "last_active_at": moment(activity.last_active_at),
        "last_event_key": str(activity.last_event) if activity.last_event else None,
        "load_count": activity.loads,
        "play_count": activity.plays,
    }


def _person(activity: Activity, person: Visitor | None) -> WistiaPerson:
    return {
        "visitor_identity": _identity(person),
        "user_agent_details": {
            "browser": activity.browser or None,
            "browser_version": activity.browser_version or None,
            "platform": platform_of(activity.os),
            "mobile": activity.device == "smartphone",
        },
    }


def platform_of(os: str) -> str | None:
    """Return Wistia's word for an operating system, its own name in lower case where there is none; None if unknown."""
    return PLATFORMS.get(os.lower(), os.lower()) or None


def _identity(person: Visitor | None) -> WistiaIdentity:
    def said(field: str) -> str | None:
        return getattr(person, field) or None if person else None

    return {
        "name": said("name"),
        "email": said("email"),
        "org": {"name": said("org_name"), "title": said("org_title")},
    }


NARROWING = (
    text("filter", "Known persons only.", tuple(FILTERS)),
    text("search", "A part of the name as it is written, or of the e-mail address."),
)


class VisitorsView(WistiaView):
    answer = staticmethod(visitors)
    told = Told("visitors", "List the visitors, those who played last first", examples.VISITORS, (*PAGES, *NARROWING))


class VisitorView(WistiaView):
    answer = staticmethod(visitor)
    told = Told("visitor", "Show a visitor", examples.VISITOR)
