"""Events, which are viewing sessions: a list to page through, newest first, and one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from rest_framework.request import Request

from analytics.api.wistia import examples
from analytics.api.wistia.base import (
    WistiaView,
    context_of,
    day_of,
    days_of,
    media_of,
    moment,
    page_of,
    text_of,
)
from analytics.api.wistia.catalog import still_image
from analytics.api.wistia.described import DATES, PAGES, Told, text
from analytics.api.wistia.shapes import WistiaConversionData, WistiaEvent
from analytics.context import Context, Scope, all_time
from analytics.metrics import ACTION_TYPES
from analytics.models import Visitor
from analytics.periods import EARLIEST, LATEST, Period
from analytics.query import Row
from analytics.sessions import viewing_sessions
from analytics.viewers.known import persons_by_key
from videos.errors import Unknown
from videos.models import Video

FIELDS = (
    "id", "video_id", "started_at", "visitor", "page", "watched", "duration", "ip", "country", "region", "city", "lat",
    "lon", "network", "action_type", "action_converted",
)  # fmt: skip
Conversion = Literal["", "turnstile", "annotation", "cta"]


def events(request: Request) -> list[WistiaEvent]:
    """Return a page of events, newest first, by `media_id`, `visitor_key`, `start_date` and `end_date`."""
    context, page = context_of(request), page_of(request)
    media, visitor = text_of(request, "media_id"), text_of(request, "visitor_key")
    scope = Scope("video", media_of(context.workspace, media).public_id) if media else None
    sessions = viewing_sessions(context, _days(request, context), scope)
    if visitor:
        sessions = sessions.filter(visitor=visitor)
    # The page by narrow columns first, so that the wide ones are read for its rows alone.
    newest = sessions.order_by("-started_at", "-id").values_list("id", "video_id", "started_at")
    return _shown(context, list(newest[page.begin : page.end]))


def event(request: Request, event: str) -> WistiaEvent:
    """Return one event."""
    context = context_of(request)
    return _events(context, [session_of(context, event)])[0]


def session_of(context: Context, key: str) -> Row:
    """Return the columns of a person's viewing session. Raises Unknown."""
    return _session(context, key, FIELDS)


def session_with_stretches(context: Context, key: str) -> Row:
    """Return the same with what was played, ms. Raises Unknown."""
    return _session(context, key, (*FIELDS, "starts", "ends"))


def _session(context: Context, key: str, fields: tuple[str, ...]) -> Row:
    try:
        sessions = viewing_sessions(context, all_time(context)).filter(id=UUID(key))
    except ValueError as error:
        raise Unknown("event", key) from error
    found = list(sessions.values(*fields))
    if not found:
        raise Unknown("event", key)
    return found[0]


def _days(request: Request, context: Context) -> Period:
    first, last = day_of(request, "start_date"), day_of(request, "end_date")
    days = days_of(first or EARLIEST, last or LATEST, context)
    return replace(days, start=days.start if first else None, end=days.end if last else None)


def _shown(context: Context, page: list[tuple[UUID, int, Any]]) -> list[WistiaEvent]:
    if not page:
        return []
    keys, videos, moments = zip(*page, strict=True)
    sessions = viewing_sessions(context, all_time(context)).filter(
        video_id__in=set(videos), started_at__gte=min(moments), started_at__lte=max(moments), id__in=keys
    )
    rows = {row["id"]: row for row in sessions.values(*FIELDS)}
    return _events(context, [rows[key] for key in keys if key in rows])


def _events(context: Context, rows: list[Row]) -> list[WistiaEvent]:
    videos = Video.objects.filter(workspace=context.workspace).in_bulk({row["video_id"] for row in rows})
    persons = persons_by_key(context, (row["visitor"] for row in rows))
    return [_event(context, row, videos.get(row["video_id"]), persons.get(row["visitor"])) for row in rows]


def _event(context: Context, row: Row, video: Video | None, person: Visitor | None) -> WistiaEvent:
    conversion = _conversion(row)
    return {
        "received_at": moment(row["started_at"]),
        "event_key": str(row["id"]),
        "ip": row["ip"] or None,
        "country": row["country"] or None,
        "region": row["region"] or None,
        "city": row["city"] or None,
        "lat": row["lat"],
        "lon": row["lon"],
        "org": row["network"] or None,
        "email": (person.email or None) if person else None,
        "percent_viewed": percent_viewed(row),
        "embed_url": row["page"] or None,
        "conversion_type": conversion,
        "conversion_data": _conversion_data(conversion, person),
        "iframe_heatmap_url": heatmap_url(row["id"], context.workspace.public_token),
        "visitor_key": row["visitor"],
        "media_id": video.public_id if video else None,
        "media_name": video.title if video else None,
        "media_url": f"{settings.PUBLIC_URL}/videos/{video.public_id}/" if video else None,
        "thumbnail": still_image(video.thumbnail_url if video else ""),
    }


def percent_viewed(row: Row) -> float | None:
    """Return how much of the video a session watched, 0 to 1; None where its length was not known to it."""
    return min(1.0, row["watched"] / row["duration"]) if row["duration"] else None


def heatmap_url(session: UUID, public_token: str) -> str:
    """Return the address of a session's heatmap, to be the source of an iframe."""
    return f"{settings.PUBLIC_URL}/v1/stats/events/{session}/iframe.html?public_token={quote(public_token)}"


def _conversion(row: Row) -> Conversion:
    """Return which action the viewer took: the turnstile where it was one of them, else the first; '' for none."""
    pairs = zip(row["action_type"], row["action_converted"], strict=True)
    taken = [kind for kind, converted in pairs if converted and kind in ACTION_TYPES]
    return "turnstile" if "turnstile" in taken else next(iter(taken), "")


def _conversion_data(conversion: str, person: Visitor | None) -> WistiaConversionData:
    """Return what the viewer gave at a turnstile, now or earlier; nulls for others, even if the page named them."""
    if person is None or "turnstile" not in {conversion, person.source}:
        return {"email": None, "first_name": None, "last_name": None}
    first, _, last = person.name.partition(" ")
    return {"email": person.email or None, "first_name": first or None, "last_name": last.strip() or None}


NARROWING = (
    text("media_id", "The sessions of this video."),
    text("visitor_key", "The sessions of this visitor."),
)


class EventsView(WistiaView):
    answer = staticmethod(events)
    told = Told("events", "List the viewing sessions, newest first", [examples.EVENT], (*PAGES, *DATES, *NARROWING))


class EventView(WistiaView):
    answer = staticmethod(event)
    told = Told("event", "Show a viewing session", examples.EVENT)
