"""How the viewers' pages are answered: in the dashboard's frame, with styles of their own and without charts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from analytics.pages.inquiry import Inquiry
from analytics.pages.shell import page_rendered


def rendered(
    request: HttpRequest, inquiry: Inquiry, title: str, main: str, page: Any, address: str = ""
) -> HttpResponse:
    """Return the answer with `page` shown by the template called `main`."""
    template = f"analytics/viewers/{main}.html"
    return page_rendered(request, inquiry, title, template, page, address, frame="analytics/viewers/page.html")
