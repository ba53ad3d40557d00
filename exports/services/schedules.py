"""Making and changing schedules, and subscribing to them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from analytics.periods import Period, period_named
from exports.fields import FIELDS
from exports.models import Breakdown, Delivery, Format, Recipient, Schedule, Status
from exports.schedule_times import Timing, next_run, timing_of
from exports.selectors import schedule_locked
from exports.services.reports import ReportOrder, order_check, report_cancel
from videos.errors import FieldError, Invalid
from videos.models import User, Workspace
from videos.saving import save_cleaned

MOST_RECIPIENTS = 50
# What an order decides; the rest of a schedule never changes.
ORDERED = (
    *("name", "period_name", "frequency", "hour", "weekday", "month_day", "folders", "projects", "fields"),
    *("breakdown", "format", "skips_unchanged", "next_run_at", "timezone"),
)


@dataclass(frozen=True)
class ScheduleOrder:
    """What a schedule is to be: without folders and projects, of the whole workspace; without fields, all."""

    name: str
    period_name: str
    timing: Timing
    emails: tuple[str, ...]
    folders: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    breakdown: str = Breakdown.NONE
    format: str = Format.CSV
    skips_unchanged: bool = False


def schedule_create(workspace: Workspace, order: ScheduleOrder, *, user: User | None = None) -> Schedule:
    """Return the new schedule, which runs for the first time at its next hour. Raises Invalid naming each field."""
    schedule = Schedule(workspace=workspace, created_by=user)
    with transaction.atomic():
        _apply(schedule, order)
        _set_next_run(schedule)
        save_cleaned(schedule)
        _recipients_set(schedule, order.emails)
    return schedule


def schedule_update(schedule: Schedule, order: ScheduleOrder) -> None:
    """Make the schedule what `order` says. Raises Invalid naming each field, and then nothing is changed.

    Another hour or day counts from now on. Who has unsubscribed stays so, whether `order` names them or not.
    """
    with transaction.atomic():
        schedule_change(schedule_locked(schedule.workspace, schedule.public_id), order)
    _read_anew(schedule)


def schedule_change(locked: Schedule, order: ScheduleOrder, *, is_paused: bool | None = None) -> None:
    """Do the same with a schedule that is locked in this transaction; and pause or resume it, where that is said."""
    before, was_paused = timing_of(locked), locked.is_paused
    _apply(locked, order)
    if was_paused if is_paused is None else is_paused:
        locked.next_run_at = None
    elif was_paused or order.timing != before:
        _set_next_run(locked)
    save_cleaned(locked, ORDERED)
    _recipients_set(locked, order.emails)
    # Those that were read with it are asked for anew.
    locked.refresh_from_db(fields=["recipients"])


def schedule_order(schedule: Schedule) -> ScheduleOrder:
    """Return what the schedule is, to change parts of it; `emails` are those who have not unsubscribed."""
    return ScheduleOrder(
        name=schedule.name,
        period_name=schedule.period_name,
        timing=timing_of(schedule),
        emails=tuple(each.email for each in schedule.recipients.all() if each.unsubscribed_at is None),
        folders=tuple(schedule.folders),
        projects=tuple(schedule.projects),
        fields=tuple(name for name in schedule.fields if name in FIELDS),
        breakdown=schedule.breakdown,
        format=schedule.format,
        skips_unchanged=schedule.skips_unchanged,
    )


def schedule_pause(schedule: Schedule) -> None:
    """Let the schedule run no more until it is resumed; a report in progress is finished."""
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=None)
    schedule.next_run_at = None


def schedule_resume(schedule: Schedule) -> None:
    """Let a paused schedule run again from its next hour on; what it missed meanwhile was not wanted."""
    if schedule.is_paused:
        _set_next_run(schedule)
        paused = Schedule.objects.filter(pk=schedule.pk, next_run_at=None)
        paused.update(next_run_at=schedule.next_run_at, timezone=schedule.timezone)
    _read_anew(schedule)


def schedule_delete(schedule: Schedule) -> None:
    """Delete the schedule and cancel what it has in progress; its finished reports stay, no more mails are sent."""
    with transaction.atomic():
        for report in schedule.reports.filter(status=Status.PROCESSING):
            report_cancel(report)
        Delivery.objects.filter(report__schedule=schedule, sent_at=None).update(due_at=None)
        schedule.delete()


def email_errors(emails: Collection[str]) -> list[str]:
    """Return what is wrong with the addresses of a schedule's recipients."""
    messages: list[str] = []
    for email in emails:
        try:
            validate_email(email)
        except ValidationError:
            messages.append(f"{email[:64]!r} is not an e-mail address.")
    if len(emails) > MOST_RECIPIENTS:
        messages.append(f"A schedule has at most {MOST_RECIPIENTS} recipients.")
    return messages


