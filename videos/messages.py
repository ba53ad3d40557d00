"""The mails that the workspace sends to its people."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from videos.mails import named_message
from videos.models import Webhook


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
