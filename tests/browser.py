"""A real Chromium for the tests that need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
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
    "--renderer-process-limit=1",
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


def _shared_context(chromium: Browser, url: str) -> BrowserContext:
    """Return the profile that a module's pages share; one of them is never closed, and with it what is compiled stays.

    To load the charts' library into a new process takes longer than all else that a page does.
    """
    if not hasattr(chromium, "shared"):
        context = chromium.new_context(base_url=url, reduced_motion="reduce")
        context.new_page().goto("/healthz")
        chromium.shared = context  # type: ignore[attr-defined]
    return chromium.shared  # type: ignore[no-any-return, attr-defined]


def _forget(context: BrowserContext) -> None:
    """Leave of the shared profile what another member may find there."""
    first, *others = context.pages
    for page in others:
        page.close()
    context.clear_cookies()
    first.evaluate("localStorage.clear()")


@contextmanager
def opening(chromium: Browser, url: str, client: Client) -> Iterator[Opened]:
    """Yield a function that opens a path as the client's member, in a browser of the given width and theme.

    Each page has `complaints`: what the console, failing scripts and dialogs said, and what it asked of others. With
    further options it has a profile of its own.
    """
    contexts: list[BrowserContext] = []

    def open_page(path: str, width: int = 1440, theme: str = "light", **options: Any) -> Page:
        if options:
            context = chromium.new_context(base_url=url, reduced_motion="reduce", **options)
            contexts.append(context)
        else:
            context = _shared_context(chromium, url)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda message: complaints.append(message.text) if _complains(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        ours = (url, "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else complaints.append(asked.url))
        return looking(page, path, width, theme)

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
        if hasattr(chromium, "shared"):
            _forget(chromium.shared)


def looking(page: Page, path: str, width: int, theme: str) -> Page:
    """Return the page at another address, in another width and theme, which is much quicker than a new one."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.goto(path)
    return page


def unfolded(page: Page) -> Page:
    """Return the page with nothing folded away."""
    page.evaluate("document.querySelectorAll('main details').forEach(details => { details.open = true; })")
    return page


# Contrast takes axe most of its time. Text of one colour, size and weight on the same grounds all the way up has the
# same contrast, so that it is measured in three places, as something may lie over one.
AXE_RUN = """async but => {
    const looks = new Map([[null, ""]]), seen = new Map();
    const look = element => {
        if (!looks.has(element)) {
            const {color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight, position, textShadow}
                = getComputedStyle(element);
            looks.set(element, [look(element.parentElement), color, backgroundColor, backgroundImage, opacity, fontSize,
                fontWeight, position, textShadow].join("|"));
        }
        return looks.get(element);
    };
    for (const element of document.body.querySelectorAll("*")) {
        if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
        const key = look(element);
        seen.set(key, (seen.get(key) ?? 0) + 1);
        element.toggleAttribute("data-alike", seen.get(key) > 3);
    }
    axe.configure({rules: [{id: "color-contrast", selector: ":not([data-alike])"}]});
    const where = but.length ? {exclude: but.map(selector => [selector])} : document;
    return (await axe.run(where, {resultTypes: ["violations"]})).violations;
}"""


def keeps_nobody_out(page: Page, *but: str) -> None:
    """Fail where axe finds anything serious, but in what these selectors name."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(AXE_RUN, list(but))
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
