"""Ordering the reports of schedules: when their time has come, or by hand."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics.periods import period_named
from exports.models import Delivery, Report, Schedule, Status
from exports.schedule_times import next_run, timing_of
from exports.services.deliveries import deliveries_due, menders_add
from exports.services.reports import ReportOrder, report_create, report_drafted
from exports.tasks import deliveries_queue
from videos.errors import DomainError, Invalid
from videos.models import ApiToken, User
from videos.saving import save_cleaned

logger = logging.getLogger(__name__)


class AlreadyRunning(DomainError):
    """A report of the schedule is in progress; another one at once would be the same."""

    status = 409
    code = "already_running"


def schedules_run(now: datetime) -> int:
    """Order a report for each schedule whose time has come at `now` (aware); return how many.

    A run that was missed, however often, is made up for once. Of several workers that see the same schedule, one
    orders. A schedule that fails unexpectedly is logged, stays due, and keeps no other from running.
    """
    next_runs_follow_zones(now)
    due = Schedule.objects.filter(next_run_at__lte=now).select_related("workspace").order_by("next_run_at", "pk")
    ordered = 0
    for schedule in due:
        try:
            ordered += _run_if_first(schedule, now)
        except Exception:
            logger.exception("schedule=%s could not run", schedule.public_id)
    return ordered


def next_runs_follow_zones(now: datetime) -> None:
    """Reckon anew when schedules run whose workspace has changed its time zone; runs that are due stay so."""
    changed = Schedule.objects.filter(next_run_at__gt=now).exclude(timezone=F("workspace__timezone"))
    for schedule in changed.select_related("workspace"):
        _set_next_run(schedule, now)


def schedule_run_now(schedule: Schedule, *, user: User | None = None, token: ApiToken | None = None) -> Report:
    """Return a report ordered at once, beside the schedule's own runs; it is mailed even where nothing has changed.

    Raises AlreadyRunning, or Invalid where what the schedule asks for is not to be had any more.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = Schedule.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=schedule.pk)
        if locked.reports.filter(status=Status.PROCESSING).exists():
            raise AlreadyRunning("A report of this schedule is being made already.")
        Schedule.objects.filter(pk=schedule.pk).update(last_run_at=now)
        report = report_create(locked.workspace, order_of(locked, now), user=user, token=token, schedule=locked)
        _deliveries_create(report, locked)
    return report


def order_of(schedule: Schedule, now: datetime) -> ReportOrder:
    """Return what the schedule orders at `now`, its period as it is then."""
    return ReportOrder(
        period=period_named(schedule.period_name, schedule.workspace.zone, now),
        folders=tuple(schedule.folders),
        projects=tuple(schedule.projects),
        fields=tuple(schedule.fields),
        breakdown=schedule.breakdown,
        format=schedule.format,
    )


def _run_if_first(schedule: Schedule, now: datetime) -> bool:
    """Order the schedule's report unless another worker has, or it was changed or paused since it was read."""
    # Together, so that whoever dies in between leaves the schedule due.
    with transaction.atomic():
        if not _set_next_run(schedule, now, last_run_at=now):
            return False
        report = _ordered(schedule, now)
    logger.info("schedule=%s report=%s ordered", schedule.public_id, report.public_id)
    return True


def _set_next_run(schedule: Schedule, now: datetime, **more: datetime) -> bool:
    """Note when the schedule runs next, after `now`; return whether it still was as it was read."""
    zone = schedule.workspace.zone
    unchanged = Schedule.objects.filter(pk=schedule.pk, next_run_at=schedule.next_run_at)
    next_run_at = next_run(timing_of(schedule), zone, now)
    return bool(unchanged.update(next_run_at=next_run_at, timezone=zone.key, **more))


def _ordered(schedule: Schedule, now: datetime) -> Report:
    """Return the new report: one that will be built, or one that has failed where its order cannot be made."""
    order = order_of(schedule, now)
    try:
        report = report_create(schedule.workspace, order, schedule=schedule)
    except Invalid as error:
        report = report_drafted(schedule.workspace, order)
        report.schedule, report.status, report.finished_at = schedule, Status.FAILED, now
        report.error = " ".join(each.message for each in error.errors)
        save_cleaned(report)
        menders_add(report)
    _deliveries_create(report, schedule)
    if report.status == Status.FAILED:
        deliveries_due(report, now)
        transaction.on_commit(partial(deliveries_queue, report.pk), robust=True)
    return report


def _deliveries_create(report: Report, schedule: Schedule) -> None:
    subscribed = schedule.recipients.filter(unsubscribed_at=None)
    Delivery.objects.bulk_create(Delivery(report=report, email=each.email, recipient=each) for each in subscribed)
