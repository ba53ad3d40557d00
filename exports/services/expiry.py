"""Deleting the files of reports whose links have expired, and finding the reports that nobody works on."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from exports.models import Delivery, Report, Status
from exports.services.faults import TRANSIENT

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
    """Return the reports to be built and the deliveries to be sent, which no queue seems to know of.

    After a restart of the only process that works on reports, that is every unfinished one, due at once.
    """
    builds = Report.objects.filter(status=Status.PROCESSING).order_by("created_at")
    mails = Delivery.objects.filter(due_at__isnull=False, sent_at__isnull=True)
    return _due(builds, after_restart), _due(mails, after_restart)


def _due(rows: QuerySet[Any], after_restart: bool) -> list[int]:
    now = timezone.now()
    if not after_restart:
        rows = rows.filter(due_at__lte=now - FORGOTTEN_AFTER)
    ids = list(rows.values_list("pk", flat=True))
    # Due from now on, so that the next look does not queue them once more while they wait for their turn.
    rows.filter(pk__in=ids).update(due_at=now)
    return ids
