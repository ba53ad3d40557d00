"""Sending the one mail about a report to each address that it goes to."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from exports.messages import report_message
from exports.models import Delivery, Report
from exports.services.faults import TOLERANCE, TRANSIENT
from videos.models import Membership, Role

logger = logging.getLogger(__name__)

# Longer than a mail server may take to answer (EMAIL_TIMEOUT, for each of its answers).
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


def deliveries_due(report: Report, moment: datetime) -> None:
    """Let the report's mails be sent from `moment` on: there is something to tell, to whom has not unsubscribed."""
    wanted = report.deliveries.filter(sent_at__isnull=True).exclude(recipient__unsubscribed_at__isnull=False)
    wanted.update(due_at=moment)


def menders_add(report: Report) -> None:
    """Let a schedule's failed report be told to whoever can mend the schedule, too, if that is no recipient anyway.

    That is who made it, or the workspace's owners where they are gone or may not change it any more.
    """
    if report.schedule is None:
        return
    members = Membership.objects.filter(workspace=report.workspace, user__is_active=True)
    maker = members.filter(user=report.schedule.created_by, role__in=(Role.EDITOR, Role.OWNER))
    menders = maker if maker.exists() else members.filter(role=Role.OWNER)
    recipients = {email.casefold() for email in report.schedule.recipients.values_list("email", flat=True)}
    for email in menders.values_list("user__email", flat=True):
        if email.casefold() not in recipients:
            Delivery.objects.get_or_create(report=report, email=email)


def deliveries_drop(report: Report) -> None:
    """Let no mail of the report be sent any more."""
    report.deliveries.filter(sent_at__isnull=True).update(due_at=None)


def delivery_claim(delivery_id: int) -> Delivery | None:
    """Return the delivery that this worker is to send, None where it is sent, not due, or in other hands."""
    now = timezone.now()
    due = Delivery.objects.filter(pk=delivery_id, sent_at__isnull=True, due_at__lte=now + TOLERANCE)
    if not due.update(due_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("report__workspace", "report__schedule__workspace", "recipient").get(
        pk=delivery_id
    )


def delivery_send(delivery: Delivery) -> None:
    """Send the mail and note that it is sent. Raises OSError (smtplib's errors among them) where it cannot be."""
    report_message(delivery).send()
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=timezone.now(), due_at=None, error="")
    logger.info("report=%s mailed", delivery.report.public_id)


def delivery_failed(delivery: Delivery, error: Exception) -> timedelta | None:
    """Note that the mail could not be sent; return how long to wait for the next attempt, None where it is given up."""
    final = not isinstance(error, TRANSIENT) or delivery.attempts >= MOST_ATTEMPTS
    level = logging.ERROR if final else logging.WARNING
    report = delivery.report.public_id
    logger.log(level, "mail report=%s attempt=%d failed", report, delivery.attempts, exc_info=error)
    wait = None if final else min(FIRST_WAIT * 4 ** (delivery.attempts - 1), LONGEST_WAIT)
    Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, sent_at__isnull=True).update(
        due_at=wait and timezone.now() + wait, error=f"{type(error).__name__}: {error}"[:1000]
    )
    return wait