def recipient_unsubscribe(recipient: Recipient) -> None:
    """Send this address nothing more of the schedule, from this moment on."""
    Recipient.objects.filter(pk=recipient.pk, unsubscribed_at=None).update(unsubscribed_at=timezone.now())
    recipient.deliveries.filter(sent_at=None).update(due_at=None)
    recipient.refresh_from_db()


def recipient_resubscribe(recipient: Recipient) -> None:
    """Send this address the schedule's reports again, from the next one on."""
    Recipient.objects.filter(pk=recipient.pk).update(unsubscribed_at=None)
    recipient.refresh_from_db()


def _read_anew(schedule: Schedule) -> None:
    """Bring the schedule up to date; its recipients are asked for when they are needed."""
    schedule.refresh_from_db(from_queryset=Schedule.objects.select_related("workspace"))


def _set_next_run(schedule: Schedule) -> None:
    zone = schedule.workspace.zone
    schedule.next_run_at, schedule.timezone = next_run(timing_of(schedule), zone, timezone.now()), zone.key


def _apply(schedule: Schedule, order: ScheduleOrder) -> None:
    """Put the order into the schedule, unsaved. Raises Invalid naming each field that does not fit."""
    schedule.name = " ".join(order.name.split())
    schedule.period_name = order.period_name
    schedule.frequency, schedule.hour = order.timing.frequency, order.timing.hour
    schedule.weekday, schedule.month_day = order.timing.weekday, order.timing.month_day
    schedule.folders, schedule.projects = list(dict.fromkeys(order.folders)), list(dict.fromkeys(order.projects))
    schedule.fields = list(order.fields or FIELDS)
    schedule.breakdown, schedule.format = order.breakdown, order.format
    schedule.skips_unchanged = order.skips_unchanged
    # Those that are checked by what knows more of them, or when the schedule is saved.
    elsewhere = {"public_id", "workspace", "created_by", "timezone", "period_name", "format", "breakdown"}
    checks: tuple[Callable[[], object], ...] = (
        partial(schedule.clean_fields, exclude=elsewhere),
        partial(period_named, order.period_name, schedule.workspace.zone, timezone.now()),
        partial(_selection_check, schedule, order),
        partial(_emails_check, schedule, order.emails),
    )
    errors: dict[str, FieldError] = {}
    for check in checks:
        try:
            check()
        except ValidationError as error:
            errors |= {each.field: each for each in Invalid.from_validation(error).errors}
        except Invalid as error:
            errors |= {each.field: each for each in error.errors}
    if errors:
        raise Invalid(errors.values())


def _selection_check(schedule: Schedule, order: ScheduleOrder) -> None:
    at_any_time = Period(schedule.workspace.zone, None, None, "all_time")
    selection = ReportOrder(at_any_time, order.folders, order.projects, order.fields, order.breakdown, order.format)
    order_check(schedule.workspace, selection)


def _emails_check(schedule: Schedule, emails: tuple[str, ...]) -> None:
    messages = email_errors(emails)
    if not emails and not (schedule.pk and schedule.recipients.exclude(unsubscribed_at=None).exists()):
        messages.append("A schedule needs somebody to send its reports to.")
    if messages:
        raise Invalid([FieldError("recipients", " ".join(messages))])


def _recipients_set(schedule: Schedule, emails: tuple[str, ...]) -> None:
    """Add who is new and take away who is not named, but remember who has unsubscribed."""
    wanted = {email.casefold(): email for email in reversed(emails)}
    gone = [
        recipient.pk
        for recipient in schedule.recipients.all()
        if wanted.pop(recipient.email.casefold(), None) is None and recipient.unsubscribed_at is None
    ]
    if gone:
        Delivery.objects.filter(recipient__in=gone, sent_at=None).update(due_at=None)
        Recipient.objects.filter(pk__in=gone).delete()
    added = list(reversed(wanted.values()))
    Recipient.objects.bulk_create(Recipient(schedule=schedule, email=email) for email in added)
