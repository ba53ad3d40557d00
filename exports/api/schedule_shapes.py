"""The bodies of /v1/schedules: what is sent, checked for its shape, and what is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, TypedDict

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.periods import LABELS
from exports.models import Breakdown, Frequency, Report, Schedule
from exports.schedule_times import WEEKDAYS, Timing, schedule_words
from exports.services.schedules import MOST_RECIPIENTS, ScheduleOrder
from exports.writers import WRITERS
from videos.api.shapes import second_shown

WEEKDAY_NAMES = tuple(name.lower() for name in WEEKDAYS)
NEW = ScheduleOrder(name="", period_name="", timing=Timing(Frequency.WEEKLY, 7), emails=())


class ScheduleRecipient(TypedDict):
    """Somebody who gets the reports, unless they have unsubscribed."""

    email: str
    status: Literal["subscribed", "unsubscribed"]


class ScheduleRun(TypedDict):
    """The last report that the schedule ordered; `unchanged`: its table was that before, so it was not mailed."""

    report: str
    status: str
    unchanged: bool
    created_at: str


class ShownSchedule(TypedDict):
    """A schedule; `weekday` and `month_day` are null where its frequency has none, `next_run_at` while it is paused."""

    id: str
    name: str
    period: str
    frequency: str
    weekday: str | None
    month_day: int | None
    hour: int
    timezone: str
    when: str
    folders: list[str]
    projects: list[str]
    fields: list[str]
    breakdown: str | None
    format: str
    recipients: list[ScheduleRecipient]
    skip_unchanged: bool
    paused: bool
    next_run_at: str | None
    last_run_at: str | None
    last_run: ScheduleRun | None


class SchedulePage(TypedDict):
    """Schedules by name."""

    schedules: list[ShownSchedule]
    total_rows: int
    page: int
    per_page: int


def _names(**options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.CharField(), required=False, max_length=1000, **options)


@extend_schema_field({"type": "string", "enum": list(LABELS)})
class PeriodNameField(serializers.CharField):
    pass


@extend_schema_field({"type": "string", "enum": list(WRITERS)})
class FormatField(serializers.CharField):
    pass


@extend_schema_field({"type": "string", "format": "email", "maxLength": 254})
class EmailField(serializers.CharField):
    pass


class ScheduleSerializer(serializers.Serializer):
    """The shape of the body; what the names mean is checked where the schedule is made."""

    name = serializers.CharField(max_length=200)
    period = PeriodNameField(max_length=20)
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    weekday = serializers.ChoiceField(choices=WEEKDAY_NAMES, required=False)
    month_day = serializers.IntegerField(min_value=1, max_value=31, required=False)
    hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    folders = _names()
    projects = _names()
    fields_ = _names()
    breakdown = serializers.ChoiceField(choices=Breakdown.choices, allow_null=True, required=False)
    format = FormatField(max_length=10, required=False)
    recipients = serializers.ListField(child=EmailField(max_length=254), max_length=MOST_RECIPIENTS)
    skip_unchanged = serializers.BooleanField(required=False)
    paused = serializers.BooleanField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:
        # A serializer's own `fields` is something else, so the part of that name is declared under another.
        return {name.removesuffix("_"): field for name, field in super().get_fields().items()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(self.initial_data) - set(self.fields):
            message = f"There is no such part of a schedule; there are {', '.join(self.fields)}."
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), message))
        return attrs


def changed(order: ScheduleOrder, data: dict[str, Any]) -> ScheduleOrder:
    """Return the order with those parts replaced that a validated body names."""
    timing = replace(order.timing, **{name: data[name] for name in ("frequency", "month_day", "hour") if name in data})
    if "weekday" in data:
        timing = replace(timing, weekday=WEEKDAY_NAMES.index(data["weekday"]))
    parts: dict[str, Any] = {name: data[name] for name in ("name", "format") if name in data}
    parts |= {name: tuple(data[name]) for name in ("folders", "projects", "fields") if name in data}
    for name, part in (("period", "period_name"), ("skip_unchanged", "skips_unchanged")):
        if name in data:
            parts[part] = data[name]
    if "breakdown" in data:
        parts["breakdown"] = data["breakdown"] or Breakdown.NONE
    if "recipients" in data:
        parts["emails"] = tuple(email.strip() for email in data["recipients"])
    return replace(order, timing=timing, **parts)


def schedule_shown(schedule: Schedule, run: Report | None) -> ShownSchedule:
    """Return a schedule as the API shows it; `run` is its newest report."""
    return {
        "id": schedule.public_id,
        "name": schedule.name,
        "period": schedule.period_name,
        "frequency": schedule.frequency,
        "weekday": WEEKDAY_NAMES[schedule.weekday] if schedule.frequency == Frequency.WEEKLY else None,
        "month_day": schedule.month_day if schedule.frequency == Frequency.MONTHLY else None,
        "hour": schedule.hour,
        "timezone": schedule.workspace.timezone,
        "when": schedule_words(schedule),
        "folders": schedule.folders,
        "projects": schedule.projects,
        "fields": schedule.fields,
        "breakdown": schedule.breakdown or None,
        "format": schedule.format,
        "recipients": [
            {"email": each.email, "status": "unsubscribed" if each.unsubscribed_at else "subscribed"}
            for each in schedule.recipients.all()
        ],
        "skip_unchanged": schedule.skips_unchanged,
        "paused": schedule.is_paused,
        "next_run_at": second_shown(schedule.next_run_at),
        "last_run_at": second_shown(schedule.last_run_at),
        "last_run": _run_shown(run) if run else None,
    }


def _run_shown(report: Report) -> ScheduleRun:
    created_at = second_shown(report.created_at)
    assert created_at
    return {
        "report": report.public_id,
        "status": report.status,
        "unchanged": report.is_unchanged,
        "created_at": created_at,
    }
