"""Deleting the files of reports whose links have expired, and finding the reports that nobody works on."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from exports.models import Report, Status
from exports.services.builds import TRANSIENT

logger = logging.getLogger(__name__)

# So long after its time has come, a job is no longer waiting for its turn but forgotten.
FORGOTTEN_AFTER = timedelta(minutes=2)


def expired_files_delete() -> int:
    """Delete the files whose links no longer open, and keep the reports' rows as their history; return how many."""
    expired = Report.objects.filter(status=Status.COMPLETED, expires_at__lte=timezone.now()).exclude(file="")
    deleted = 0
    for report in list(expired):
        try:
            report.file.delete(save=False)
        except TRANSIENT as error:
            logger.warning("report=%s keeps its expired file for now: %s", report.public_id, error)
            continue
        deleted += Report.objects.filter(pk=report.pk).update(file="")
    return deleted


def forgotten_jobs(*, after_restart: bool = False) -> tuple[list[int], list[int]]:
    """Return the reports to be built and those whose mail is to be sent, which no queue seems to know of.

    After a restart of the only process that works on reports, that is every unfinished one, due at once.
    """
    now = timezone.now()
    builds, mails = Q(status=Status.PROCESSING), Q(mail_due_at__isnull=False, mailed_at__isnull=True)
    if not after_restart:
        builds &= Q(due_at__lte=now - FORGOTTEN_AFTER)
        mails &= Q(mail_due_at__lte=now - FORGOTTEN_AFTER)
    found = []
    for due, field in ((builds, "due_at"), (mails, "mail_due_at")):
        ids = list(Report.objects.filter(due).order_by("created_at").values_list("pk", flat=True))
        # Due from now on, so that the next look does not queue them once more while they wait for their turn.
        Report.objects.filter(due, pk__in=ids).update(**{field: now})
        found.append(ids)
    return found[0], found[1]
