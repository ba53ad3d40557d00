"""The parameters of the dialect: `start_date` and `end_date`, each optional, and `group_by`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Max, Min
from django.utils import timezone
from rest_framework import serializers

from analytics.context import Context
from analytics.periods import DAY, EARLIEST, LATEST, MOST_BUCKETS, Period, midnight
from analytics.sessions import viewing_sessions
from videos.errors import Invalid

GRAINS = ("day", "week", "month")
DEFAULT_GRAIN = "week"


class DayField(serializers.DateField):
    """An optional date; an empty text is as good as none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": "Give a date of the calendar as YYYY-MM-DD."},
            validators=[
                MinValueValidator(EARLIEST, f"Dates lie between {EARLIEST} and {LATEST}."),
                MaxValueValidator(LATEST, f"Dates lie between {EARLIEST} and {LATEST}."),
            ],
            **options,
        )


class PeriodParameters(serializers.Serializer):
    """The days that all three calls may be narrowed to; a side without a date is open."""

    start_date = DayField(help_text="First day of the period, in the workspace's time zone.")
    end_date = DayField(help_text="Last day of the period, inclusive.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, last = attrs.get("start_date"), attrs.get("end_date")
        if first and last and last < first:
            raise serializers.ValidationError({"end_date": f"The period ends ({last}) before it begins ({first})."})
        return attrs


class AccountParameters(PeriodParameters):
    group_by = serializers.ChoiceField(
        choices=GRAINS,
        default=DEFAULT_GRAIN,
        error_messages={"invalid_choice": f"Give one of {', '.join(GRAINS)}."},
        help_text="The length of a step of the trends.",
    )


def period_of(context: Context, given: dict[str, Any]) -> Period:
    """Return the period that validated parameters name; without dates all time."""
    first, last = given.get("start_date"), given.get("end_date")
    return _days(context, first, last)


def _days(context: Context, first: date | None, last: date | None) -> Period:
    return Period(
        context.zone,
        None if first is None else midnight(first, context.zone),
        None if last is None else midnight(last + DAY, context.zone),
        "custom" if first or last else "all_time",
    )


def closed(context: Context, period: Period) -> Period:
    """Return the period with both ends: the day of its first session, and today (or a later session's day)."""
    first, last = period.first_on, period.last_on
    if first is None or last is None:
        found = viewing_sessions(context, period).aggregate(first=Min("started_at"), last=Max("started_at"))
        today = timezone.now().astimezone(context.zone).date()
        sessions = [_day(moment, context) for moment in (found["first"], found["last"]) if moment is not None]
        first = first or min([*sessions, last or today])
        last = last or max([*sessions, today, first])
    return _days(context, first, last)


def _day(moment: datetime, context: Context) -> date:
    return moment.replace(tzinfo=UTC).astimezone(context.zone).date()


def refuse_too_many_days(period: Period, grain: str) -> None:
    """Raise Invalid where a closed period has more days than anyone reads; weeks and months are always few enough."""
    assert period.first_on is not None
    assert period.last_on is not None
    if grain == "day" and (period.last_on - period.first_on).days >= MOST_BUCKETS:
        message = f"The period has more than {MOST_BUCKETS} days; give week or month, or a shorter period."
        raise Invalid.field("group_by", message)
