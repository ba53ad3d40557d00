"""Events, talks, streams and registrations: what their bodies may hold, and what their lists may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.validators import EmailValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from videos.api.shapes import (
    LONGEST_NAME,
    LONGEST_TITLE,
    NamedShape,
    PageShape,
    Reference,
    Shape,
    Text,
)
from videos.models import Event, Provider, Stream, Talk, TalkKind, User, Video, Workspace
from videos.selectors import event_by_id, is_askable, stream_by_id, talk_by_id, video_by_id
from videos.validators import instant_check

LONGEST_EMAIL = 254
MOST_ADMINS = 500


@extend_schema_field(OpenApiTypes.DATETIME)
class Instant(serializers.Field):
    """A moment as RFC 3339 writes it, with its zone: a local time without one could mean any of several."""

    default_error_messages = {"invalid": "Give an instant with its zone, such as 2026-07-01T09:00:00+02:00."}

    def to_internal_value(self, data: Any) -> datetime:
        if not isinstance(data, str) or len(data) > 40:
            self.fail("invalid")
        try:
            moment = datetime.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if moment.tzinfo is None:
            self.fail("invalid")
        instant_check(moment)
        return moment.astimezone(UTC)

    def to_representation(self, value: Any) -> Any:
        return value


class Email(Text):
    """An e-mail address."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST_EMAIL, validators=[EmailValidator()])


class OptionalText(Text):
    """A text that may be missing; null and '' are none."""

    def __init__(self, max_length: int) -> None:
        super().__init__(required=False, allow_null=True, allow_blank=True, max_length=max_length)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return "" if data is None else super().run_validation(data)


@extend_schema_field({"type": "array", "items": {"type": "string", "format": "email"}, "maxItems": MOST_ADMINS})
class Members(serializers.Field):
    """E-mail addresses of members of the workspace, read as those users; one query."""

    default_error_messages = {
        "invalid": "Give a list of e-mail addresses of members.",
        "too_many": f"At most {MOST_ADMINS} members.",
        "strangers": "No member of this workspace: {emails}.",
    }

    def to_internal_value(self, data: Any) -> list[User]:
        if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
            self.fail("invalid")
        if len(data) > MOST_ADMINS:
            self.fail("too_many")
        wanted = dict.fromkeys(each.strip().lower() for each in data)
        # Not every database can be asked for every text.
        askable = [email for email in wanted if email.isprintable()]
        workspace: Workspace = self.context["workspace"]
        found = {user.email: user for user in User.objects.filter(memberships__workspace=workspace, email__in=askable)}
        if strangers := [email[:LONGEST_EMAIL] for email in wanted if email not in found]:
            self.fail("strangers", emails=", ".join(strangers).encode("utf-8", "replace").decode())
        return [found[email] for email in wanted]

    def to_representation(self, value: Any) -> Any:
        return value


class Parent(Reference):
    """What something new is part of; given at creation, it stays."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if self.parent.partial and data is not serializers.empty:  # type: ignore[union-attr]
            raise serializers.ValidationError(f"The {self.model._meta.verbose_name} is given at creation and stays.")
        return super().run_validation(data)


class KnownTalk(Parent):
    """The talk of a registration; where many come at once, their talks are looked up together (`known_talks`)."""

    def to_internal_value(self, data: Any) -> Any:
        known: Mapping[str, Talk] | None = self.context.get("known_talks")
        if known is None or not isinstance(data, str):
            return super().to_internal_value(data)
        if data not in known:
            raise serializers.ValidationError(f"There is no talk {data[:64]!r} in this workspace.", "unknown_talk")
        return known[data]


def known_talks(workspace: Workspace, several: list[Any]) -> dict[str, Talk]:
    """Return, by public id, those of the talks that a list of registrations names which exist: one query."""
    named = [one.get("talk") for one in several if isinstance(one, Mapping)]
    askable = {each for each in named if isinstance(each, str) and is_askable(each)}
    talks = Talk.objects.filter(event__workspace=workspace, public_id__in=askable).select_related("event")
    return {talk.public_id: talk for talk in talks}


class EventShape(NamedShape):
    admins = Members(required=False)


class TalkShape(Shape):
    event = Parent(event_by_id, Event)
    title = Text(max_length=LONGEST_TITLE)
    kind = serializers.ChoiceField(TalkKind.choices, required=False)
    provider = serializers.ChoiceField(Provider.choices, required=False)
    stream = Reference(stream_by_id, Stream, required=False, allow_null=True)
    recording = Reference(video_by_id, Video, required=False, allow_null=True)
    starts_at = Instant(required=False, allow_null=True)
    ends_at = Instant(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; those of a choice tell what there is to choose from."""
        fields = super().get_fields()
        for name, known in (("kind", TalkKind), ("provider", Provider)):
            message = f"There is no such {name}; there are {', '.join(known.values)}."
            fields[name].error_messages["invalid_choice"] = message
        return fields


class StreamShape(Shape):
    video = Parent(video_by_id, Video)
    recording = Reference(video_by_id, Video, required=False, allow_null=True)


class RegistrationShape(Shape):
    talk = KnownTalk(talk_by_id, Talk)
    email = Email()
    name = OptionalText(LONGEST_NAME)
    registered_at = Instant(required=False)


class TalkPage(PageShape):
    event = Reference(event_by_id, Event, required=False)


class StreamPage(PageShape):
    video = Reference(video_by_id, Video, required=False)


class RegistrationPage(PageShape):
    talk = Reference(talk_by_id, Talk, required=False)
    event = Reference(event_by_id, Event, required=False, source="talk__event")
