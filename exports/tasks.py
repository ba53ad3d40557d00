"""The background's part. A task takes an id and asks the row what there is to do; run twice, it does it once.

Waiting is noted in the row (`due_at`), so it outlives a queue that forgets; the countdown only makes it prompt.
"""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from exports.models import Delivery
from exports.services import builds, deliveries, expiry
from videos.background import fresh_connections, queue_later

logger = logging.getLogger(__name__)

SOFT_LIMIT, HARD_LIMIT = 32 * 60, 35 * 60
MAIL_SOFT_LIMIT, MAIL_HARD_LIMIT = 4 * 60, 5 * 60


@shared_task(name="exports.report_build", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
@fresh_connections()
def report_build_task(report_id: int) -> None:
    """Build the report unless it is finished, canceled, not due or in other hands; then have its mails sent."""
    try:
        report = builds.build_claim(report_id)
    except builds.WorkspaceBusy:
        queue_later(report_build_task, report_id, builds.TURN)
        return
    if report is None:
        return
    try:
        builds.build_run(report)
    except builds.Superseded:
        logger.info("report=%s was canceled or taken over", report.public_id)
    except Exception as error:
        wait = builds.build_failed(report, error)
        if wait is not None:
            queue_later(report_build_task, report_id, wait)
    deliveries_queue(report_id)
    following = builds.build_next(report)
    if following is not None:
        report_build_task.delay(following)


def deliveries_queue(report_id: int) -> None:
    """Have the report's mails sent that are due."""
    for delivery_id in Delivery.objects.filter(report=report_id, due_at__isnull=False).values_list("pk", flat=True):
        delivery_task.delay(delivery_id)


@shared_task(name="exports.delivery", soft_time_limit=MAIL_SOFT_LIMIT, time_limit=MAIL_HARD_LIMIT)
@fresh_connections()
def delivery_task(delivery_id: int) -> None:
    """Send the mail unless it is sent, not due, not wanted or in other hands."""
    delivery = deliveries.delivery_claim(delivery_id)
    if delivery is None:
        return
    try:
        deliveries.delivery_send(delivery)
    except Exception as error:
        wait = deliveries.delivery_failed(delivery, error)
        if wait is not None:
            queue_later(delivery_task, delivery_id, wait)


@shared_task(name="exports.reports_resume")
@fresh_connections()
def reports_resume_task() -> None:
    """Queue again what no queue seems to know of: a worker was killed, a queue lost, a countdown forgotten."""
    reports_resume()


@shared_task(name="exports.reports_resume_at_start")
@fresh_connections()
def reports_resume_at_start_task() -> None:
    """Queue again, at once, all that is unfinished, when a process starts that is alone in working on reports."""
    reports_resume(after_restart=settings.JOBS_IN_PROCESS)


@shared_task(name="exports.reports_expire")
@fresh_connections()
def reports_expire_task() -> None:
    """Delete the files whose links no longer open."""
    deleted = expiry.expired_files_delete()
    if deleted:
        logger.info("%d expired reports deleted", deleted)


def reports_resume(*, after_restart: bool = False) -> int:
    """Queue forgotten builds and mails; return how many. `after_restart`: all, for nobody can be working on them."""
    reports, unsent = expiry.forgotten_jobs(after_restart=after_restart)
    for report_id in reports:
        report_build_task.delay(report_id)
    for delivery_id in unsent:
        delivery_task.delay(delivery_id)
    if reports or unsent:
        logger.info("resumed %d reports and %d mails", len(reports), len(unsent))
    return len(reports) + len(unsent)
