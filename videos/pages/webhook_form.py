"""The form of a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import INPUT_CLASSES

from videos.errors import Invalid
from videos.services import WebhookDetails
from videos.webhooks.events import EVENTS
from videos.webhooks.targets import LONGEST_URL, url_check, url_normal


class WebhookForm(forms.Form):
    """Address, events, and a word about it."""

    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        widget=forms.URLInput({"class": " ".join(INPUT_CLASSES), "placeholder": "https://example.com/hooks/viewprint"}),
        help_text="An http or https address of a public server. Each event is sent there as a POST with JSON.",
    )
    description = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput({"class": " ".join(INPUT_CLASSES), "placeholder": "CRM"}),
        help_text="What it is called on these pages.",
    )
    events = forms.MultipleChoiceField(
        choices=[(event.name, event.about) for event in EVENTS.values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one event."},
    )

    def clean_url(self) -> str:
        url = url_normal(self.cleaned_data["url"])
        url_check(url)
        return url

    def details(self) -> WebhookDetails:
        """Return what the valid form says."""
        values: Any = self.cleaned_data
        return {"url": values["url"], "description": values["description"], "events": values["events"]}

    def add_invalid(self, error: Invalid) -> None:
        """Show what the service found."""
        for each in error.errors:
            self.add_error(each.field if each.field in self.fields else None, each.message)
