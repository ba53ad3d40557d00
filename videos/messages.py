"""The mails that the workspace sends to its people."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from videos.mail_links import invitation_url, password_reset_url
from videos.mails import named_message
from videos.models import Invitation, Role, User, Webhook

PRODUCT = "Viewprint"
# What each role may do, as sentences go on after "you may".
MAY = {
    Role.VIEWER: "see every number and order reports",
    Role.EDITOR: "see every number, and change the catalog and the schedules",
    Role.OWNER: "see and change everything, members and settings too",
}


def invitation_message(invitation: Invitation) -> EmailMultiAlternatives:
    """Return the mail that asks somebody into a workspace: by whom, to do what, and until when."""
    zone = invitation.workspace.zone
    inviter = invitation.invited_by
    context = {
        "inviter": (inviter.get_full_name() or inviter.email) if inviter else "",
        "role": invitation.get_role_display().lower(),
        "may": MAY[Role(invitation.role)],
        "url": invitation_url(invitation),
        "expires_at": f"{invitation.expires_at.astimezone(zone):%-d %B %Y, %H:%M} ({zone.key})",
    }
    return named_message(
        invitation.workspace.name, invitation.email, "you are invited", "videos/mail/invitation", context
    )


def password_reset_message(user: User) -> EmailMultiAlternatives:
    """Return the mail with the link at which its reader chooses a new password."""
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    context = {"url": password_reset_url(user), "minutes": minutes, "email": user.email}
    return named_message(PRODUCT, user.email, "choose a new password", "videos/mail/password_reset", context)


def webhook_disabled_message(webhook: Webhook, email: str) -> EmailMultiAlternatives:
    """Return the mail that tells an owner that nothing more is sent to a webhook, since when it failed, and why."""
    since = webhook.failing_since or webhook.disabled_at or webhook.created_at
    last = webhook.deliveries.exclude(attempted_at=None).exclude(error="").order_by("-attempted_at").first()
    context = {
        "webhook": str(webhook),
        "since": f"{since.astimezone(webhook.workspace.zone):%-d %B %Y, %H:%M}",
        "error": last.error if last else "none",
        "url": settings.PUBLIC_URL + reverse("videos:webhook", args=[webhook.public_id]),
    }
    return named_message(
        webhook.workspace.name, email, "a webhook was disabled", "videos/mail/webhook_disabled", context
    )
