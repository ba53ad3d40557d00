"""The "Export report" form: everything that a report can be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES

from analytics.periods import LABELS, Period, period_named, period_of_dates
from exports.fields import FIELDS, REFERENCE_FIELDS
from exports.models import Breakdown, Format
from exports.services.reports import ReportOrder
from exports.writers import WRITERS
from videos.errors import Invalid
from videos.models import Folder, Project, Workspace
from videos.selectors import folder_tree

CUSTOM = "custom"
DEFAULT_PERIOD = "last_month"


@dataclass(frozen=True)
class Branch:
    """A project with its folders, depth first, for the tree of checkboxes."""

    project: Project
    folders: list[Folder]


def folder_branches(workspace: Workspace) -> list[Branch]:
    """Return the workspace's projects by name with their folders: two queries."""
    branches = {project.pk: Branch(project, []) for project in Project.objects.filter(workspace=workspace)}
    for folder in folder_tree(workspace):
        branches[folder.project_id].folders.append(folder)
    return list(branches.values())


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
        label="Broken down by", choices=Breakdown.choices, required=False, widget=select_input()
    )
    format = forms.ChoiceField(choices=[(each, Format(each).label) for each in WRITERS], widget=forms.RadioSelect)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.branches = folder_branches(workspace)
        for name, rows in (
            ("projects", [branch.project for branch in self.branches]),
            ("folders", [folder for branch in self.branches for folder in branch.folders]),
        ):
            self.fields[name].choices = [(row.public_id, row.name) for row in rows]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, set[str]]:
        """Which checkboxes are ticked, by input name."""
        return {name: set(self[name].value() or ()) for name in ("columns", "folders", "projects")}

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
    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput({"class": " ".join(INPUT_CLASSES)}))

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for a custom period without its dates."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("period") == CUSTOM:
            for name in ("first_on", "last_on"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "A custom period needs both dates.")
        return values

    def order(self, now: datetime) -> ReportOrder:
        """Return what the valid form orders. Raises Invalid for dates that are no period."""
        values = self.cleaned_data
        return ReportOrder(
            period=self._period(values, now),
            **self.selection(),
            emails=(values["email"],),
        )

    def _period(self, values: dict[str, Any], now: datetime) -> Period:
        if values["period"] == CUSTOM:
            return period_of_dates(values["first_on"], values["last_on"], self.workspace.zone)
        return period_named(values["period"], self.workspace.zone, now)


def first_values(query: Any, email: str) -> dict[str, Any]:
    """Return what the form begins with: what the page that links to it names (`?folder=…&period=…`), else the usual."""
    return {
        "period": query.get("period", DEFAULT_PERIOD),
        "first_on": query.get("from"),
        "last_on": query.get("to"),
        "folders": query.getlist("folder"),
        "projects": query.getlist("project"),
        "columns": list(REFERENCE_FIELDS),
        "format": Format.CSV,
        "email": email,
    }
