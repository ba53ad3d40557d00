"""Changing the current workspace."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from videos.access import workspace_choose


@login_required
@require_POST
def workspace_switch(request: HttpRequest, workspace_id: int) -> HttpResponse:
    """Make another of the member's workspaces the current one and show its overview; 403 for any other."""
    workspace_choose(request, workspace_id)
    return redirect(settings.LOGIN_REDIRECT_URL)
