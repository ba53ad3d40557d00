"""Every page that members open, in a real browser: wide and light, narrow and dark, and on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.analytics.pages.conftest import member
from tests.browser import fits_and_keeps_nobody_out, opening, unfolded
from tests.pages.places import addresses_of, full_world
from videos.models import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
]


@pytest.mark.usefixtures("at_noon")
def test_every_page_fits_and_keeps_nobody_out(chromium: Browser, live_server: Any) -> None:
    full = full_world()
    with opening(chromium, live_server.url, member(full.workspace, Role.OWNER)) as opened:
        page = opened("/")
        for address in addresses_of(full.workspace).values():
            page.emulate_media(color_scheme="light", media="screen")
            page.set_viewport_size({"width": 1440, "height": 900})
            page.goto(address)
            fits_and_keeps_nobody_out(unfolded(page))
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 390, "height": 900})
            fits_and_keeps_nobody_out(page)
            # A sheet of A4.
            page.emulate_media(media="print")
            page.set_viewport_size({"width": 794, "height": 1123})
            assert page.evaluate("document.documentElement.scrollWidth") <= 794, address
