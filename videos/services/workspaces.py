"""Workspaces and their members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from videos.errors import FieldError, Invalid
from videos.models import Event, Membership, Role, User, Workspace
from videos.random_text import random_text
from videos.saving import save_cleaned
from videos.tokens import token_create
from videos.validators import domain_normal


@dataclass(frozen=True)
class WorkspaceBundle:
    """A new workspace with all that is needed to use it; `password` is None where the user had one already."""

    workspace: Workspace
    owner: User
    token: str
    password: str | None

    def as_json(self) -> dict[str, Any]:
        """Return what the commands print."""
        shown = {
            "workspace": {"id": self.workspace.pk, "name": self.workspace.name, "timezone": self.workspace.timezone},
            "public_token": self.workspace.public_token,
            "token": self.token,
            "email": self.owner.email,
        }
        return shown | ({"password": self.password} if self.password else {})


def workspace_create(
    name: str, email: str, password: str | None = None, timezone: str = "UTC"
) -> tuple[Workspace, User, str | None]:
    """Return a new workspace, its owner, and the owner's password where the user is new (given, or generated).

    A user who has this e-mail address already becomes the owner and keeps the password. Raises Invalid.
    """
    with transaction.atomic():
        workspace = Workspace(name=name.strip(), timezone=timezone)
        save_cleaned(workspace)
        owner, password = user_invited(email, password)
        member_add(workspace, owner, Role.OWNER)
    return workspace, owner, password


def user_invited(email: str, password: str | None = None) -> tuple[User, str | None]:
    """Return the user with this address, whose password stays, or a new one with `password`, else a generated one.

    The password is returned for a new user only. Raises Invalid for a bad address or a password that is too weak.
    """
    email = email.strip().lower()
    if user := User.objects.filter(email=email).first():
        return user, None
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid([FieldError("email", message) for message in error.messages]) from error
    if password is not None:
        try:
            validate_password(password, User(email=email))
        except ValidationError as error:
            raise Invalid([FieldError("password", message) for message in error.messages]) from error
    password = password if password is not None else random_text(17)
    return User.objects.create_user(email, password), password


def member_add(workspace: Workspace, user: User, role: str) -> Membership:
    """Return the new membership; raises Invalid for an unknown role or a user who is a member already."""
    membership = Membership(workspace=workspace, user=user, role=role)
    save_cleaned(membership)
    return membership


def member_change(membership: Membership, role: str) -> None:
    """Give the member another role; raises Invalid for an unknown one, or where the last owner would be lost."""
    with transaction.atomic():
        _owners_stay(membership, role)
        membership.role = role
        save_cleaned(membership, ["role"])


def member_remove(membership: Membership) -> None:
    """Take the user out of the workspace and its events' admins; the user stays. Raises Invalid for the last owner."""
    with transaction.atomic():
        _owners_stay(membership, None)
        administered = Event.admins.through.objects.filter(user=membership.user_id)
        administered.filter(event__workspace=membership.workspace_id).delete()
        membership.delete()


def _owners_stay(membership: Membership, role: str | None) -> None:
    """Raise Invalid where the workspace would be without an owner. Two owners leaving at once take turns."""
    Workspace.objects.select_for_update().get(pk=membership.workspace_id)
    others = Membership.objects.filter(workspace=membership.workspace_id, role=Role.OWNER).exclude(pk=membership.pk)
    was_owner = Membership.objects.filter(pk=membership.pk, role=Role.OWNER).exists()
    if was_owner and role != Role.OWNER and not others.exists():
        raise Invalid.field("role", "A workspace needs an owner, and this is the last one.")


class WorkspaceDetails(TypedDict, total=False):
    """A workspace's settings. `timezone` is an IANA name; `address_kept` one of AddressKept.

    `retention` None keeps sessions for ever; `embed_domains` are those of its videos that name none of their own.
    """

    name: str
    timezone: str
    address_kept: str
    team_left_out: bool
    consent_required: bool
    retention: int | None
    retention_unit: str
    embed_domains: list[str]


def workspace_update(workspace: Workspace, **details: Unpack[WorkspaceDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field.

    Another time zone regroups the days of the past as well; what is kept of addresses, and what counts as consent,
    changes for what comes; what is kept for too long by `retention` goes with the next daily run.
    """
    values: dict[str, Any] = dict(details)
    if "name" in values:
        values["name"] = values["name"].strip()
    if "embed_domains" in values:
        values["embed_domains"] = list(dict.fromkeys(map(domain_normal, values["embed_domains"])))
    for name, value in values.items():
        setattr(workspace, name, value)
    save_cleaned(workspace, list(details))


def workspace_bundle(name: str, email: str, password: str | None = None, timezone: str = "UTC") -> WorkspaceBundle:
    """Return a new workspace with its owner and a read and write token; raises Invalid, and then nothing is made."""
    with transaction.atomic():
        workspace, owner, password = workspace_create(name, email, password, timezone)
        _, token = token_create(workspace, "First token")
    return WorkspaceBundle(workspace, owner, token, password)
