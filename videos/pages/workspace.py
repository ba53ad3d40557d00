"""The workspace's settings: one form, and a question before anything is deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from videos.access import current_workspace
from videos.errors import FieldError, Invalid
from videos.models import Workspace
from videos.pages.shell import owners_page, page_shown
from videos.pages.workspace_form import WorkspaceForm, values_of
from videos.retention import Leaving, retention_cutoff, retention_leaving
from videos.services import WorkspaceDetails, workspace_update


@owners_page
def workspace_page(request: HttpRequest) -> HttpResponse:
    """Show the settings; at a POST, save them, or ask first where a shorter retention would delete something."""
    workspace = current_workspace(request)
    form = WorkspaceForm(request.POST or None, initial=values_of(workspace))
    if request.method == "POST" and form.is_valid():
        details = form.details()
        leaving = _leaving(workspace, details)
        if leaving is not None and leaving.sessions and "confirmed" not in request.POST:
            return _asked(request, workspace, details, leaving)
        try:
            workspace_update(workspace, **details)
        except Invalid as error:
            for each in error.errors:
                _show(form, each)
            # What was not saved is not what the frame shows.
            workspace.refresh_from_db()
        else:
            messages.success(request, "Saved.")
            return redirect("videos:workspace")
    return page_shown(
        request, "videos/settings/workspace.html", "Workspace", form=form, public_token=workspace.public_token
    )


def _leaving(workspace: Workspace, details: WorkspaceDetails) -> Leaving | None:
    """Return what the next run would delete that it would not have deleted before, None where that is nothing."""
    number, unit = details["retention"], details["retention_unit"]
    if number is None:
        return None
    now = timezone.now()
    cutoff = retention_cutoff(workspace.zone, number, unit, now)
    if workspace.retention is not None:
        before = retention_cutoff(workspace.zone, workspace.retention, workspace.retention_unit, now)
        if cutoff <= before:
            return None
    return retention_leaving(workspace.pk, cutoff)


def _asked(request: HttpRequest, workspace: Workspace, details: WorkspaceDetails, leaving: Leaving) -> HttpResponse:
    """Say what would go, and carry the form along for who agrees."""
    carried = [
        (name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    return page_shown(
        request,
        "videos/settings/retention.html",
        "Delete what is older?",
        leaving=leaving,
        sessions=f"{leaving.sessions:,}",
        people=f"{leaving.people:,}",
        cutoff=leaving.cutoff.astimezone(workspace.zone),
        number=details["retention"],
        unit=details["retention_unit"],
        carried=carried,
        back=reverse("videos:workspace"),
    )


def _show(form: WorkspaceForm, error: FieldError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)
