"""Events with their talks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline
from unfold.decorators import display

from videos import services
from videos.access import current_workspace
from videos.admin.forms import PublicIdMixin, WorkspaceForm
from videos.admin.scoped import RolePermissions, ScopedAdmin, count_of, own_rows
from videos.models import Event, Talk

TALK_FIELDS = ("title", "kind", "provider", "stream", "recording", "starts_at", "ends_at")


class EventForm(WorkspaceForm):
    class Meta:
        model = Event
        fields = ("name",)


class EventAddForm(PublicIdMixin, EventForm):
    """A new event."""


class TalkInline(RolePermissions, StackedInline):
    """An event's talks, edited with it. Instants are in the workspace's time zone."""

    model = Talk
    fields = TALK_FIELDS
    autocomplete_fields = ("recording",)
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"starts_at", "ends_at"}:
            field.help_text = f"In the workspace's time zone, {current_workspace(request).timezone}."
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = own_rows(db_field.related_model, request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    form, add_form = EventForm, EventAddForm
    fields, add_fields = ("name", "public_id", "created_at"), ("name", "own_id")
    readonly_fields = ("public_id", "created_at")
    list_display = ("name", "talk_count", "public_id", "created_at")
    search_fields = ("name", "public_id")
    inlines = (TalkInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).annotate(talk_count=count_of(Talk, "event"))

    @display(description="talks", ordering="talk_count")
    def talk_count(self, event: Any) -> int:
        return event.talk_count

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Event:
        return services.event_create(current_workspace(request), **values)

    def row_change(self, row: Event, changed: dict[str, Any]) -> None:
        services.event_rename(row, changed.get("name", row.name))

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
