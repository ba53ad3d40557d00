"""API tokens, which only owners see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
)

from videos.access import current_workspace
from videos.admin.forms import WorkspaceForm
from videos.admin.scoped import OwnerPermissions, ScopedAdmin
from videos.models import ApiToken, Scope
from videos.tokens import token_create, token_revoke


class TokenForm(WorkspaceForm):
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        initial=Scope.values,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="Read: statistics and the catalog. Write: changing the catalog, importing, ordering reports.",
    )

    class Meta:
        model = ApiToken
        fields = ("name", "scopes")


class OwnerAdmin(OwnerPermissions, ScopedAdmin):
    """Pages that only owners see."""

    def shown_once(self, request: HttpRequest, title: str, what: str, secret: str) -> HttpResponse:
        """Return a page with a secret that is kept nowhere, so that it cannot be shown again."""
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "what": what,
            "secret": secret,
            "back": reverse(f"admin:videos_{self.opts.model_name}_changelist"),
        }
        return TemplateResponse(request, "videos/shown_once.html", context)


@admin.register(ApiToken)
class ApiTokenAdmin(OwnerAdmin):
    """Tokens are made and revoked; nothing else about them changes, and revoked ones stay on record."""

    form = add_form = TokenForm
    fields, add_fields = (
        ("name", "shown_prefix", "shown_scopes", "created_at", "last_used_at", "revoked_at"),
        (
            "name",
            "scopes",
        ),
    )
    readonly_fields = ("name", "shown_prefix", "shown_scopes", "created_at", "last_used_at", "revoked_at")
    list_display = ("name", "shown_prefix", "shown_scopes", "created_at", "last_used_at", "state")
    search_fields = ("name", "prefix")
    ordering = ("-pk",)
    actions = ("revoke",)

    @display(description="begins with")
    def shown_prefix(self, token: ApiToken) -> str:
        return f"{token.prefix}…"

    @display(description="scopes")
    def shown_scopes(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @display(description="state", label={"valid": "success", "revoked": "danger"})
    def state(self, token: ApiToken) -> str:
        return "revoked" if token.revoked_at else "valid"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> ApiToken:
        token, request._new_token = token_create(current_workspace(request), values["name"], values["scopes"])  # type: ignore[attr-defined]
        return token

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """Show the token, this once."""
        plain: str = request._new_token  # type: ignore[attr-defined]
        return self.shown_once(request, "API token created", f"The token “{obj.name}”", plain)

    @admin.action(description="Revoke the selected tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        valid = list(tokens.filter(revoked_at=None))
        for token in valid:
            token_revoke(token)
            self.log_change(request, token, "Revoked.")
        messages.success(request, f"Revoked: {', '.join(token.name for token in valid) or 'none that was valid'}.")
