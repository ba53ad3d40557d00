"""Events, their talks, and who registered for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, Unpack

from videos.errors import Invalid
from videos.models import Event, Registration, Stream, Talk, User, Video, Workspace
from videos.saving import save_cleaned


class TalkDetails(TypedDict, total=False):
    """What can be said of a talk: `stream` shows it live, `recording` afterwards; instants are aware."""

    title: str
    kind: str
    provider: str
    stream: Stream | None
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


def event_admins_set(event: Event, admins: Iterable[User]) -> None:
    """Make exactly these members the event's admins; raises Invalid for somebody who is no member of the workspace."""
    wanted = list(admins)
    members = set(event.workspace.memberships.filter(user__in=wanted).values_list("user_id", flat=True))
    if strangers := [user.email for user in wanted if user.pk not in members]:
        raise Invalid.field("admins", f"{', '.join(strangers)} is no member of this workspace.")
    event.admins.set(wanted)


def event_delete(event: Event) -> None:
    """Delete the event, its talks and their registrations; the videos stay."""
    event.delete()


def talk_create(event: Event, *, public_id: str = "", **details: Unpack[TalkDetails]) -> Talk:
    """Return a new talk; raises Invalid naming each field, also for another workspace's stream or video."""
    talk = Talk(event=event, public_id=public_id)
    _set_details(talk, details)
    save_cleaned(talk)
    return talk


def talk_update(talk: Talk, **details: Unpack[TalkDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field."""
    _set_details(talk, details)
    save_cleaned(talk, list(details))


def talk_delete(talk: Talk) -> None:
    """Delete the talk and its registrations; its videos stay."""
    talk.delete()


class RegistrationDetails(TypedDict, total=False):
    """Who registered, and when."""

    email: str
    name: str
    registered_at: datetime


def registration_create(talk: Talk, *, public_id: str = "", **details: Unpack[RegistrationDetails]) -> Registration:
    """Return a new registration; raises Invalid naming each field, also for an address that is registered already."""
    registration = Registration(talk=talk, public_id=public_id)
    _set_details(registration, details)
    save_cleaned(registration)
    return registration


def registration_update(registration: Registration, **details: Unpack[RegistrationDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field."""
    _set_details(registration, details)
    # The talk is saved too, so that the rule of one registration per address is looked at.
    save_cleaned(registration, [*details, "talk"])


def registration_delete(registration: Registration) -> None:
    """Take the registration back."""
    registration.delete()


def _set_details(row: Talk | Registration, details: TalkDetails | RegistrationDetails) -> None:
    for name, value in details.items():
        text = value.strip() if isinstance(value, str) else value
        setattr(row, name, text.lower() if name == "email" and isinstance(text, str) else text)
