"""The settings' pages in a real browser: wide and narrow, light and dark, and a webhook made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from videos.mail_links import invitation_token
from videos.models import Role, User, Webhook, Workspace
from videos.services import invitation_create, webhook_create, webhook_test

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def as_owner(owner: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(owner)


def looked_at(page: Page, path: str, width: int) -> None:
    """Open the page: it fits, keeps nobody out, and says nothing to the console."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in {"serious", "critical"}]
    assert [(path, each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == []
    assert complaints == []


def test_the_pages_fit_and_a_webhook_is_made_by_hand(
    chromium: Browser, live_server: Any, as_owner: Client, workspace: Workspace, owner: User
) -> None:
    hook = webhook_create(workspace, url=f"https://example.com/{'long' * 40}", events=["video.created"])
    webhook_test(hook)
    invitation = invitation_create(workspace, f"{'long' * 12}@example.com", Role.VIEWER, owner)
    private = [
        "/settings/members",
        "/settings/tokens",
        "/settings/workspace",
        "/settings/webhooks",
        "/settings/webhooks/new",
    ]
    private.append(f"/settings/webhooks/{hook.public_id}")
    public = [f"/invitations/{invitation_token(invitation)}", "/password/forgotten"]
    cookie = {"name": "sessionid", "value": as_owner.cookies["sessionid"].value, "url": live_server.url}
    for width, theme in ((1440, "light"), (390, "dark")):
        options: Any = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
        context = chromium.new_context(base_url=live_server.url, **options)
        page = context.new_page()
        for path in public:
            looked_at(page, path, width)
        context.add_cookies([cookie])  # type: ignore[list-item]
        for path in private:
            looked_at(page, path, width)
        if width == 390:
            page.goto("/settings/webhooks/new")
            page.get_by_label("Address").fill("https://example.com/hook")
            page.get_by_text("report.completed").click()
            page.get_by_role("button", name="Create the webhook").click()
            assert page.locator("#secret").input_value().startswith("whsec_")
            page.get_by_role("link", name="I have copied it").click()
            expect(page.get_by_text("No messages yet")).to_be_visible()
        context.close()
    assert Webhook.objects.get(url="https://example.com/hook").events == ["report.completed"]
