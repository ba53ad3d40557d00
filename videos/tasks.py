"""The catalog's background jobs: webhooks' messages, and mails. config.celery says when the regular ones run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from videos.background import fresh_connections, queue_later
from videos.messages import invitation_message, password_reset_message, webhook_disabled_message
from videos.models import Invitation, Membership, Role, User, Webhook
from videos.webhooks import deliveries

logger = logging.getLogger(__name__)

MOST_MAIL_ATTEMPTS, FIRST_MAIL_WAIT, LONGEST_MAIL_WAIT = 8, 30, 1800


@shared_task(name="videos.hook_delivery", time_limit=120)
@fresh_connections()
def hook_delivery_task(delivery_id: int) -> None:
    """Send the message unless it is finished, not due, or its webhook is not to be told just now."""
    delivery = deliveries.delivery_claim(delivery_id)
    if delivery is None:
        return
    outcome = deliveries.delivery_attempt(delivery)
    if outcome.wait is not None:
        queue_later(hook_delivery_task, delivery_id, outcome.wait)
    if outcome.has_disabled:
        owners = Membership.objects.filter(workspace=delivery.webhook.workspace_id, role=Role.OWNER)
        for email in owners.filter(user__is_active=True).values_list("user__email", flat=True):
            mail_task.delay("webhook_disabled", delivery.webhook_id, email)


@shared_task(name="videos.hooks_resume")
@fresh_connections()
def hooks_resume_task() -> None:
    """Queue again the messages that no queue seems to know of, or that have waited for long."""
    _hooks_resume()


@shared_task(name="videos.hooks_resume_at_start")
@fresh_connections()
def hooks_resume_at_start_task() -> None:
    """Queue again, at once, all messages that wait, when a process starts that is alone in sending them."""
    _hooks_resume(after_restart=settings.JOBS_IN_PROCESS)


@shared_task(name="videos.hook_deliveries_trim", time_limit=600)
@fresh_connections()
def hook_deliveries_trim_task() -> None:
    """Delete the record of messages that were finished long ago."""
    if deleted := deliveries.old_deliveries_delete():
        logger.info("webhooks: deleted the record of %d messages", deleted)


def _hooks_resume(*, after_restart: bool = False) -> None:
    for delivery_id in deliveries.forgotten_deliveries(after_restart=after_restart):
        hook_delivery_task.delay(delivery_id)


@shared_task(name="videos.mails_resume_at_start")
@fresh_connections()
def mails_resume_at_start_task() -> None:
    """Queue again the mails of open invitations that were never sent, when a process starts that is alone in that."""
    if not settings.JOBS_IN_PROCESS:
        return
    unsent = Invitation.objects.filter(mailed_at=None, accepted_at=None, withdrawn_at=None)
    for pk, email in unsent.filter(expires_at__gt=timezone.now()).values_list("pk", "email"):
        mail_task.delay("invitation", pk, email)


def _webhook_disabled(pk: int, email: str) -> EmailMultiAlternatives | None:
    webhook = Webhook.objects.select_related("workspace").filter(pk=pk).first()
    return webhook_disabled_message(webhook, email) if webhook else None


def _invitation(pk: int, email: str) -> EmailMultiAlternatives | None:
    invitation = Invitation.objects.select_related("workspace", "invited_by").filter(pk=pk).first()
    return invitation_message(invitation) if invitation and invitation.is_open(timezone.now()) else None


def _password_reset(pk: int, email: str) -> EmailMultiAlternatives | None:
    user = User.objects.filter(pk=pk, is_active=True).first()
    return password_reset_message(user) if user else None


# What each kind of mail is about, by its row; None where there is nothing to tell any more.
MAILS: dict[str, Callable[[int, str], EmailMultiAlternatives | None]] = {
    "webhook_disabled": _webhook_disabled,
    "invitation": _invitation,
    "password_reset": _password_reset,
}


@shared_task(name="videos.mail", bind=True, max_retries=MOST_MAIL_ATTEMPTS, soft_time_limit=4 * 60, time_limit=5 * 60)
@fresh_connections()
def mail_task(self: Task[Any, Any], kind: str, pk: int, email: str) -> None:
    """Send the mail of this kind about this row; where the mail server is away, again after a while."""
    message = MAILS[kind](pk, email)
    if message is None:
        return
    try:
        message.send()
    except OSError as error:
        wait = min(FIRST_MAIL_WAIT * 2**self.request.retries, LONGEST_MAIL_WAIT)
        raise self.retry(exc=error, countdown=wait) from error
    if kind == "invitation":
        Invitation.objects.filter(pk=pk).update(mailed_at=timezone.now())
    logger.info("mail: sent %s %d", kind, pk)
