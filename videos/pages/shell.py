"""What the settings' pages share: owners only, in the workspace's time zone, never kept by a browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from videos.access import current_workspace, is_owner

View = Callable[..., HttpResponse]


def owners_page(view: View) -> View:
    """Let the current workspace's owners see the page; others are sent to sign in, or refused (403)."""

    @login_required
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_owner(request):
            raise PermissionDenied
        with timezone.override(current_workspace(request).zone):
            return view(request, *args, **kwargs)

    return page


def page_shown(request: HttpRequest, template: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
    """Return a page of the settings, in the frame that all pages have."""
    frame = {**admin.site.each_context(request), "workspace": current_workspace(request), "title": title}
    return render(request, template, {**frame, **context}, status=status)


def secret_shown(request: HttpRequest, title: str, what: str, secret: str, back: str) -> HttpResponse:
    """Return a page with a secret that is kept nowhere, so that it cannot be shown again."""
    return page_shown(request, "videos/shown_once.html", title, what=what, secret=secret, back=back)
