"""Asking for reports, and doing without them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import partial

from celery import Task
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from analytics.context import Context, Scope
from analytics.periods import Period, period_named
from exports.fields import FIELDS, breakdown_named, fields_named
from exports.models import About, Breakdown, Delivery, Format, Report, Schedule, Status
from exports.selectors import selected_known
from exports.services.deliveries import deliveries_drop
from exports.sixtyseconds.choices import METRICS, metrics_named
from exports.sixtyseconds.files import MEDIA_TYPES
from exports.tasks import report_build_task
from exports.writers import WRITERS
from videos.errors import FieldError, Invalid, Unknown
from videos.models import ApiToken, User, Workspace
from videos.saving import save_cleaned


@dataclass(frozen=True)
class ReportOrder:
    """What a report is to be: without folders and projects, of the whole workspace; without fields, all; without
    `emails`, no mail. One that is not about the catalog has metrics as its `fields`, and no folders and projects.
    """

    period: Period
    folders: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    breakdown: str = Breakdown.NONE
    format: str = Format.CSV
    emails: tuple[str, ...] = ()
    about: str = About.CATALOG
    subject: str = ""


def report_create(
    workspace: Workspace,
    order: ReportOrder,
    *,
    user: User | None = None,
    token: ApiToken | None = None,
    schedule: Schedule | None = None,
) -> Report:
    """Return the new report, which the background builds once this transaction is committed.

    Raises Invalid naming each field, also for a folder or project that this workspace does not have; Unknown for the
    video or template that it is about.
    """
    order_check(workspace, order)
    report = report_drafted(workspace, order)
    report.created_by, report.created_with, report.schedule = user, token, schedule
    with transaction.atomic():
        save_cleaned(report)
        for email in dict.fromkeys(email.strip() for email in order.emails):
            Delivery.objects.create(report=report, email=email)
    after_commit(report_build_task, report)
    return report


def report_drafted(workspace: Workspace, order: ReportOrder) -> Report:
    """Return the report that is ordered, neither checked nor saved."""
    return Report(
        workspace=workspace,
        period_name=order.period.name,
        period_start=order.period.start,
        period_end=order.period.end,
        timezone=order.period.zone.key,
        about=order.about,
        subject=order.subject,
        folders=list(dict.fromkeys(order.folders)),
        projects=list(dict.fromkeys(order.projects)),
        fields=list(_fields(order)),
        breakdown=order.breakdown,
        format=order.format,
    )


def _fields(order: ReportOrder) -> Iterable[str]:
    if order.about == About.CATALOG:
        return order.fields or FIELDS
    return metrics_named(order.about, order.fields)


def report_repeat(report: Report, *, user: User | None = None) -> Report:
    """Return a new report of the same selection, a named period as it stands today. Raises as report_create.

    It is mailed to whom that one was; one that a schedule had ordered only to `user`, and not to all its recipients.
    """
    period = report.period
    if period.name != "custom":
        period = period_named(period.name, report.workspace.zone, timezone.now())
    emails = tuple(report.deliveries.values_list("email", flat=True))
    if report.schedule_id is not None:
        emails = (user.email,) if user else ()
    known: Container[str] = FIELDS if report.about == About.CATALOG else METRICS[report.about]
    order = ReportOrder(
        period,
        about=report.about,
        subject=report.subject,
        folders=tuple(report.folders),
        projects=tuple(report.projects),
        fields=tuple(name for name in report.fields if name in known),
        breakdown=report.breakdown,
        format=report.format,
        emails=emails,
    )
    return report_create(report.workspace, order, user=user)


def report_cancel(report: Report) -> None:
    """Stop the report where it is in progress, else take its file and link away; one that failed stays as it is.

    A worker that is building it notices within seconds.
    """
    changed = Report.objects.filter(pk=report.pk, status__in=(Status.PROCESSING, Status.COMPLETED)).update(
        status=Status.CANCELED, finished_at=timezone.now()
    )
    report.refresh_from_db()
    if changed:
        deliveries_drop(report)
    if changed and report.file:
        report.file.delete(save=False)
        Report.objects.filter(pk=report.pk).update(file="")


def after_commit(task: Task, report: Report) -> None:
    """Queue `task` for the report after the commit; where no queue can be reached, reports_resume_task does later."""
    queue: Callable[[], object] = partial(task.delay, report.pk)
    transaction.on_commit(queue, robust=True)


def order_check(workspace: Workspace, order: ReportOrder) -> None:
    """Raise Invalid naming each part of the order that this workspace cannot have now.

    Raises Unknown for the video or template that it is about.
    """
    if order.about != About.CATALOG:
        _analytics_check(workspace, order)
        return
    errors: list[FieldError] = []
    for named in (lambda: fields_named(order.fields), lambda: breakdown_named(order.breakdown)):
        try:
            named()
        except Invalid as error:
            errors += error.errors
    if order.format not in WRITERS:
        message = f"There is no format {order.format[:64]!r}; there are {', '.join(WRITERS)}."
        errors.append(FieldError("format", message))
    for email in order.emails:
        try:
            validate_email(email.strip())
        except ValidationError as error:
            errors += (FieldError("email", message) for message in error.messages)
    known = selected_known(workspace, order.folders, order.projects)
    for kind, public_ids in (("folder", order.folders), ("project", order.projects)):
        unknown = (public_id for public_id in dict.fromkeys(public_ids) if (kind, public_id) not in known)
        errors += (FieldError(f"{kind}s", Unknown(kind, public_id).detail) for public_id in unknown)
    if errors:
        raise Invalid(errors)


def _analytics_check(workspace: Workspace, order: ReportOrder) -> None:
    metrics_named(order.about, order.fields)
    if order.format not in MEDIA_TYPES:
        message = f"There is no format {order.format[:64]!r}; there are {', '.join(MEDIA_TYPES)}."
        raise Invalid.field("format", message)
    if order.about != About.ACCOUNT:
        Context(workspace).videos_of(Scope(order.about, order.subject))
