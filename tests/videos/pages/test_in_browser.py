"""What the settings do in a real browser, and the pages of those who are not signed in: wide and narrow.

Every page of the settings is looked at in `tests/pages/test_every_page_in_browser.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, expect

from tests.browser import fits_and_keeps_nobody_out, looking, opening
from videos.mail_links import invitation_token
from videos.models import Role, User, Webhook, Workspace
from videos.services import invitation_create

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_public_pages_fit_and_a_webhook_is_made_by_hand(
    chromium: Browser, live_server: Any, signed_in: Callable[[User], Client], workspace: Workspace, owner: User
) -> None:
    invitation = invitation_create(workspace, f"{'long' * 12}@example.com", Role.VIEWER, owner)
    with opening(chromium, live_server.url, signed_in(owner)) as opened:
        page = opened("about:blank")
        page.context.clear_cookies()
        for path in (f"/invitations/{invitation_token(invitation)}", "/password/forgotten"):
            for width, theme in ((1440, "light"), (390, "dark")):
                fits_and_keeps_nobody_out(looking(page, path, width, theme))
        page = opened("/settings/webhooks/new", 390, "dark")
        page.get_by_label("Address").fill("https://example.com/hook")
        page.get_by_text("report.completed").click()
        page.get_by_role("button", name="Create the webhook").click()
        assert page.locator("#secret").input_value().startswith("whsec_")
        page.get_by_role("link", name="I have copied it").click()
        expect(page.get_by_text("No messages yet")).to_be_visible()
        assert page.complaints == []  # type: ignore[attr-defined]
    assert Webhook.objects.get(url="https://example.com/hook").events == ["report.completed"]
