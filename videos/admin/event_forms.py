"""The forms of events, talks, streams and registrations. They check; the services save."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from videos.admin.forms import PublicIdMixin, WorkspaceForm
from videos.models import Event, Registration, Stream, Talk, User
from videos.validators import instant_check

TALK_FIELDS: tuple[str, ...] = ("title", "kind", "provider", "stream", "recording", "starts_at", "ends_at")


class MembersField(forms.ModelMultipleChoiceField):
    """Members of the workspace, by name and address."""

    def label_from_instance(self, obj: Any) -> str:
        name = obj.get_full_name()
        return f"{name} ({obj.email})" if name else obj.email


class EventForm(WorkspaceForm):
    admins = MembersField(
        User.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="Members who may ask for the event's figures over the API, whatever their role.",
    )

    class Meta:
        model = Event
        fields = ("name", "admins")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["admins"].queryset = self.workspace.members.order_by("email")  # type: ignore[attr-defined]


class EventAddForm(PublicIdMixin, EventForm):
    """A new event."""


class TalkForm(forms.ModelForm):
    """A talk, on its own page or among its event's."""

    class Meta:
        model = Talk
        fields = TALK_FIELDS

    def clean_starts_at(self) -> datetime | None:
        return self._instant("starts_at")

    def clean_ends_at(self) -> datetime | None:
        return self._instant("ends_at")

    def _instant(self, name: str) -> datetime | None:
        moment: datetime | None = self.cleaned_data[name]
        if moment is not None:
            instant_check(moment)
        return moment


class TalkPageForm(TalkForm, WorkspaceForm):
    """A talk on its own page."""


class TalkAddForm(PublicIdMixin, TalkPageForm):
    """A new talk, of an event."""

    class Meta(TalkForm.Meta):
        fields = ("event", *TALK_FIELDS)


class StreamForm(WorkspaceForm):
    class Meta:
        model = Stream
        fields: tuple[str, ...] = ("recording",)


class StreamAddForm(PublicIdMixin, StreamForm):
    """A new stream, of a video."""

    class Meta(StreamForm.Meta):
        fields = ("video", "recording")


class RegistrationForm(WorkspaceForm):
    class Meta:
        model = Registration
        fields: tuple[str, ...] = ("email", "name", "registered_at")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        return email

    def clean_registered_at(self) -> datetime:
        moment: datetime = self.cleaned_data["registered_at"]
        instant_check(moment)
        return moment

    def clean(self) -> dict[str, Any] | None:
        """Refuse an address that is registered already: the model's rule, of which the form may lack the talk."""
        values = super().clean()
        talk = self.cleaned_data.get("talk") or getattr(self.instance, "talk", None)
        others = Registration.objects.filter(talk=talk, email=self.cleaned_data.get("email"))
        if talk and others.exclude(pk=self.instance.pk).exists():
            self.add_error("email", "This address is registered for the talk already.")
        return values

    def _get_validation_exclusions(self) -> set[str]:
        # Both halves of the rule that `clean` looks at, so that it is not told twice.
        return super()._get_validation_exclusions() | {"talk"}  # type: ignore[misc]


class RegistrationAddForm(RegistrationForm):
    """A new registration, for a talk."""

    class Meta(RegistrationForm.Meta):
        fields = ("talk", "email", "name", "registered_at")
