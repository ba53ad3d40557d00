"""Who registered for which talk."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from videos import services
from videos.admin.event_forms import RegistrationAddForm, RegistrationForm
from videos.admin.events import EventFilter
from videos.admin.scoped import RowsFilter, ScopedAdmin, own_rows
from videos.models import Registration, Talk


class RegistrationEventFilter(EventFilter):
    """Filters by the event of the talk."""

    column = "talk__event"


class TalkFilter(RowsFilter):
    """Filters by a talk; of the event that is filtered by, where one is."""

    title, parameter_name, model = "talk", "talk", Talk

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = own_rows(Talk, request).order_by("event__name", "event", "starts_at", "pk")
        event = request.GET.get(EventFilter.parameter_name, "")
        # A talk that is chosen stays on offer, also beside another event.
        return [
            (str(row.pk), row.title)
            for row in rows
            if event in {"", str(row.event_id)} or str(row.pk) == request.GET.get(self.parameter_name)
        ]


@admin.register(Registration)
class RegistrationAdmin(ScopedAdmin):
    form, add_form = RegistrationForm, RegistrationAddForm
    fields = ("talk", "email", "name", "registered_at", "public_id")
    add_fields = ("talk", "email", "name", "registered_at")
    readonly_fields = ("talk", "public_id")
    autocomplete_fields = ("talk",)
    list_display = ("person", "talk", "event", "registered_at", "public_id")
    list_filter = (RegistrationEventFilter, TalkFilter)
    list_select_related = ("talk__event",)
    search_fields = ("email", "name", "public_id")
    search_help_text = "Address, name or id"

    @display(description="person", header=True, ordering="email")
    def person(self, registration: Registration) -> list[Any]:
        return [registration.name or registration.email, registration.email if registration.name else None]

    @display(description="event", ordering="talk__event__name")
    def event(self, registration: Registration) -> str:
        return registration.talk.event.name

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the talk whose list one comes from."""
        came_from = parse_qs(request.GET.get("_changelist_filters", ""))
        talk = came_from.get(TalkFilter.parameter_name, [""])[0]
        own = own_rows(Talk, request).filter(pk=talk).first() if talk.isdecimal() and len(talk) < 19 else None
        return {**super().get_changeform_initial_data(request), **({"talk": own} if own else {})}

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Registration:
        return services.registration_create(values.pop("talk"), **values)

    def row_change(self, row: Registration, changed: dict[str, Any]) -> None:
        if changed:
            services.registration_update(row, **changed)  # type: ignore[typeddict-item]

    def row_delete(self, row: Registration) -> None:
        services.registration_delete(row)
