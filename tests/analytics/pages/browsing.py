"""Pages in a real browser: opened as a member, and held to what every page must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

Opened = Callable[..., Page]


@contextmanager
def opening(chromium: Browser, url: str, client: Client) -> Iterator[Opened]:
    """Yield a function that opens a path as the client's member, in a browser of the given size and theme.

    Each page has `complaints`: what the console, failing scripts and dialogs said.
    """
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1440, theme: str = "light", **options: Any) -> Page:
        options |= {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "base_url": url}
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()


def fits_and_keeps_nobody_out(page: Page) -> None:
    """Fail where axe finds anything serious, folded away or not, or the page scrolls sideways, wide or narrow."""
    for details in page.locator("main details").all():
        details.evaluate("details => { details.open = true }")
    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []  # type: ignore[attr-defined]
