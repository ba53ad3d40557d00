"""The progress of the dashboard's page as a file: the same people and videos, by the page's own address."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from analytics.context import Context
from analytics.formats import period_in_name
from analytics.pages.state import state_of
from analytics.pages.viewers.asked import progress_address
from exports.downloads import MEDIA_TYPES, table_file
from exports.progress import progress_table
from videos.access import current_workspace
from videos.models import User


@login_required
@require_safe
def progress_download(request: HttpRequest, format: str) -> HttpResponseBase:
    """Answer the file of everyone that the page shows; 400 for an address that was not understood."""
    if format not in MEDIA_TYPES:
        raise Http404(f"There is no format {format!r}.")
    context = Context(current_workspace(request))
    state = state_of(request.GET, request.path, context.zone, timezone.now(), "all_time")
    address = progress_address(request.GET, state, context, cast(User, request.user))
    progress = address.progress(context)
    if progress is None or address.state.notices:
        said = "\n".join(address.state.notices) or "Choose a list of people."
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    name = slugify(str(address.people), allow_unicode=True) or "people"
    stem = f"progress-{name}-{period_in_name(state.period)}"
    return table_file(progress_table(progress, progress.shown(address.show, address.sort)), stem, format)
