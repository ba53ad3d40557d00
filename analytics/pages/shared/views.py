"""Making, listing and ending shared links, and the page that a link opens."""

from __future__ import annotations

import math
import secrets
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from analytics.models import SharedPage
from analytics.pages.shared.links import (
    guests_query,
    page_at,
    password_fits,
    shared_page_create,
    shared_page_end,
    shared_page_open,
    shared_pages,
)
from analytics.pages.shell import member_form
from videos.access import current_workspace, guest_let_in, may_edit
from videos.api.throttles import LoginThrottle
from videos.errors import Invalid
from videos.models import User

DEFAULT_DAYS = 30
LIFETIMES = (("7", "A week"), ("30", "30 days"), ("90", "90 days"), ("365", "A year"))


@require_http_methods(["GET", "HEAD", "POST"])
@member_form
def shared_pages_view(request: HttpRequest) -> HttpResponse:
    """List the workspace's links; make one for the page that the address names."""
    if not may_edit(request):
        raise PermissionDenied
    values = request.POST if request.method == "POST" else request.GET
    address = values.get("page", "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        days, user = values.get("days", ""), cast(User, request.user)
        number = int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else 0
        title, password = values.get("title", ""), values.get("password", "")
        try:
            shared_page_create(current_workspace(request), user, address, title, password, number)
        except Invalid as error:
            errors = {each.field: each.message for each in error.errors}
        else:
            messages.success(request, "The link is made. Copy it from the list, and tell the password separately.")
            return redirect("pages:shared_pages")
    form = {
        "page": address,
        "title": values.get("title", "")[:200],
        "password": values.get("password", "") if errors else secrets.token_urlsafe(6).replace("-", "x"),
        "days": values.get("days", str(DEFAULT_DAYS)),
    }
    context = {
        "title": "Shared links",
        "form": form if page_at(address) else None,
        "not_shareable": bool(address) and page_at(address) is None,
        "errors": errors,
        "lifetimes": LIFETIMES,
        "links": [_shown(request, each) for each in shared_pages(current_workspace(request))],
    }
    return render(
        request, "analytics/shared/links.html", {**admin.site.each_context(request), "is_fullwidth": "1", **context}
    )


def _shown(request: HttpRequest, shared: SharedPage) -> dict[str, Any]:
    zone = current_workspace(request).zone
    return {
        "title": shared.title,
        "token": shared.token,
        "url": request.build_absolute_uri(reverse("pages:shared", args=[shared.token])),
        "page": f"{shared.path}?{shared.query}" if shared.query else shared.path,
        "has_password": bool(shared.password),
        "ends_at": shared.ends_at.astimezone(zone),
        "opened_at": shared.opened_at and shared.opened_at.astimezone(zone),
        "shared_by": shared.shared_by or "somebody who has left",
    }


@require_POST
@member_form
def shared_page_end_view(request: HttpRequest, token: str) -> HttpResponse:
    """End a link."""
    if not may_edit(request):
        raise PermissionDenied
    shared_page_end(current_workspace(request), token)
    messages.success(request, "The link no longer opens.")
    return redirect("pages:shared_pages")


@require_http_methods(["GET", "HEAD", "POST"])
def shared_view(request: HttpRequest, token: str) -> HttpResponse:
    """Show the page that a link shares to whoever has it, once they have given its password."""
    shared = shared_page_open(token)
    found = page_at(shared.path) if shared else None
    if shared is None or found is None:
        return _unlinkable(render(request, "analytics/shared/ended.html", status=410))
    if not _is_unlocked(request, shared):
        if request.htmx:  # type: ignore[attr-defined]
            return _unlinkable(HttpResponseClientRefresh())
        return _unlinkable(_password_page(request, shared))
    if request.method == "POST":
        return redirect(request.path)
    SharedPage.objects.filter(pk=shared.pk).update(opened_at=timezone.now())
    request.GET = guests_query(shared, request.GET)  # type: ignore[assignment]
    guest_let_in(request, shared.workspace, shared.title)
    return _unlinkable(found.func(request, *found.args, **found.kwargs))


def _password_page(request: HttpRequest, shared: SharedPage) -> HttpResponse:
    """Ask for the password, or take it: a right one is remembered in the session until it is changed."""
    said = ""
    if request.method == "POST":
        throttle = LoginThrottle()
        if not throttle.attempt(request.META.get("REMOTE_ADDR", ""), f"shared:{shared.token}"):
            said = f"Too many attempts. Try again in {math.ceil(throttle.wait() or 0)} seconds."
        elif password_fits(shared, request.POST.get("password", "")):
            request.session[_session_key(shared)] = _proof(shared)
            return redirect(request.path)
        else:
            said = "The password is not right."
    context = {"shared": shared, "said": said}
    return render(request, "analytics/shared/password.html", context, status=403 if said else 200)


def _is_unlocked(request: HttpRequest, shared: SharedPage) -> bool:
    return not shared.password or request.session.get(_session_key(shared)) == _proof(shared)


def _session_key(shared: SharedPage) -> str:
    return f"shared:{shared.pk}"


def _proof(shared: SharedPage) -> str:
    return salted_hmac("viewprint.shared", shared.password, algorithm="sha256").hexdigest()


def _unlinkable(response: HttpResponse) -> HttpResponse:
    """Return the response so that neither search engines nor other sites learn of the link."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin"
    return response
