"""How /v1/visitors/{key} describes itself, and what it answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from drf_spectacular.utils import OpenApiParameter
from msgspec import Meta

from videos.api.envelopes import Problem
from videos.api.event_shown import REGISTRATION, ShownRegistration
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import Answers, answers
from videos.api.shown import Instant
from videos.api.tags import OWN

Seconds = Annotated[float, Meta(description="seconds")]


class VisitorOrganisation(TypedDict):
    """Where somebody works, as far as it is known."""

    name: str | None
    title: str | None


class VisitorIdentity(TypedDict):
    """Who somebody said to be, since when it is known, and by which session."""

    id: str | None
    email: str | None
    name: str | None
    org: VisitorOrganisation
    source: str | None
    identifying_session: str
    first_seen_at: Instant
    updated_at: Instant


class VisitorAction(TypedDict):
    """What somebody did at a moment of the video."""

    type: str
    name: str
    at: Seconds
    converted: bool


class VisitorQuality(TypedDict):
    """How playback went."""

    startup: Seconds | None
    rebuffers: int
    rebuffering: Seconds
    error: str | None


class VisitorSession(TypedDict):
    """A viewing session in the words of a snapshot and of the import, and when it began and came; null is unknown."""

    session: str
    started_at: Instant
    received_at: Instant
    video: str | None
    title: str | None
    domain: str | None
    source: str | None
    country: str | None
    seq: int
    visit: str
    page: str | None
    referrer: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    plays: int
    stretches: list[Annotated[list[Seconds], Meta(min_length=2, max_length=2)]]
    elapsed: Seconds
    duration: Seconds | None
    duration_used: Seconds
    live: bool
    actions: list[VisitorAction]
    quality: VisitorQuality
    screen: Annotated[list[int], Meta(min_length=2, max_length=2)]
    language: str | None
    region: str | None
    city: str | None
    network: str | None
    ip: str | None
    device: str | None
    os: str | None
    os_version: str | None
    browser: str | None
    browser_version: str | None
    lat: float | None
    lon: float | None
    bot: bool


class VisitorList(TypedDict):
    """A list of people that somebody is on; a member's draft has no name."""

    id: str
    name: str | None


class VisitorData(TypedDict):
    """All that is known of a visitor; `team` says that a member has marked them as one of the workspace's own people.

    Lists and registrations are those with the identity's e-mail address.
    """

    visitor: str
    team: bool
    identity: VisitorIdentity | None
    lists: list[VisitorList]
    registrations: list[ShownRegistration]
    sessions: list[VisitorSession]


EXAMPLE: VisitorData = {
    "visitor": "E4E7613B5C24CB0F",
    "team": False,
    "identity": {
        "id": "customer-17",
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "org": {"name": "Analytical Engines", "title": None},
        "source": "turnstile",
        "identifying_session": "019bfd4a-2c00-7f0e-8f4b-4d4a2b6a9c01",
        "first_seen_at": "2026-01-27T09:00:00.000Z",
        "updated_at": "2026-01-27T09:01:02.000Z",
    },
    "lists": [{"id": "peop_0a1b2c3d4e", "name": "Course of May"}],
    "registrations": [REGISTRATION],
    "sessions": [
        {
            "session": "019bfd4a-2c00-7f0e-8f4b-4d4a2b6a9c01",
            "started_at": "2026-01-27T09:00:00.000Z",
            "received_at": "2026-01-27T09:01:00.000Z",
            "video": "vid_0a1b2c3d4e",
            "title": "Limits",
            "domain": "example.com",
            "source": None,
            "country": "DE",
            "seq": 3,
            "visit": "f3b5a8c0-7d1e-4c55-9d26-0a4f5b8a7e11",
            "page": "https://example.com/course",
            "referrer": None,
            "utm_source": None,
            "utm_medium": None,
            "utm_campaign": None,
            "plays": 1,
            "stretches": [[0, 12.4], [30, 42]],
            "elapsed": 58.2,
            "duration": 300,
            "duration_used": 300,
            "live": False,
            "actions": [{"type": "turnstile", "name": "gate", "at": 12.4, "converted": True}],
            "quality": {"startup": 0.42, "rebuffers": 0, "rebuffering": 0, "error": None},
            "screen": [1920, 1080],
            "language": "de-DE",
            "region": "Berlin",
            "city": "Berlin",
            "network": None,
            "ip": None,
            "device": "desktop",
            "os": "Windows",
            "os_version": "11",
            "browser": "Chrome",
            "browser_version": "143",
            "lat": 52.52,
            "lon": 13.41,
            "bot": False,
        }
    ],
}
KEY = OpenApiParameter("visitor", str, "path", description="The visitor's key, slashes included.")
RETRY = OpenApiParameter("Retry-After", int, "header", description="In seconds.", response=[503])


def _unavailable(code: Literal["busy", "unavailable"], detail: str) -> Answers:
    example = problem(503, code, detail)
    return answers(Problem, status=503, example=example, errors=(), content_type=CONTENT_TYPE)


EXPORT: dict[str, Any] = {
    "operation_id": "visitor_export",
    "summary": "Export all that is known of a visitor",
    "description": (
        "Who they said they are, what was noted of them, and each of their viewing sessions, those of bots and of "
        "deleted videos included. It is sent while it is read: a connection that is closed without the end of the "
        "chunked answer means that it is not complete. Personal data, for tokens with the scope `read`."
    ),
    "tags": [OWN],
    "parameters": [KEY, RETRY],
    "responses": answers(VisitorData, example=EXAMPLE, errors=(401, 403, 404))
    | _unavailable("busy", "2 exports are being read already; try again when one has ended."),
}
ERASE: dict[str, Any] = {
    "operation_id": "visitor_erase",
    "summary": "Forget a visitor",
    "description": (
        "Erases the viewing sessions, the identity, and what was noted with its e-mail address, for good. What is not "
        "there is forgotten already: the answer is the same. Needs the scope `write`."
    ),
    "tags": [OWN],
    "parameters": [KEY, RETRY],
    "responses": answers(None, status=204, errors=(401, 403))
    | _unavailable("unavailable", "The engine does not answer just now."),
}
