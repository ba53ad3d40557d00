"""The pages of events in a real browser: narrow and wide, light and dark, and a talk added by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.browser import Opened, fits_and_keeps_nobody_out, opening
from tests.videos.admin.conftest import Shelf
from videos.models import Talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The admin's select2 gives the box within a choice a role and no name; the choice itself has one.
SELECT2_INNER = ".select2-selection__rendered"


@pytest.fixture
def opened(chromium: Browser, live_server: Any, as_editor: Client) -> Iterator[Opened]:
    """Return a function that opens a path as an editor, in a browser of the given size and theme."""
    with opening(chromium, live_server.url, as_editor) as open_page:
        yield open_page


def test_a_page_fits_and_keeps_nobody_out(opened: Opened, shelf: Shelf) -> None:
    start = "/admin/videos/event/"
    wide, narrow = opened(start), opened(start, 390, "dark")
    for kind in ("event", "talk", "stream", "registration"):
        changed = f"{getattr(shelf, kind).pk}/change/"
        for page, path in ((wide, changed), (narrow, ""), (narrow, changed)):
            page.goto(f"/admin/videos/{kind}/{path}")
            fits_and_keeps_nobody_out(page, SELECT2_INNER)


def test_a_talk_is_added_where_its_event_is_edited(opened: Opened, shelf: Shelf) -> None:
    page = opened(f"/admin/videos/event/{shelf.event.pk}/change/")
    expect(page.locator("#id_talks-0-title")).to_be_hidden()
    page.get_by_text("Add another Talk").click()
    title = page.locator("#id_talks-1-title")
    expect(title).to_be_visible()
    title.fill("Added by hand")
    page.locator("#id_talks-1-kind").select_option("workshop")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/videos/event/")
    added = Talk.objects.get(title="Added by hand")
    assert (added.event, added.kind, added.provider) == (shelf.event, "workshop", "viewprint")
    assert page.complaints == []  # type: ignore[attr-defined]
