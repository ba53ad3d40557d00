"""The library's forms: each is a page of its own, and the same in a dialog over the page that it is asked for on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from analytics.pages.library.forms import ServiceForm
from videos.access import current_workspace, may_edit
from videos.errors import Invalid, NotFree, Unknown


@dataclass(frozen=True)
class Dialog:
    """A form's heading, the template of what is in it, and its button; a `danger` destroys something."""

    title: str
    body: str = "analytics/library_fields.html"
    button: str = ""
    danger: bool = False


@dataclass(frozen=True)
class Done:
    """What was done, in words (safe HTML where there is a link in them), and where to go on."""

    words: str
    url: str


def editor_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let editors and owners use the form; 403 for other members, 404 for what the workspace does not have."""

    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @vary_on_headers("HX-Request")
    @cache_control(private=True, no_cache=True)
    @wraps(view)
    def form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_edit(request):
            raise PermissionDenied("Only editors and owners change the library.")
        try:
            return view(request, *args, **kwargs)
        except Unknown as error:
            raise Http404(error.detail) from error

    return form


def back_url(request: HttpRequest) -> str:
    """Return the page that the form was asked for on: one of this site, else the library."""
    url = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_ours else reverse("pages:library")


def form_answered(
    request: HttpRequest, dialog: Dialog, form: ServiceForm, do: Callable[[], Done], context: dict[str, Any]
) -> HttpResponse:
    """Do what the posted form asks for and lead on, or show the form with what is wrong in it."""
    if request.method == "POST" and form.is_valid():
        try:
            done = do()
        except (Invalid, NotFree) as error:
            form.add_refusal(error)
        else:
            messages.success(request, done.words)
            return HttpResponseClientRedirect(done.url) if _is_dialog(request) else redirect(done.url)
    return dialog_rendered(request, dialog, {"form": form, **context})


def dialog_rendered(request: HttpRequest, dialog: Dialog, context: dict[str, Any]) -> HttpResponse:
    """Return the form alone for a dialog, else in a page; 422 where it was sent and is shown again in a dialog."""
    values = {**context, "dialog": dialog, "back": back_url(request), "is_dialog": _is_dialog(request)}
    if _is_dialog(request):
        status = 422 if request.method == "POST" else 200
        return render(request, "analytics/library_dialog.html", values, status=status)
    page = {**admin.site.each_context(request), "title": dialog.title, "workspace": current_workspace(request)}
    return render(request, "analytics/library_form.html", {**page, **values})


def _is_dialog(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers
