"""What is being watched now. The page asks for itself again and again, under its own address."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from analytics.pages.live.page import live_page
from analytics.pages.shell import inquiry_of, member_page, page_rendered, scopes_in

# The part of the page that is exchanged.
PART = "live"


@member_page
def live_view(request: HttpRequest) -> HttpResponse:
    """Show what is watched now in the workspace, or in the thing of it that the address names."""
    scope = next(iter(scopes_in(request.GET)), None)
    inquiry = inquiry_of(request, scope)
    more = ((scope.kind, scope.public_id),) if scope else ()
    inquiry = replace(inquiry, state=replace(inquiry.state, more=more))
    response = page_rendered(
        request, inquiry, "Live", "analytics/live/main.html", live_page(inquiry), frame="analytics/live/frame.html"
    )
    if request.headers.get("HX-Target") == PART:
        # The same page once more is none to go back to.
        del response["HX-Push-Url"]
    return response
