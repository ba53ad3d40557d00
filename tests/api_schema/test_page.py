"""/v1/docs in a real browser: from this host alone, under its own strict policy, narrow and wide, by day and night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from videos.api.tags import CATALOG, TAGS
from videos.models import Project, Workspace
from videos.tokens import token_create

Opened = Callable[..., Page]


@pytest.fixture
def opened(chromium: Browser, live_server: Any) -> Iterator[Opened]:
    """Return a function that opens the page and notes its requests and complaints."""
    contexts: list[BrowserContext] = []

    def open_page(width: int = 1440, theme: Any = "light", fragment: str = "") -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints = []  # type: ignore[attr-defined]
        page.asked = asked = []  # type: ignore[attr-defined]
        page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{live_server.url}/v1/docs{fragment}")
        expect(page.locator(".opblock-tag")).to_have_count(len(TAGS), timeout=20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_it_is_drawn_from_this_host_alone_and_fits(opened: Opened, live_server: Any) -> None:
    page = opened()
    expect(page.locator("h1, h2.title").first).to_contain_text("Viewprint API")
    assert page.locator(".opblock").count() == 0
    page.locator(".opblock-tag", has_text=CATALOG).click()
    page.locator(".opblock-summary", has_text="List the videos").first.click()
    expect(page.locator(".opblock-body .responses-table").first).to_be_visible()
    for width, theme in ((1440, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        red, *_ = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
        assert (red < 64) == (theme == "dark")
    host = urlsplit(live_server.url).netloc
    assert {urlsplit(url).netloc for url in page.asked if not url.startswith("data:")} == {host}  # type: ignore[attr-defined]
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_operation_has_an_address_of_its_own_and_can_be_tried_with_a_token(opened: Opened) -> None:
    workspace = Workspace.objects.create(name="Acme")
    Project.objects.create(workspace=workspace, name="Academy")
    page = opened(fragment=f"#/{CATALOG}/catalog_projects_list")
    expect(page.locator("#operations-Catalog-catalog_projects_list .opblock-body")).to_be_visible()
    page.locator("button.authorize").first.click()
    page.locator(".auth-container input").first.fill(token_create(workspace, "Page", ["read"])[1])
    page.locator(".auth-container button.authorize").first.click()
    page.locator(".modal-ux button.close-modal").click()
    page.locator(".try-out__btn").click()
    page.locator("button.execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(page.locator(".live-responses-table .response-col_description").last).to_contain_text("Academy")


def test_its_policy_lets_in_nothing_from_elsewhere() -> None:
    answer = Client().get("/v1/docs")
    assert answer.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer
    assert "http://" not in answer.content.decode() and "https://" not in answer.content.decode()
