"""Events, and their talks, which name the videos."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from videos.models import Event, Talk, Video, Workspace
from videos.saving import save_cleaned


class TalkDetails(TypedDict, total=False):
    """What can be said of a talk: `video` was shown live, `recording` afterwards; instants are UTC."""

    title: str
    video: Video | None
    recording: Video | None
    starts_at: datetime | None
    ends_at: datetime | None


def event_create(workspace: Workspace, *, name: str, public_id: str = "") -> Event:
    """Return a new event; raises Invalid, or NotFree for a public id in use."""
    event = Event(workspace=workspace, name=name.strip(), public_id=public_id)
    save_cleaned(event)
    return event


def event_rename(event: Event, name: str) -> None:
    """Rename the event; raises Invalid for a blank or too long name."""
    event.name = name.strip()
    save_cleaned(event, ["name"])


def event_delete(event: Event) -> None:
    """Delete the event and its talks; their videos stay."""
    event.delete()


def talk_create(event: Event, *, public_id: str = "", **details: Unpack[TalkDetails]) -> Talk:
    """Return a new talk; raises Invalid naming each field, also for another workspace's video."""
    talk = Talk(event=event, public_id=public_id)
    _set_details(talk, details)
    save_cleaned(talk)
    return talk


def talk_update(talk: Talk, **details: Unpack[TalkDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field."""
    _set_details(talk, details)
    save_cleaned(talk, list(details))


def talk_delete(talk: Talk) -> None:
    """Delete the talk; its videos stay."""
    talk.delete()


def _set_details(talk: Talk, details: TalkDetails) -> None:
    for name, value in details.items():
        setattr(talk, name, value.strip() if isinstance(value, str) else value)
