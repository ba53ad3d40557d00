"""The "Export report" form: everything that a report can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from analytics.formats import period_shown
from analytics.periods import LABELS, Period, period_named, period_of_dates
from exports.fields import FIELDS, REFERENCE_FIELDS, ReportField, field_groups
from exports.models import Breakdown, Format
from exports.services.reports import ReportOrder
from exports.writers import WRITERS
from videos.errors import Invalid
from videos.models import Workspace
from videos.nodes import catalog_nodes

CUSTOM = "custom"
DEFAULT_PERIOD = "last_month"
# Their labels say all there is to say.
_UNDATED = {"last_24_hours", "all_time"}


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one heading. Further ones are out of the way as long as none of them is chosen."""

    title: str
    fields: list[ReportField]
    is_open: bool


def _date_input() -> forms.DateInput:
    return forms.DateInput({"type": "date", "class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%d")


def select_input() -> forms.Select:
    """Return the admin's own select box."""
    return forms.Select({"class": " ".join(SELECT_CLASSES)})


class SelectionForm(forms.Form):
    """What goes into a report, once or again and again: folders, columns, breakdown, format.

    It checks the shape; what the names mean is checked where the report is made.
    """

    # What the services call otherwise than the inputs.
    PLACES = {"fields": "columns"}

    folders = forms.MultipleChoiceField(required=False)
    projects = forms.MultipleChoiceField(required=False)
    columns = forms.MultipleChoiceField(
        choices=[(field.name, field.label) for field in FIELDS.values()],
        error_messages={"required": "Choose at least one field."},
    )
    breakdown = forms.ChoiceField(
        label="Broken down by", choices=Breakdown.choices, required=False, widget=forms.RadioSelect
    )
    format = forms.ChoiceField(choices=[(each, Format(each).label) for each in WRITERS], widget=forms.RadioSelect)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.nodes = catalog_nodes(workspace)
        for name in ("projects", "folders"):
            choices = [(node.public_id, node.name) for node in self.nodes if node.input == name]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, set[str]]:
        """Which checkboxes are ticked, by input name."""
        return {name: set(self[name].value() or ()) for name in ("columns", "folders", "projects")}

    @property
    def groups(self) -> list[FieldGroup]:
        """The fields by group, in the order of a full report."""
        chosen = self.chosen["columns"]
        return [
            FieldGroup(title, fields, any(field.name in chosen or field.name in REFERENCE_FIELDS for field in fields))
            for title, fields in field_groups().items()
        ]

    def selection(self) -> dict[str, Any]:
        """Return what the valid form selects, as the orders of reports and schedules name it."""
        values = self.cleaned_data
        return {
            "folders": tuple(values["folders"]),
            "projects": tuple(values["projects"]),
            # The order of a full report, whatever the browser sends.
            "fields": tuple(name for name in FIELDS if name in values["columns"]),
            "breakdown": values["breakdown"],
            "format": values["format"],
        }

    def add_invalid(self, error: Invalid) -> None:
        """Show what the service refused at the inputs concerned."""
        for each in error.errors:
            name = self.PLACES.get(each.field, each.field)
            self.add_error(name if name in self.fields else None, each.message)


class ReportForm(SelectionForm):
    """The order of one report as a form."""

    period = forms.ChoiceField(choices=[*LABELS.items(), (CUSTOM, "Custom period")], widget=select_input())
    first_on = forms.DateField(label="From", required=False, widget=_date_input())
    last_on = forms.DateField(label="To (inclusive)", required=False, widget=_date_input())
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput({"class": " ".join(INPUT_CLASSES), "autocomplete": "email"}),
        help_text="The mail has a link to a ZIP file. It opens without signing in, for seven days.",
    )

    def __init__(self, workspace: Workspace, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(workspace, *args, **kwargs)
        self.now = now
        self.fields["period"].choices = [  # type: ignore[attr-defined]
            *((name, self._dated(name, label)) for name, label in LABELS.items()),
            (CUSTOM, "Custom period"),
        ]

    def _dated(self, name: str, label: str) -> str:
        """Return a period's label with its days, so that nobody need reckon what last week was."""
        if name in _UNDATED:
            return label
        return f"{label} · {period_shown(period_named(name, self.workspace.zone, self.now))}"

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for a custom period without its dates."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("period") == CUSTOM:
            for name in ("first_on", "last_on"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "A custom period needs both dates.")
        return values

    def order(self) -> ReportOrder:
        """Return what the valid form orders. Raises Invalid for dates that are no period."""
        values = self.cleaned_data
        return ReportOrder(period=self._period(values), **self.selection(), emails=(values["email"],))

    def _period(self, values: dict[str, Any]) -> Period:
        if values["period"] == CUSTOM:
            return period_of_dates(values["first_on"], values["last_on"], self.workspace.zone)
        return period_named(values["period"], self.workspace.zone, self.now)
