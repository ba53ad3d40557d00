"""The values that a filter can have, and saving and forgetting segments."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from analytics.context import Context
from analytics.pages.filters.bar import values_of
from analytics.pages.filters.listed import segment_lines
from analytics.pages.shell import inquiry_of, member_form, member_page, scopes_in
from analytics.pages.state import ADDED, ADDED_OPERATION, FILTER_DIMENSIONS
from analytics.segments import segment_create, segment_delete, segment_rename
from videos.access import current_workspace, may_edit
from videos.errors import Invalid


@member_page
def filter_values_view(request: HttpRequest) -> HttpResponse:
    """Return the field for the value of a new filter on the dimension that `add` names."""
    dimension = request.GET.get(ADDED, "")
    if dimension not in FILTER_DIMENSIONS:
        raise Http404(f"There is no dimension {dimension!r}.")
    query = request.GET.copy()
    del query[ADDED]
    looks_inside = "contains" in query.pop(ADDED_OPERATION, [])
    request.GET = query  # type: ignore[assignment]
    inquiry = inquiry_of(request, next(iter(scopes_in(request.GET)), None))
    context = {"values": values_of(inquiry, dimension), "looks_inside": looks_inside}
    return render(request, "analytics/parts/filter_value.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_form
def segments_view(request: HttpRequest) -> HttpResponse:
    """List the workspace's segments; or save the form's filters under its name, and go back to the page."""
    if request.method == "POST":
        return _saved(request)
    lines = segment_lines(Context(current_workspace(request)))
    context = {"title": "Segments", "lines": lines, "may_edit": may_edit(request)}
    return render(
        request, "analytics/segments.html", {**admin.site.each_context(request), "is_fullwidth": "1", **context}
    )


def _saved(request: HttpRequest) -> HttpResponse:
    if not may_edit(request):
        raise PermissionDenied
    name = request.POST.get("name", "")
    try:
        segment_create(current_workspace(request), name, request.POST.getlist("filter"))
    except Invalid as error:
        messages.error(request, " ".join(each.message for each in error.errors))
    else:
        messages.success(request, f"The segment “{name.strip()}” is saved.")
    return redirect(_page(request))


@require_POST
@member_form
def segment_rename_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Call a segment something else."""
    if not may_edit(request):
        raise PermissionDenied
    try:
        segment = segment_rename(current_workspace(request), public_id, request.POST.get("name", ""))
    except Invalid as error:
        messages.error(request, " ".join(each.message for each in error.errors))
    else:
        messages.success(request, f"The segment is called “{segment.name}” now.")
    return redirect("pages:segments")


@require_POST
@member_form
def segment_delete_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Forget a segment."""
    if not may_edit(request):
        raise PermissionDenied
    segment_delete(current_workspace(request), public_id)
    messages.success(request, "The segment is deleted.")
    return redirect("pages:segments")


def _page(request: HttpRequest) -> str:
    """Return the page of this site that the form came from."""
    address = request.POST.get("page", "")
    is_ours = url_has_allowed_host_and_scheme(address, None) and not urlsplit(address).netloc
    return address if is_ours else "/"
