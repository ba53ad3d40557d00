"""Who may ask about an event: its hosts, and the programs of its workspace."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from videos.errors import DomainError, Unknown
from videos.logins import Login
from videos.models import ApiToken, Event, Role, User
from videos.selectors import event_by_id, is_askable

# The reference's super admins and organiser admins.
HOSTS = {Role.OWNER, Role.EDITOR}


class NotEventHost(DomainError):
    """A member of the event's workspace who has no say in the event."""

    status = 403
    code = 4030201

    def __init__(self) -> None:
        super().__init__("Not Event Host")


class EventNotFound(DomainError):
    """There is no such event, or none that this caller could know of."""

    status = 404
    code = 4040200

    def __init__(self) -> None:
        super().__init__("Event Not Found")


def event_asked_for(caller: ApiToken | Login, public_id: str) -> Event:
    """Return the event with its workspace: one query. Raises EventNotFound and NotEventHost.

    A workspace's API token may ask about all its events, a person about those they host: as an owner or editor of the
    workspace, or as a member who is an admin of the event.
    """
    if isinstance(caller, Login):
        return _event_of_host(caller.user, public_id)
    try:
        event = event_by_id(caller.workspace, public_id)
    except Unknown as error:
        raise EventNotFound from error
    event.workspace = caller.workspace
    return event


def _event_of_host(user: User, public_id: str) -> Event:
    admins = Event.admins.through.objects.filter(event=OuterRef("pk"), user=user)
    events = (
        Event.objects.filter(workspace__memberships__user=user)
        .annotate(role=F("workspace__memberships__role"), is_administered=Exists(admins))
        .select_related("workspace")
    )
    event = events.filter(public_id=public_id).first() if is_askable(public_id) else None
    if event is None:
        raise EventNotFound
    if event.role not in HOSTS and not event.is_administered:
        raise NotEventHost
    return event
