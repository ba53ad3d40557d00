"""The sessions in which somebody is watching now, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse

from analytics.countries import country_name
from analytics.formats import clock_shown, duration_shown
from analytics.models import Visitor
from analytics.pages.breakdowns import device_name
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import title_of
from analytics.pages.viewers.faces import Face, face_of
from analytics.presence import SessionNow
from analytics.tables import SECONDS, Column, File, Table
from analytics.viewers.known import persons_by_key
from videos.models import Video

MOST_SESSIONS = 50


@dataclass(frozen=True)
class SessionLine:
    """A session: who, from where, with what; which video, on which page; how long already, and how far.

    `part` is how far in per cent of the video, None where that says nothing: of a live stream, of an unknown length.
    """

    key: str
    face: Face
    detail: str
    title: str
    url: str
    is_live: bool
    page: str
    since: str
    position: str
    part: float | None


def session_lines(
    inquiry: Inquiry, sessions: Sequence[SessionNow], videos: dict[int, Video]
) -> tuple[SessionLine, ...]:
    """Return the lines of the sessions, of which these are the videos by primary key: one query."""
    people = persons_by_key(inquiry.context, [each.visitor for each in sessions]) if sessions else {}
    return tuple(_line(inquiry, each, videos.get(each.video_id), people.get(each.visitor)) for each in sessions)


def sessions_file(sessions: Sequence[SessionNow], videos: dict[int, Video]) -> File:
    """Return the sessions for a file; names of people stay in the page."""
    columns = (
        Column("Session"), Column("Viewer"), Column("Video"), Column("Video id"), Column("Shown"), Column("Page"),
        Column("Country"), Column("City"), Column("Device"), Column("System"), Column("Browser"),
        Column("Began", unit="UTC"), Column("Position", unit=SECONDS),
    )  # fmt: skip
    records = tuple(
        (
            str(each.id), each.visitor, title_of(video), video.public_id if video else "",
            "live" if each.live else "recording", each.page, each.country, each.city, each.device, each.os,
            each.browser, f"{each.started_at:%Y-%m-%d %H:%M:%S}", each.position / 1000,
        )
        for each, video in ((each, videos.get(each.video_id)) for each in sessions)
    )  # fmt: skip
    return File("sessions", Table(columns, records))


def _detail(session: SessionNow) -> str:
    """Return what is known of where somebody is, and of what they watch with."""
    place = ", ".join(part for part in (session.city, country_name(session.country) if session.country else "") if part)
    program = " on ".join(part for part in (session.browser, session.os) if part)
    return " · ".join(part for part in (place, device_name(session.device or None), program) if part)


def video_url(video: Video | None) -> str:
    """Return the address of a video's page, '' for one that was deleted."""
    return reverse("pages:video", args=[video.public_id]) if video else ""


def page_shown(page: str | None) -> str:
    """Return a page's address as people read it: `example.com/lessons`."""
    if not page:
        return "Unknown page"
    parts = urlsplit(page)
    return f"{parts.netloc}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}" or page


def _line(inquiry: Inquiry, session: SessionNow, video: Video | None, person: Visitor | None) -> SessionLine:
    seconds = (inquiry.state.now - session.started_at).total_seconds()
    length = session.duration if not session.live else None
    position = clock_shown(session.position / 1000)
    return SessionLine(
        key=str(session.id),
        face=face_of(session.visitor, person),
        detail=_detail(session),
        title=title_of(video),
        url=video_url(video),
        is_live=session.live,
        page=page_shown(session.page or None),
        since=duration_shown(max(0.0, seconds)),
        position=f"{position} of {clock_shown(length / 1000)}" if length else position,
        part=round(min(100.0, 100 * session.position / length), 1) if length else None,
    )
