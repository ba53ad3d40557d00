"""A real Chromium for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.real_parts import require

Opened = Callable[..., Page]
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


@contextmanager
def opening(chromium: Browser, url: str, session: str) -> Iterator[Opened]:
    """Yield a function that opens a path for whoever has the session, in a browser of the given width and theme.

    The page's `complaints` are what its scripts failed with.
    """
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1440, theme: str = "light", **options: Any) -> Page:
        options |= {"viewport": {"width": width, "height": 1000}, "color_scheme": theme, "base_url": url}
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


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
