"""docs/webhooks.md: its table of events, its example, its check of signatures and its call are right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from videos.models import Webhook, Workspace
from videos.services import webhook_create
from videos.webhooks.events import EVENTS, TEST
from videos.webhooks.signing import headers_signed, secret_of

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "webhooks.md").read_text()


def test_every_event_is_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z]+\.[a-z]+)` \|", PAGE, re.MULTILINE) == [*EVENTS, TEST]


def test_the_example_is_what_is_sent() -> None:
    message = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)[1])
    assert message["data"] == EVENTS[message["type"]].example


def test_the_check_accepts_what_is_signed_and_nothing_else(workspace: Workspace) -> None:
    names: dict[str, Any] = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], names)
    hook = webhook_create(workspace, url="https://example.com/", events=["video.created"])
    headers = headers_signed(hook, "msg_1", b"{}", timezone.now())
    check = names["is_from_viewprint"]
    assert check(secret_of(hook), headers, b"{}")
    assert not check(secret_of(hook), headers, b"[]")
    assert not check(secret_of(hook), {**headers, "webhook-timestamp": "1"}, b"{}")


def test_the_call_makes_a_webhook(workspace: Workspace, client_of: Callable[..., APIClient]) -> None:
    body = json.loads(re.search(r"\$URL/v1/webhooks \\\n +-d '(.*?)'", PAGE)[1])
    assert client_of(workspace).post("/v1/webhooks", body, format="json").status_code == 201
    assert Webhook.objects.get().url == body["url"]
