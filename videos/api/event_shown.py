"""Events, talks, streams and registrations as /v1/catalog shows them, with an example of each."""

from __future__ import annotations

from typing import TypedDict

from videos.api.shapes import id_shown, instant_shown
from videos.api.shown import MADE_AT, Instant
from videos.models import Event, Registration, Stream, Talk


class ShownEvent(TypedDict):
    """An event: its admins as e-mail addresses, its talks as ids in the order of their time."""

    id: str
    name: str
    admins: list[str]
    talks: list[str]
    created_at: Instant


class ShownTalk(TypedDict):
    """A talk; its event, stream and recording as ids. Without a recording of its own, the stream's is shown."""

    id: str
    event: str
    title: str
    kind: str
    provider: str
    stream: str | None
    recording: str | None
    starts_at: Instant | None
    ends_at: Instant | None


class ShownStream(TypedDict):
    """A live stream; its video and recording as ids. Title, project and folder are the video's."""

    id: str
    title: str
    video: str
    recording: str | None
    project: str | None
    folder: str | None
    created_at: Instant


class ShownRegistration(TypedDict):
    """Somebody who registered for a talk; talk and event as ids."""

    id: str
    talk: str
    event: str
    email: str
    name: str | None
    registered_at: Instant


class ShownRegistrations(TypedDict):
    """What became of a list of registrations: all of them in the order sent, and how many of them are new."""

    data: list[ShownRegistration]
    created: int


def event_shown(event: Event) -> ShownEvent:
    """Return an event as the API shows it; asks for its admins and talks unless they were prefetched."""
    return {
        "id": event.public_id,
        "name": event.name,
        "admins": sorted(user.email for user in event.admins.all()),
        "talks": [talk.public_id for talk in event.talks.all()],
        "created_at": instant_shown(event.created_at),
    }


def talk_shown(talk: Talk) -> ShownTalk:
    """Return a talk as the API shows it."""
    return {
        "id": talk.public_id,
        "event": talk.event.public_id,
        "title": talk.title,
        "kind": talk.kind,
        "provider": talk.provider,
        "stream": id_shown(talk.stream),
        "recording": id_shown(talk.recording),
        "starts_at": instant_shown(talk.starts_at) if talk.starts_at else None,
        "ends_at": instant_shown(talk.ends_at) if talk.ends_at else None,
    }


def stream_shown(stream: Stream) -> ShownStream:
    """Return a stream as the API shows it, under its video's title and in its video's place."""
    return {
        "id": stream.public_id,
        "title": stream.video.title,
        "video": stream.video.public_id,
        "recording": id_shown(stream.recording),
        "project": id_shown(stream.video.project),
        "folder": id_shown(stream.video.folder),
        "created_at": instant_shown(stream.created_at),
    }


def registration_shown(registration: Registration) -> ShownRegistration:
    """Return a registration as the API shows it."""
    return {
        "id": registration.public_id,
        "talk": registration.talk.public_id,
        "event": registration.talk.event.public_id,
        "email": registration.email,
        "name": registration.name or None,
        "registered_at": instant_shown(registration.registered_at),
    }


EVENT: ShownEvent = {
    "id": "evt_0a1b2c3d4e",
    "name": "Spring conference",
    "admins": ["host@example.com"],
    "talks": ["ses_0a1b2c3d4e"],
    "created_at": MADE_AT,
}
TALK: ShownTalk = {
    "id": "ses_0a1b2c3d4e",
    "event": "evt_0a1b2c3d4e",
    "title": "Keynote",
    "kind": "main_stage",
    "provider": "viewprint",
    "stream": "strm_0a1b2c3d4e",
    "recording": None,
    "starts_at": "2026-07-01T07:00:00.000Z",
    "ends_at": "2026-07-01T08:00:00.000Z",
}
STREAM: ShownStream = {
    "id": "strm_0a1b2c3d4e",
    "title": "Keynote, live",
    "video": "vid_0a1b2c3d4e",
    "recording": "vid_f5g6h7i8j9",
    "project": "proj_0a1b2c3d4e",
    "folder": None,
    "created_at": MADE_AT,
}
REGISTRATION: ShownRegistration = {
    "id": "reg_0a1b2c3d4e",
    "talk": "ses_0a1b2c3d4e",
    "event": "evt_0a1b2c3d4e",
    "email": "ada@example.com",
    "name": "Ada Lovelace",
    "registered_at": "2026-06-12T09:30:00.000Z",
}
