"""Sending the one mail of a report."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from exports.messages import report_message
from exports.models import Report
from exports.services.builds import TOLERANCE, TRANSIENT

logger = logging.getLogger(__name__)

# Longer than a mail server may take to answer (EMAIL_TIMEOUT, for each of its answers).
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)


def mail_claim(report_id: int) -> Report | None:
    """Return the report whose mail this worker is to send, None where it is sent, not due, or in other hands."""
    now = timezone.now()
    due = Report.objects.filter(pk=report_id, mailed_at__isnull=True, mail_due_at__lte=now + TOLERANCE)
    if not due.update(mail_due_at=now + LEASE, mail_attempts=F("mail_attempts") + 1):
        return None
    return Report.objects.select_related("workspace").get(pk=report_id)


def mail_send(report: Report) -> None:
    """Send the mail and note that it is sent. Raises OSError (smtplib's errors among them) where it cannot be."""
    report_message(report).send()
    Report.objects.filter(pk=report.pk).update(mailed_at=timezone.now(), mail_due_at=None, mail_error="")
    logger.info("report=%s mailed", report.public_id)


def mail_failed(report: Report, error: Exception) -> timedelta | None:
    """Note that the mail could not be sent; return how long to wait for the next attempt, None where it is given up."""
    final = not isinstance(error, TRANSIENT) or report.mail_attempts >= MOST_ATTEMPTS
    level = logging.ERROR if final else logging.WARNING
    logger.log(level, "mail report=%s attempt=%d failed", report.public_id, report.mail_attempts, exc_info=error)
    wait = None if final else min(FIRST_WAIT * 4 ** (report.mail_attempts - 1), LONGEST_WAIT)
    Report.objects.filter(pk=report.pk, mail_attempts=report.mail_attempts, mailed_at__isnull=True).update(
        mail_due_at=wait and timezone.now() + wait, mail_error=f"{type(error).__name__}: {error}"[:1000]
    )
    return wait
