"""An overview that comes in parts, in a real browser: charts are drawn, nothing jumps, what fails is told."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from analytics.pages import overview
from tests.analytics.pages.test_in_browser import draw_all, opened, world
from tests.browser import Opened

__all__ = ["opened", "world"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]


def all_there(page: Page) -> None:
    expect(page.locator(".vp-later")).to_have_count(2)
    expect(page.locator(".vp-wait")).to_have_count(0)


def test_parts_come_by_themselves_and_leave_a_reader_where_they_are(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MANY", 0)
    page = opened("/?period=all_time", 390)
    all_there(page)
    draw_all(page)
    order = page.locator(".vp-videos th a").first
    order.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    order.click()
    page.wait_for_url("**sort=views")
    all_there(page)
    expect(page.locator(".vp-videos th[aria-sort=ascending]")).to_be_visible()
    assert page.evaluate("scrollY") == before
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_part_that_does_not_come_can_be_asked_for(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MANY", 0)
    page = opened("/?from=2001-01-01&to=2001-01-02")
    page.route("**/*part=audience", lambda route: route.fulfill(status=503, body=""))
    page.goto("/?period=all_time")
    expect(page.get_by_role("status").filter(has_text="The rest of the page did not come.")).to_be_visible()
    # Two screens of nothing would hide the way out.
    assert page.locator(".vp-later").bounding_box()["height"] < 100  # type: ignore[index]
    page.get_by_role("link", name="Show the rest of the page").click()
    expect(page.get_by_role("heading", name="Referrers")).to_be_visible()


def test_without_scripts_a_link_shows_the_rest(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MANY", 0)
    page: Any = opened("/?period=all_time", java_script_enabled=False)
    page.get_by_role("link", name="Show the rest of the page").click()
    expect(page.get_by_role("heading", name="Referrers")).to_be_visible()
