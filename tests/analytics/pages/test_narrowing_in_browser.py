"""Filtering, saving, explaining and sharing in a real browser, as an editor and as a guest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.analytics.pages.conftest import World, member
from tests.browser import WIDTHS, fits_and_keeps_nobody_out, opening, unfolded
from videos.models import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]


@pytest.fixture
def world(transactional_db: None, world_of: Callable[..., World]) -> World:
    return world_of(1, 400)


def test_a_page_is_narrowed_saved_explained_and_shared(chromium: Browser, live_server: Any, world: World) -> None:
    with opening(chromium, live_server.url, member(world.workspace, Role.EDITOR)) as opened:
        page = opened("/?period=all_time")
        page.locator(".vp-watching").focus()
        page.keyboard.press("Shift+Tab")
        expect(page.locator("#tip-watching")).to_be_hidden()
        page.keyboard.press("Tab")
        expect(page.locator("#tip-watching")).to_be_visible()
        page.locator("summary", has_text="Filter").click()
        page.keyboard.press("Escape")
        expect(page.locator("#filter-add")).to_be_hidden()
        page.locator("summary", has_text="Filter").click()
        page.select_option("#filter-add", "device")
        page.locator("select#filter-text").wait_for()
        page.select_option("#filter-text", "desktop")
        page.get_by_role("button", name="Add filter").click()
        expect(page.locator(".vp-chip")).to_contain_text("Platform is Desktop")
        assert "filter=device%3Ain%3Adesktop" in page.url
        page.locator("summary", has_text="Segments").click()
        page.get_by_label("Save these filters as").fill("Desks")
        page.get_by_role("button", name="Save segment").click()
        expect(page.get_by_text("The segment “Desks” is saved.")).to_be_visible()
        views = page.locator('[data-metric="views"] data').inner_text()

        page.goto("/segments/")
        page.locator("summary", has_text="Rename").click()
        page.get_by_label("New name").fill("Desktops")
        fits_and_keeps_nobody_out(page)
        page.get_by_role("button", name="Rename").click()
        expect(page.get_by_text("The segment is called “Desktops” now.")).to_be_visible()
        page.get_by_role("link", name="Overview of Desktops").click()
        page.goto(f"{page.url}&period=all_time")
        expect(page.locator('[data-metric="views"] data')).to_have_text(views)

        page.get_by_role("link", name="Why this number? Views").click()
        expect(page.locator(".vp-why-value")).to_have_text(views)
        page.get_by_role("link", name="Never started").click()
        expect(page.locator("#sessions-title")).to_contain_text("Never started")
        fits_and_keeps_nobody_out(unfolded(page), widths=WIDTHS)

        page.get_by_role("link", name=world.workspace.name).first.click()
        page.get_by_role("link", name="Share", exact=True).click()
        password = page.get_by_label("Password").input_value()
        fits_and_keeps_nobody_out(unfolded(page), widths=WIDTHS)
        page.get_by_role("button", name="Make the link").click()
        link = page.locator(".vp-share-links td a").get_attribute("href")
        fits_and_keeps_nobody_out(unfolded(page), widths=WIDTHS)

        guest = chromium.new_context().new_page()
        guest.complaints = []  # type: ignore[attr-defined]
        guest.goto(str(link))
        guest.get_by_label("Password").fill(password)
        guest.get_by_role("button", name="Open the page").click()
        expect(guest.locator('[data-metric="views"] data')).to_have_text(views)
        guest.locator('[data-metric="loads"]').click()
        expect(guest.locator("#series-title")).to_have_text("Player loads")
        fits_and_keeps_nobody_out(unfolded(guest), widths=WIDTHS)
        guest.context.close()
