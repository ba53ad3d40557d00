"""The background's part. A task takes an id and asks the row what there is to do; run twice, it does it once.

Waiting is noted in the row (`due_at`), so it outlives a queue that forgets; the countdown only makes it prompt.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections

from exports.services import builds, expiry, mails

logger = logging.getLogger(__name__)

SOFT_LIMIT, HARD_LIMIT = 32 * 60, 35 * 60
MAIL_SOFT_LIMIT, MAIL_HARD_LIMIT = 4 * 60, 5 * 60


@contextmanager
def fresh_connections() -> Iterator[None]:
    """Let go of broken database connections, as Django does around a request; a worker's thread keeps sound ones."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


@shared_task(name="exports.report_build", soft_time_limit=SOFT_LIMIT, time_limit=HARD_LIMIT)
@fresh_connections()
def report_build_task(report_id: int) -> None:
    """Build the report unless it is finished, canceled, not due or in other hands; then have its mail sent."""
    report = builds.build_claim(report_id)
    if report is None:
        return
    try:
        builds.build_run(report)
    except builds.Superseded:
        logger.info("report=%s was canceled or taken over", report.public_id)
        return
    except Exception as error:
        wait = builds.build_failed(report, error)
        if wait is not None:
            report_build_task.apply_async((report_id,), countdown=wait.total_seconds())
            return
    report_mail_task.delay(report_id)


@shared_task(name="exports.report_mail", soft_time_limit=MAIL_SOFT_LIMIT, time_limit=MAIL_HARD_LIMIT)
@fresh_connections()
def report_mail_task(report_id: int) -> None:
    """Send the report's mail unless it is sent, not due, not wanted or in other hands."""
    report = mails.mail_claim(report_id)
    if report is None:
        return
    try:
        mails.mail_send(report)
    except Exception as error:
        wait = mails.mail_failed(report, error)
        if wait is not None:
            report_mail_task.apply_async((report_id,), countdown=wait.total_seconds())


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
    for report_id in unsent:
        report_mail_task.delay(report_id)
    if reports or unsent:
        logger.info("resumed %d reports and %d mails", len(reports), len(unsent))
    return len(reports) + len(unsent)
