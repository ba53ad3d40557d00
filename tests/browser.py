"""A real Chromium for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.real_parts import require

Opened = Callable[..., Page]
# A desk and a phone.
WIDTHS = (1440, 390)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for the module. Where there is none the test is skipped; under CI it fails.

    Not for the whole run: Playwright keeps an event loop in this thread, beside which other tests can start none and
    Django must be told that it may be used.
    """
    program = require("chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


def _complains(message: ConsoleMessage) -> bool:
    """Whether it is of something wrong with the page; the tests' videos have addresses, and seldom files."""
    return message.type == "error" and "/media/" not in message.location["url"]


@contextmanager
def opening(chromium: Browser, url: str, client: Client) -> Iterator[Opened]:
    """Yield a function that opens a path as the client's member, in a browser of the given width and theme.

    Each page has `complaints`: what the console, failing scripts and dialogs said, and what it asked of others.
    """
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1440, theme: str = "light", **options: Any) -> Page:
        options |= {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "base_url": url}
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: complaints.append(message.text) if _complains(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        ours = (url, "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
        page.goto(path)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()


def unfolded(page: Page) -> Page:
    """Return the page with nothing folded away."""
    for details in page.locator("main details").all():
        details.evaluate("details => { details.open = true }")
    return page


def keeps_nobody_out(page: Page, *but: str) -> None:
    """Fail where axe finds anything serious, but in what these selectors name."""
    found = Axe().run(page, context={"exclude": [[each] for each in but]} if but else None).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == [], page.url


def fits_and_keeps_nobody_out(page: Page, *but: str, widths: Sequence[int] = ()) -> None:
    """Fail where the page keeps somebody out, complains, or scrolls sideways: as it is, and at these widths."""
    keeps_nobody_out(page, *but)
    for width in widths or (page.evaluate("window.innerWidth"),):
        if widths:
            page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile of this test's own: empty storage, several pages."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page in the test's own profile."""
    return context.new_page()
