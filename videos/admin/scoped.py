"""What all admin pages share: the current workspace's rows only, permissions from the role, changes by services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models, transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.admin import ModelAdmin

from videos.access import access_of, current_workspace, may_edit
from videos.admin.forms import WorkspaceForm
from videos.errors import DomainError
from videos.models import Registration, Stream, Talk


class RolePermissions:
    """Members read, editors and owners change. Django's own permissions play no part."""

    def may_read(self, request: HttpRequest) -> bool:
        return access_of(request) is not None

    def may_change(self, request: HttpRequest) -> bool:
        return may_edit(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_read(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_read(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)


class Autocomplete(AutocompleteSelect):
    """Looks rows up as one types. Says what to choose, also to who cannot see the label beside it."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attributes: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return attributes | {"data-placeholder": f"Choose the {self.field.verbose_name}"}


class OwnChoices:
    """Foreign keys are to rows of the current workspace."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        page: Any = self
        kwargs["queryset"] = own_rows(db_field.related_model, request)
        if db_field.name in page.get_autocomplete_fields(request):
            kwargs["widget"] = Autocomplete(db_field, page.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class ScopedAdmin(RolePermissions, OwnChoices, ModelAdmin):
    """Pages for the rows of the current workspace. Subclasses say which services create, change and delete.

    The forms find what is wrong beforehand. What only the service can find, such as an id that was taken in the same
    second, is told as a message on the same page.
    """

    add_form: type[WorkspaceForm]
    add_fields: tuple[str | tuple[str, ...], ...] = ()
    list_per_page = 50
    list_fullwidth = True
    compressed_fields = True
    delete_confirmation_template = "videos/delete_confirmation.html"
    delete_selected_confirmation_template = "videos/delete_selected_confirmation.html"

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> models.Model:
        """Return the new row made from the form's values."""
        raise NotImplementedError

    def row_change(self, row: Any, changed: dict[str, Any]) -> None:
        """Apply the values that were changed in the form."""
        raise NotImplementedError

    def row_delete(self, row: Any) -> None:
        """Delete the row."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{workspace_path(self.model): current_workspace(request)})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fields(request, obj) if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if not change:
            kwargs["form"] = self.add_form
        form = super().get_form(request, obj, change, **kwargs)
        return type(form)(form.__name__, (form,), {"workspace": current_workspace(request)})

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool) -> None:
        if change:
            self.row_change(obj, {name: form.cleaned_data[name] for name in form.changed_data})
        else:
            # Django goes on with the form's own instance, so that becomes the row that the service made.
            values = {{"own_id": "public_id"}.get(name, name): value for name, value in form.cleaned_data.items()}
            obj.__dict__.update(self.row_create(request, values).__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.row_delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for pk in list(queryset.values_list("pk", flat=True)):
                # One row's deletion may have taken another's with it, as a folder takes those within.
                if row := self.get_queryset(request).filter(pk=pk).first():
                    self.row_delete(row)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._told(request, lambda: super(ScopedAdmin, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._told(request, lambda: super(ScopedAdmin, self).delete_view(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._told(request, lambda: super(ScopedAdmin, self).changelist_view(request, *args, **kwargs))

    def _told(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return view()
        except DomainError as error:
            messages.error(request, " ".join(each.message for each in error.errors) or error.detail)
            return redirect(request.get_full_path())


class RowsFilter(SimpleListFilter):
    """Filters a list by a foreign key to a row of the current workspace; with a way to ask for none.

    `column` is the foreign key where it is called otherwise than in the address.
    """

    parameter_name: str
    column = ""
    model: type[models.Model]
    none_label = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = [(str(row.pk), str(row)) for row in own_rows(self.model, request)]
        return [("none", self.none_label), *rows] if rows and self.none_label else rows

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value == "none":
            return queryset.filter(**{f"{self.parameter_name}__isnull": True})
        return queryset.filter(**{self.column or self.parameter_name: value}) if self.offers(value) else queryset.none()

    def offers(self, value: str) -> bool:
        """Whether `value` is a choice; anything else in the address finds nothing, a number of 30 digits included."""
        return value in {str(key) for key, _ in self.lookup_choices}


def own_rows(model: type[models.Model], request: HttpRequest) -> QuerySet[Any]:
    """Return the current workspace's rows of a model, with what their names are made of."""
    rows = model._default_manager.filter(**{workspace_path(model): current_workspace(request)})
    return rows.select_related("video") if model is Stream else rows


def workspace_path(model: type[models.Model]) -> str:
    """Return the condition by which rows of a model are of a workspace."""
    return {Talk: "event__workspace", Registration: "talk__event__workspace"}.get(model, "workspace")


def count_of(model: type[models.Model], foreign_key: str) -> Coalesce:
    """Return an annotation: how many rows of `model` refer to this one."""
    rows = model._default_manager.filter(**{foreign_key: OuterRef("pk")}).order_by()
    counted = rows.values(foreign_key).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
