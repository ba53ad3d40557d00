"""The overview: read the address, ask, render."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics.pages.later import is_whole, part_wanted
from analytics.pages.overview import audience_part, lists_part, overview
from analytics.pages.places import Place, folder_place, project_place, workspace_place
from analytics.pages.shell import inquiry_of, member_page, page_rendered, part_rendered, scopes_in
from analytics.pages.videos import SORT, ordered_state
from videos.access import current_workspace
from videos.selectors import folder_by_id, project_by_id

# What of an overview can come later, with the template `overview_NAME.html` of each.
PARTS = {"audience": audience_part, "lists": lists_part}


@member_page
def overview_view(request: HttpRequest) -> HttpResponse:
    """Show the workspace's overview."""
    return _overview_shown(request, "Overview", workspace_place(current_workspace(request)))


@member_page
def project_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the overview of a project."""
    project = project_by_id(current_workspace(request), public_id)
    return _overview_shown(request, project.name, project_place(project))


@member_page
def folder_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the overview of a folder with all that is nested in it."""
    folder = folder_by_id(current_workspace(request), public_id)
    return _overview_shown(request, folder.name, folder_place(folder))


@member_page
def watching_view(request: HttpRequest) -> HttpResponse:
    """Show how many are watching now, in the scope and under the filters of the page that asks again and again."""
    inquiry = inquiry_of(request, next(iter(scopes_in(request.GET)), None))
    context = {"watching": inquiry.watching(), "watching_query": f"?{request.GET.urlencode()}"}
    return render(request, "analytics/parts/watching.html", context)


def _overview_shown(request: HttpRequest, title: str, place: Place) -> HttpResponse:
    inquiry = inquiry_of(request, place.scope)
    inquiry = replace(inquiry, state=ordered_state(inquiry.state, request.GET.get(SORT, "")))
    if part := part_wanted(request, PARTS):
        answer = PARTS[part](inquiry, place)
        return part_rendered(request, inquiry, title, f"analytics/overview_{part}.html", answer)
    page = overview(inquiry, place, is_whole(request))
    return page_rendered(request, inquiry, title, "analytics/overview_main.html", page)
