"""The form of a workspace's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

from videos.admin.forms import DomainsField
from videos.models import AddressKept, RetentionUnit, Workspace
from videos.models.workspaces import LONGEST_RETENTION, timezones
from videos.services import WorkspaceDetails

SELECT = " ".join(SELECT_CLASSES)


class WorkspaceForm(forms.Form):
    """Every setting with a sentence that says what it does."""

    name = forms.CharField(max_length=200, widget=forms.TextInput({"class": " ".join(INPUT_CLASSES)}))
    timezone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(name, name) for name in sorted(timezones())],
        widget=forms.Select({"class": SELECT}),
        help_text="Where days begin, for the past as well; schedules run by it.",
    )
    address_kept = forms.ChoiceField(
        label="Viewers' addresses",
        choices=AddressKept.choices,
        widget=forms.Select({"class": SELECT}),
        help_text="What is kept of a viewer's IP address with each new viewing session. "
        "Places are found out either way.",
    )
    consent_required = forms.BooleanField(
        label="Count viewers without an identifier unless the page says that they agreed",
        required=False,
        help_text="Then a snapshot without consent: true is kept without visitor, address and identity: its viewer is "
        "known again for the rest of the day at most. Otherwise only consent: false has that effect.",
    )
    team_left_out = forms.BooleanField(
        label="Leave your own team out",
        required=False,
        help_text="Members' own views, and those of viewers marked as your team, count in no number.",
    )
    keeps_for_ever = forms.TypedChoiceField(
        label="Viewing sessions are kept",
        choices=[("yes", "for ever"), ("no", "for a time")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="What is older is deleted every night, with the people of whom nothing is left, and is gone from all "
        "numbers and reports.",
    )
    retention = forms.IntegerField(
        label="How many",
        required=False,
        min_value=1,
        max_value=LONGEST_RETENTION,
        widget=forms.NumberInput({"class": " ".join(INPUT_CLASSES)}),
    )
    retention_unit = forms.ChoiceField(
        label="Days or months", choices=RetentionUnit.choices, widget=forms.Select({"class": SELECT})
    )
    embed_domains = DomainsField(
        label="Domains that may embed the player",
        required=False,
        widget=forms.Textarea({"class": " ".join(TEXTAREA_CLASSES), "rows": 4, "placeholder": "example.com"}),
        help_text="One a line, such as example.com or *.example.com; none: any. "
        "For the videos that name none of their own.",
    )

    def clean(self) -> dict[str, Any]:
        """Raise ValidationError for a time without its length."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("keeps_for_ever") is False and values.get("retention") is None and "retention" not in self.errors:
            self.add_error("retention", "Say for how many days or months.")
        return values

    def details(self) -> WorkspaceDetails:
        """Return what the valid form says."""
        values: dict[str, Any] = dict(self.cleaned_data)
        if values.pop("keeps_for_ever"):
            values["retention"] = None
        return values  # type: ignore[return-value]


def values_of(workspace: Workspace) -> dict[str, Any]:
    """Return what the form shows at first."""
    return {
        "name": workspace.name,
        "timezone": workspace.timezone,
        "address_kept": workspace.address_kept,
        "consent_required": workspace.consent_required,
        "team_left_out": workspace.team_left_out,
        "keeps_for_ever": "yes" if workspace.retention is None else "no",
        "retention": workspace.retention,
        "retention_unit": workspace.retention_unit,
        "embed_domains": workspace.embed_domains,
    }
