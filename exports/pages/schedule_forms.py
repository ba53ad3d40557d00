"""The form of a schedule: the report form's selection, and when and to whom."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES, TEXTAREA_CLASSES

from analytics.periods import LABELS
from exports.fields import REFERENCE_FIELDS
from exports.models import Breakdown, Format, Frequency, Schedule
from exports.pages.forms import CUSTOM, DEFAULT_PERIOD, SelectionForm, select_input
from exports.schedule_times import WEEKDAYS, Timing, timing_of
from exports.services.schedules import ScheduleOrder, email_errors, schedule_order

_BETWEEN_ADDRESSES = re.compile(r"[\s,;]+")


class ScheduleForm(SelectionForm):
    """The order of a schedule as a form."""

    name = forms.CharField(
        max_length=200,
        error_messages={"required": "Give the schedule a name; its mails are called by it."},
        widget=forms.TextInput({"class": " ".join(INPUT_CLASSES), "placeholder": "Weekly numbers"}),
    )
    period = forms.ChoiceField(
        choices=LABELS.items(),
        widget=select_input(),
        help_text="As it is at each run: “last week” is then the week before.",
    )
    frequency = forms.ChoiceField(label="How often", choices=Frequency.choices, widget=select_input())
    weekday = forms.TypedChoiceField(label="On", choices=list(enumerate(WEEKDAYS)), coerce=int, widget=select_input())
    month_day = forms.TypedChoiceField(
        label="On day",
        choices=[(day, str(day)) for day in range(1, 32)],
        coerce=int,
        widget=select_input(),
        help_text="A month that is shorter has it on its last day.",
    )
    hour = forms.TypedChoiceField(
        label="At", choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, widget=select_input()
    )
    recipients = forms.CharField(
        required=False,
        widget=forms.Textarea(
            {"class": " ".join(TEXTAREA_CLASSES), "rows": 4, "placeholder": "anna@example.com, ben@example.com"}
        ),
        help_text="E-mail addresses, one a line or with commas between. Each mail has a link to unsubscribe.",
    )
    skips_unchanged = forms.BooleanField(label="Send nothing when nothing has changed", required=False)

    def clean_recipients(self) -> tuple[str, ...]:
        """Return the addresses. Raises ValidationError for what is none, beside what else is wrong with the form."""
        emails = tuple(filter(None, _BETWEEN_ADDRESSES.split(self.cleaned_data["recipients"])))
        if messages := email_errors(emails):
            raise forms.ValidationError(messages)
        return emails

    def order(self) -> ScheduleOrder:
        """Return what the valid form orders."""
        values = self.cleaned_data
        return ScheduleOrder(
            name=values["name"],
            period_name=values["period"],
            timing=Timing(values["frequency"], values["hour"], values["weekday"], values["month_day"]),
            emails=values["recipients"],
            skips_unchanged=values["skips_unchanged"],
            **self.selection(),
        )


def first_values(query: Any, email: str) -> dict[str, Any]:
    """Return what a new schedule's form begins with: what the report form names in its query, else the usual."""
    period = query.get("period", DEFAULT_PERIOD)
    return {
        "name": "",
        # A schedule reads its period anew at each run, so dates are none for it.
        "period": DEFAULT_PERIOD if period == CUSTOM else period,
        "frequency": Frequency.WEEKLY,
        "weekday": 0,
        "month_day": 1,
        "hour": 7,
        "folders": query.getlist("folder"),
        "projects": query.getlist("project"),
        "columns": query.getlist("column") or list(REFERENCE_FIELDS),
        "breakdown": query.get("breakdown", Breakdown.NONE),
        "format": query.get("format", Format.CSV),
        "recipients": query.get("email", email),
    }


def values_of(schedule: Schedule) -> dict[str, Any]:
    """Return what the form of an existing schedule begins with."""
    order, timing = schedule_order(schedule), timing_of(schedule)
    return {
        "name": order.name,
        "period": order.period_name,
        "frequency": timing.frequency,
        "weekday": timing.weekday,
        "month_day": timing.month_day,
        "hour": timing.hour,
        "folders": order.folders,
        "projects": order.projects,
        "columns": order.fields,
        "breakdown": order.breakdown,
        "format": order.format,
        "recipients": "\n".join(order.emails),
        "skips_unchanged": order.skips_unchanged,
    }
