"""Asking people into a workspace, and their answer."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from videos.errors import DomainError, Invalid
from videos.models import Invitation, Membership, User, Workspace
from videos.saving import save_cleaned
from videos.services.workspaces import member_add, user_invited
from videos.tasks import mail_task

LASTS = timedelta(days=7)
LONGEST_NAME = 150


class NotOpen(DomainError):
    """The invitation was accepted, was withdrawn, or has ended."""

    status = 410
    code = "not_open"

    def __init__(self, invitation: Invitation) -> None:
        if invitation.accepted_at is not None:
            detail = "This invitation has been accepted already."
        elif invitation.withdrawn_at is not None:
            detail = "This invitation was withdrawn."
        else:
            detail = "This invitation has expired: it was good for seven days."
        super().__init__(detail)


def invitation_create(workspace: Workspace, email: str, role: str, invited_by: User | None = None) -> Invitation:
    """Return a new invitation, which is mailed after the commit.

    Raises Invalid for a bad address or role, somebody who is a member, or who has an invitation that still waits.
    """
    email = email.strip().lower()
    if Membership.objects.filter(workspace=workspace, user__email=email).exists():
        raise Invalid.field("email", "This person is a member already.")
    now = timezone.now()
    with transaction.atomic():
        # One that has ended is in nobody's way.
        workspace.invitations.filter(email=email, expires_at__lte=now, accepted_at=None, withdrawn_at=None).update(
            withdrawn_at=now
        )
        invitation = Invitation(
            workspace=workspace, email=email, role=role, invited_by=invited_by, expires_at=now + LASTS
        )
        save_cleaned(invitation)
    _mail(invitation)
    return invitation


def invitation_resend(invitation: Invitation) -> None:
    """Mail the link again; it is good for another seven days, also if it had ended. Raises NotOpen."""
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise NotOpen(invitation)
    invitation.expires_at, invitation.mailed_at = timezone.now() + LASTS, None
    invitation.save(update_fields=["expires_at", "mailed_at"])
    _mail(invitation)


def invitation_withdraw(invitation: Invitation) -> None:
    """Let the link lead nowhere; one that was accepted stays so."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())


def invitation_accept(invitation: Invitation, user: User) -> Membership:
    """Make the user a member, with the invitation's role; who is one already keeps their own. Raises NotOpen."""
    with transaction.atomic():
        # Two answers at once take turns.
        fresh = Invitation.objects.select_for_update().select_related("workspace").get(pk=invitation.pk)
        now = timezone.now()
        if not fresh.is_open(now):
            raise NotOpen(fresh)
        Invitation.objects.filter(pk=fresh.pk).update(accepted_at=now)
        membership = Membership.objects.filter(workspace=fresh.workspace, user=user).first()
        return membership or member_add(fresh.workspace, user, fresh.role)


def invitation_accept_new(invitation: Invitation, name: str, password: str) -> Membership:
    """Make an account for the invited address, and it a member.

    Raises NotOpen, or Invalid for a password that is too weak, a name that is too long, or an account that there is
    already; then none is made.
    """
    if len(name) > LONGEST_NAME:
        raise Invalid.field("name", f"A name has at most {LONGEST_NAME} characters.")
    with transaction.atomic():
        user, made = user_invited(invitation.email, password)
        if made is None:
            raise Invalid.field("", "This address has got an account meanwhile; load the page again.")
        user.first_name = name.strip()
        user.save(update_fields=["first_name"])
        return invitation_accept(invitation, user)


def _mail(invitation: Invitation) -> None:
    transaction.on_commit(partial(mail_task.delay, "invitation", invitation.pk, invitation.email), robust=True)
