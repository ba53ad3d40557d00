from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.videos.webhooks.receiver import Receiver, receiving
from videos.models import HookDelivery, Webhook, Workspace
from videos.services import webhook_create
from videos.tasks import hook_delivery_task


@pytest.fixture(autouse=True)
def _connections_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tasks that a test calls keep the connection of the test's transaction."""
    monkeypatch.setattr("videos.background.close_old_connections", lambda: None)


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A server on this machine, which webhooks may reach for once."""
    settings.WEBHOOKS_PRIVATE = ["127.0.0.1"]
    with receiving() as running:
        yield running


@pytest.fixture
def hook(workspace: Workspace, receiver: Receiver) -> Webhook:
    return webhook_create(workspace, url=receiver.url, events=["video.created", "video.updated", "video.deleted"])


def delivered(delivery: HookDelivery) -> HookDelivery:
    """Let the background make one attempt, and return the delivery as it stands then."""
    hook_delivery_task(delivery.pk)
    delivery.refresh_from_db()
    return delivery
