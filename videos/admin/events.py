"""Events and their talks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import display

from videos import services
from videos.access import current_workspace
from videos.admin.event_forms import TALK_FIELDS, EventAddForm, EventForm, TalkAddForm, TalkForm, TalkPageForm
from videos.admin.scoped import OwnChoices, RolePermissions, RowsFilter, ScopedAdmin, count_of
from videos.models import Event, Registration, Talk

TIMES = ("starts_at", "ends_at")
TALK_ROWS = ("title", ("kind", "provider"), "stream", "recording", *TIMES)


class EventFilter(RowsFilter):
    title, parameter_name, model = "event", "event", Event


class TalkFields(OwnChoices):
    """What a talk's fields are on its own page and among its event's: instants are in the workspace's time zone."""

    autocomplete_fields: tuple[str, ...] = ("stream", "recording")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name in TIMES:
            field.help_text = f"In the workspace's time zone, {current_workspace(request).timezone}."
        return field

    @display(description="registered")
    def registered(self, talk: Any) -> str | SafeString:
        return registered_link(talk.registration_count, talk=talk.pk) if talk.pk else "nobody yet"


def registered_link(count: int, **narrowed: int) -> SafeString:
    """Return how many registered, as a link to the list of them."""
    (name, value), *_ = narrowed.items()
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}?{}={}">{}</a>',
        reverse("admin:videos_registration_changelist"),
        name,
        value,
        count,
    )


class TalkInline(RolePermissions, TalkFields, StackedInline):
    """An event's talks, edited with it."""

    model = Talk
    form = TalkForm
    fields = (*TALK_ROWS, ("registered", "public_id"))
    readonly_fields = ("registered", "public_id")
    extra = 0
    collapsible = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Talk]:
        rows = super().get_queryset(request).select_related("event", "stream__video", "recording")
        return rows.annotate(registration_count=count_of(Registration, "talk"))


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    form, add_form = EventForm, EventAddForm
    fields, add_fields = ("name", "admins", "public_id", "created_at"), ("name", "admins", "own_id")
    readonly_fields = ("public_id", "created_at")
    list_display = ("name", "begins_at", "talk_count", "registration_count", "public_id", "created_at")
    search_fields = ("name", "public_id")
    inlines = (TalkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        first = Talk.objects.filter(event=OuterRef("pk"), starts_at__isnull=False).order_by("starts_at")
        return (
            super()
            .get_queryset(request)
            .annotate(
                begins_at=Subquery(first.values("starts_at")[:1]),
                talk_count=count_of(Talk, "event"),
                registration_count=count_of(Registration, "talk__event"),
            )
        )

    @display(description="begins", ordering="begins_at")
    def begins_at(self, event: Any) -> Any:
        return event.begins_at

    @display(description="talks", ordering="talk_count")
    def talk_count(self, event: Any) -> int:
        return event.talk_count

    @display(description="registrations", ordering="registration_count")
    def registration_count(self, event: Any) -> SafeString:
        return registered_link(event.registration_count, event=event.pk)

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Event:
        admins = values.pop("admins")
        event = services.event_create(current_workspace(request), **values)
        services.event_admins_set(event, admins)
        return event

    def row_change(self, row: Event, changed: dict[str, Any]) -> None:
        services.event_rename(row, changed.get("name", row.name))
        if "admins" in changed:
            services.event_admins_set(row, changed["admins"])

    def row_delete(self, row: Event) -> None:
        services.event_delete(row)

    def save_formset(self, request: HttpRequest, form: Any, formset: forms.BaseModelFormSet, change: bool) -> None:
        """Save the talks by their services; what Django then tells the history is taken from the formset."""
        formset.save(commit=False)
        for talk in formset.deleted_objects:
            services.talk_delete(talk)
        for talk, names in formset.changed_objects:
            services.talk_update(talk, **{name: getattr(talk, name) for name in names})  # type: ignore[typeddict-item]
        for talk in formset.new_objects:
            values = {name: getattr(talk, name) for name in TALK_FIELDS}
            created = services.talk_create(form.instance, **values)  # type: ignore[typeddict-item]
            talk.__dict__.update(created.__dict__)


@admin.register(Talk)
class TalkAdmin(TalkFields, ScopedAdmin):
    """All talks of all events, as a list to look through."""

    form, add_form = TalkPageForm, TalkAddForm
    fields = ("event", *TALK_ROWS, "registered", "public_id")  # type: ignore[assignment]
    add_fields = ("event", *TALK_ROWS, "own_id")  # type: ignore[assignment]
    readonly_fields = ("event", "registered", "public_id")
    autocomplete_fields = ("event", *TalkFields.autocomplete_fields)
    list_display = ("title", "event", "kind", "provider", "starts_at", "registration_count", "public_id")
    list_filter = (EventFilter, "kind", "provider")
    list_select_related = ("event",)
    search_fields = ("title", "public_id", "event__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Talk]:
        rows = super().get_queryset(request).select_related("event", "stream__video", "recording")
        return rows.annotate(registration_count=count_of(Registration, "talk"))

    @display(description="registrations", ordering="registration_count")
    def registration_count(self, talk: Any) -> SafeString:
        return registered_link(talk.registration_count, talk=talk.pk)

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Talk:
        return services.talk_create(values.pop("event"), **values)

    def row_change(self, row: Talk, changed: dict[str, Any]) -> None:
        services.talk_update(row, **changed)  # type: ignore[typeddict-item]

    def row_delete(self, row: Talk) -> None:
        services.talk_delete(row)
