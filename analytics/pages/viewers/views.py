"""The viewers' pages: read the address, ask, render."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from analytics.erasure import RowsWait, visitor_erase
from analytics.pages.downloads import rows_wanted
from analytics.pages.shell import inquiry_of, member_form, member_page
from analytics.pages.viewers.faces import key_in
from analytics.pages.viewers.frame import rendered
from analytics.pages.viewers.listed import PER_PAGE, list_address, viewers_page
from analytics.pages.viewers.paging import page_asked
from analytics.pages.viewers.person import PER_PAGE as SESSIONS_PER_PAGE
from analytics.pages.viewers.person import Viewer, sessions_url, viewer_page
from analytics.team import team_viewer_mark, team_viewer_unmark
from analytics.viewers.history import is_known, viewer_sessions
from analytics.viewers.listing import activities
from analytics.visitors import visitor_person
from videos.access import current_workspace, is_owner, may_edit

ALL_TIME = "all_time"


@member_page
def viewers_view(request: HttpRequest) -> HttpResponse:
    """Show the list of viewers; as a file, more of it than a page has."""
    inquiry = inquiry_of(request)
    address = list_address(request.GET, inquiry.state)
    page = viewers_page(inquiry, address, rows_wanted(request, PER_PAGE))
    return rendered(request, inquiry, "Viewers", "list_main", page, page.address.url())


@member_form
def viewer_view(request: HttpRequest, key: str) -> HttpResponse:
    """Show one viewer, mark them as of the team, ask an owner whether to erase them, or do so.

    404 for one whom this workspace never saw.
    """
    key = key_in(key)
    if request.method == "POST":
        return _marked(request, key) if "team" in request.POST else _erased(request, key)
    inquiry = inquiry_of(request, default=ALL_TIME)
    context, state = inquiry.context, inquiry.state
    person = visitor_person(context.workspace, key)
    sessions = viewer_sessions(context, state.period, key, state.filters)
    activity = activities(sessions, [key]).get(key)
    if person is None and activity is None and not is_known(context, key):
        raise Http404("There is no such viewer in this workspace.")
    notices: list[str] = []
    number = page_asked(request.GET, notices)
    size = rows_wanted(request, SESSIONS_PER_PAGE)
    viewer = Viewer(key, sessions, activity, person)
    page = viewer_page(inquiry, viewer, number, may_erase=is_owner(request), size=size)
    page = replace(page, notices=(*page.notices, *notices))
    asks = "erase" in request.GET and page.may_erase
    title = f"Erase {page.face.label}?" if asks else page.face.label
    main = "erase_main" if asks else "person_main"
    return rendered(request, inquiry, title, main, page, sessions_url(inquiry, number))


def _marked(request: HttpRequest, key: str) -> HttpResponse:
    if not may_edit(request):
        raise PermissionDenied
    change = team_viewer_mark if request.POST["team"] == "yes" else team_viewer_unmark
    change(current_workspace(request), key)
    return redirect(request.get_full_path())


def _erased(request: HttpRequest, key: str) -> HttpResponse:
    if not is_owner(request):
        raise PermissionDenied
    try:
        sessions = visitor_erase(current_workspace(request), key)
    except RowsWait:
        messages.error(request, "Sessions wait on the disk to be stored, perhaps this viewer's too. Try again soon.")
        return redirect(request.path)
    counted = "1 session" if sessions == 1 else f"{sessions:,} sessions"
    messages.success(request, f"The viewer is erased, with {counted} and all that was known of them.")
    return redirect("pages:viewers")
