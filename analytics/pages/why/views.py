"""The address of a number's explanation, and marking a viewer as one of the workspace's own people."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from analytics.metrics import METRICS
from analytics.pages.downloads import rows_wanted
from analytics.pages.inquiry import Inquiry
from analytics.pages.shell import inquiry_of, member_form, page_rendered, scopes_in
from analytics.pages.viewers.paging import page_asked
from analytics.pages.why.page import PER_PAGE, why_page
from analytics.team import team_viewer_mark, team_viewer_unmark
from videos.access import current_workspace, may_edit

LONGEST_KEY = 64


@member_form
def why_view(request: HttpRequest, metric: str) -> HttpResponse:
    """Explain a metric over what the address names; 404 for a metric, or a thing of the catalog, that is not there."""
    if metric not in METRICS:
        raise Http404(f"There is no metric {metric!r}.")
    if request.method == "POST":
        return _marked(request)
    scope = next(iter(scopes_in(request.GET)), None)
    inquiry = inquiry_of(request, scope)
    about = _name_of(inquiry)
    kept = [(scope.kind, scope.public_id)] if scope else []
    chosen, notices = request.GET.get("sessions", ""), list(inquiry.state.notices)
    number = page_asked(request.GET, notices)
    if chosen:
        kept.append(("sessions", chosen))
    inquiry = replace(inquiry, state=replace(inquiry.state, more=tuple(kept), notices=tuple(notices)))
    size = rows_wanted(request, PER_PAGE)
    page = why_page(inquiry, metric, about, _back_url(inquiry), chosen, number, may_mark=may_edit(request), size=size)
    return page_rendered(request, inquiry, f"Why {page.metric}?", "analytics/why_main.html", page)


def _name_of(inquiry: Inquiry) -> str:
    """Return what the scope is called; raises Unknown for what the workspace has not."""
    scope = inquiry.scope
    if scope is None:
        return inquiry.context.workspace.name
    inquiry.context.videos_of(scope)
    if scope.kind == "video":
        return str(inquiry.context.workspace.videos.get(public_id=scope.public_id))
    return inquiry.context.maps.names[scope.public_id]


def _back_url(inquiry: Inquiry) -> str:
    scope = inquiry.scope
    path = reverse("pages:overview")
    if scope is not None and scope.kind in {"video", "project", "folder"}:
        path = reverse(f"pages:{scope.kind}", args=[scope.public_id])
    return inquiry.state.url(path=path, more=())


def _marked(request: HttpRequest) -> HttpResponse:
    """Mark the form's viewer as one of the own people, or take the mark off; editors and owners may."""
    if not may_edit(request):
        raise PermissionDenied
    key = request.POST.get("viewer", "")
    if key and len(key) <= LONGEST_KEY and "\0" not in key:
        change = team_viewer_unmark if "unmark" in request.POST else team_viewer_mark
        change(current_workspace(request), key)
    return redirect(request.get_full_path())
