"""The form of a list of people: a name, addresses as text, and a file of more."""

from __future__ import annotations

from typing import Any

from django import forms

from analytics.viewers.emails import Reading, decoded, emails_read, readings_joined
from videos.errors import Invalid

NAMED_LINES = 12


class PeopleForm(forms.Form):
    """What a list consists of. `reading` is what was found, once the form is valid."""

    name = forms.CharField(max_length=200, required=False)
    emails = forms.CharField(required=False, widget=forms.Textarea)
    file = forms.FileField(required=False)

    reading: Reading

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        try:
            self.reading = emails_read(values["emails"])
            if file := values.get("file"):
                self.reading = readings_joined(self.reading, emails_read(decoded(file.read())))
        except Invalid as error:
            for each in error.errors:
                self.add_error(each.field if each.field in self.fields else None, each.message)
            return values
        if not self.reading.emails:
            self.add_error("emails", " ".join(["No e-mail address was found.", left_out(self.reading)]).strip())
        return values


def left_out(reading: Reading) -> str:
    """Return in words which lines name nobody, '' where all do."""
    if not reading.bad:
        return ""
    lines = "; ".join(f"{bad.place} “{bad.text}” ({bad.reason})" for bad in reading.bad[:NAMED_LINES])
    more = len(reading.bad) - NAMED_LINES
    rest = f"; and {more:,} more" if more > 0 else ""
    return f"Left out: {lines}{rest}."
