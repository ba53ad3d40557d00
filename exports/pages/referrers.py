"""The referrers' table of a dashboard page as a file: the same sessions, by the page's own address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from analytics.context import Context
from analytics.pages.shell import scopes_in
from analytics.pages.state import state_of
from exports.downloads import MEDIA_TYPES
from exports.referrers import referrers_file
from videos.access import current_workspace
from videos.errors import Unknown


@login_required
@require_safe
def referrers_download(request: HttpRequest, format: str) -> HttpResponseBase:
    """Answer the file; 400 for an address that was not understood, for then it would be about other sessions."""
    context = Context(current_workspace(request))
    state = state_of(request.GET, request.path, context.zone, timezone.now())
    scopes = scopes_in(request.GET)
    notices = [*state.notices, *(["Choose one thing that the referrers are of."] if len(scopes) > 1 else [])]
    if format not in MEDIA_TYPES:
        raise Http404(f"There is no format {format!r}.")
    if notices:
        return HttpResponse("\n".join(notices), status=400, content_type="text/plain; charset=utf-8")
    try:
        return referrers_file(context, state.period, format, next(iter(scopes), None), state.filters)
    except Unknown as error:
        raise Http404(error.detail) from error
