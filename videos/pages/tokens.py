"""The API tokens of the workspace: made, shown once, revoked, and kept on record."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.widgets import INPUT_CLASSES

from videos.access import current_workspace
from videos.errors import Invalid
from videos.models import Scope
from videos.pages.shell import owners_page, page_shown, secret_shown
from videos.tokens import token_create, token_revoke

ABOUT = {
    Scope.READ: "Statistics, the catalog, exports of sessions.",
    Scope.WRITE: "Changing the catalog, importing, ordering reports, webhooks.",
}


class TokenForm(forms.Form):
    """What the token is for, and what it may."""

    name = forms.CharField(
        max_length=200,
        widget=forms.TextInput({"class": " ".join(INPUT_CLASSES), "placeholder": "Nightly export"}),
        help_text="Which program uses it, so that you know which one to revoke.",
    )
    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.label}: {about}") for scope, about in ABOUT.items()],
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )


@owners_page
def tokens_page(request: HttpRequest) -> HttpResponse:
    """Show the tokens, valid ones first; at a POST, make one and show it, this once."""
    workspace = current_workspace(request)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, plain = token_create(workspace, form.cleaned_data["name"], form.cleaned_data["scopes"])
        except Invalid as error:
            for each in error.errors:
                form.add_error(each.field if each.field in form.fields else None, each.message)
        else:
            back = reverse("videos:tokens")
            return secret_shown(request, "API token created", f"The token “{token.name}”", plain, back)
    tokens = workspace.tokens.order_by(F("revoked_at").desc(nulls_first=True), "-pk")
    return page_shown(request, "videos/settings/tokens.html", "API tokens", form=form, tokens=tokens)


@owners_page
def token_revoked(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ask whether to revoke a token; at a POST, do it."""
    token = current_workspace(request).tokens.filter(pk=token_id).first()
    if token is None:
        raise Http404
    if request.method != "POST":
        title, back = f"Revoke “{token.name}”?", reverse("videos:tokens")
        return page_shown(request, "videos/settings/token_revoke.html", title, token=token, back=back)
    token_revoke(token)
    messages.success(request, f"The token “{token.name}” is revoked.")
    return redirect("videos:tokens")
