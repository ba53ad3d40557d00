"""What is looked at in the library: a place in it, and the code that embeds a video."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django_htmx.http import replace_url

from analytics.pages.downloads import PARAMETER, file_stem, table_download
from analytics.pages.library.asked import asked_of
from analytics.pages.library.dialogs import Dialog, dialog_rendered
from analytics.pages.library.embed import codes_of
from analytics.pages.library.page import library_page
from analytics.pages.library.table import listed
from analytics.pages.library.tree import library_tree
from analytics.pages.shell import inquiry_of, member_page, page_rendered
from videos.access import current_workspace, may_edit
from videos.errors import Unknown
from videos.selectors import video_by_id

SEARCH_BOX = "q"


@member_page
def library_view(request: HttpRequest, kind: str = "", public_id: str = "") -> HttpResponse:
    """Show the top of the library, or what is in a project or folder; 404 for one that the workspace does not have."""
    tree = library_tree(current_workspace(request))
    try:
        place = tree.named(kind, public_id) if kind else None
    except Unknown as error:
        raise Http404(error.detail) from error
    asked, notices = asked_of(request.GET)
    inquiry = inquiry_of(request)
    state = replace(inquiry.state, more=asked.query(page=asked.page), notices=(*inquiry.state.notices, *notices))
    inquiry = replace(inquiry, state=state)
    title = place.name if place else "Library"
    if PARAMETER in request.GET:
        file = listed(inquiry, tree, place, asked)
        return table_download(file, request.GET[PARAMETER], file_stem(title, state.period))
    page = library_page(inquiry, tree, place, asked, may_edit=may_edit(request))
    response = page_rendered(
        request, inquiry, title, "analytics/library_main.html", page, frame="analytics/library.html"
    )
    # Neither is every letter typed a page to go back to, nor the same page after a move.
    if request.headers.get("HX-Trigger") == SEARCH_BOX or request.htmx.current_url_abs_path == state.url():  # type: ignore[attr-defined]
        del response["HX-Push-Url"]
        replace_url(response, state.url())
    return response


@member_page
def embed_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the code that puts a video on a page, to copy."""
    try:
        video = video_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404(error.detail) from error
    dialog = Dialog(f"Embed “{video.title}”", "analytics/library_embed.html")
    return dialog_rendered(request, dialog, {"codes": codes_of(video, settings.PUBLIC_URL)})
