"""Webhooks: who is told what, and telling them.

`webhook_emit` is the one way in for all parts of the product: the services that change something call it within their
transaction, so that what is taken back is not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import StrIndex
from django.utils import timezone

from videos.errors import DomainError, Invalid
from videos.models import DeliveryState, HookDelivery, HookState, Webhook, Workspace
from videos.public_ids import public_id_new
from videos.saving import save_cleaned
from videos.tasks import hook_delivery_task
from videos.webhooks.events import EVENTS, TEST
from videos.webhooks.signing import FORMER_SIGNS_FOR, nonce_new
from videos.webhooks.targets import url_normal

MOST_WEBHOOKS = 20


class NotActive(DomainError):
    """The webhook is paused or disabled, so that nothing is sent to it."""

    status = 409
    code = "not_active"

    def __init__(self, webhook: Webhook) -> None:
        super().__init__(f"The webhook is {webhook.state.label.lower()}; resume it first.")


class WebhookDetails(TypedDict, total=False):
    """What can be said of a webhook; `events` are names of EVENTS."""

    url: str
    events: list[str]
    description: str


def webhook_create(workspace: Workspace, **details: Unpack[WebhookDetails]) -> Webhook:
    """Return a new webhook, active and with a new secret; raises Invalid naming each field, also for one too many."""
    webhook = Webhook(workspace=workspace, nonce=nonce_new())
    _set_details(webhook, {"events": [], **details})
    with transaction.atomic():
        # They take turns, so that two at once are not both the last that may be.
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        if workspace.webhooks.count() >= MOST_WEBHOOKS:
            raise Invalid.field("", f"A workspace has at most {MOST_WEBHOOKS} webhooks.")
        save_cleaned(webhook)
    return webhook


def webhook_update(webhook: Webhook, **details: Unpack[WebhookDetails]) -> None:
    """Change what `details` names; raises Invalid naming each field. What waits goes to the new address."""
    _set_details(webhook, details)
    save_cleaned(webhook, list(details))


def webhook_delete(webhook: Webhook) -> None:
    """Delete the webhook and what it was told; what waits is not sent."""
    webhook.delete()


def webhook_pause(webhook: Webhook) -> None:
    """Tell it of nothing that happens from now on; what waits goes on waiting."""
    webhook.is_paused = True
    webhook.save(update_fields=["is_paused"])


def webhook_resume(webhook: Webhook) -> None:
    """Tell it again, also one that was disabled for failing; what has waited is sent now."""
    webhook.is_paused, webhook.disabled_at = False, None
    webhook.failures, webhook.failing_since, webhook.rests_until = 0, None, None
    webhook.save(update_fields=["is_paused", "disabled_at", "failures", "failing_since", "rests_until"])
    waiting = webhook.deliveries.filter(due_at__isnull=False)
    waiting.update(due_at=timezone.now())
    _queue(waiting.values_list("pk", flat=True))


def webhook_secret_renew(webhook: Webhook) -> None:
    """Give it another secret; the former one signs too for FORMER_SIGNS_FOR."""
    webhook.former_nonce, webhook.former_until = webhook.nonce, timezone.now() + FORMER_SIGNS_FOR
    webhook.nonce = nonce_new()
    webhook.save(update_fields=["nonce", "former_nonce", "former_until"])


def webhook_emit(workspace_id: int, event: str, data: Callable[[], Any]) -> int:
    """Tell the workspace's webhooks that want to know; return how many.

    `data` is called where there is one, so that an event nobody waits for costs a look. A message is written down with
    the change that it tells of, and sent after the commit; the background sends what no queue was told of.
    """
    return webhook_emit_each(workspace_id, event, lambda: [data()])


def webhook_emit_each(workspace_id: int, event: str, several: Callable[[], Iterable[Any]]) -> int:
    """Tell them of several things that the same event happened to, a message each, as webhook_emit does of one."""
    wanted = [
        hook
        for hook in Webhook.objects.filter(workspace=workspace_id, is_paused=False, disabled_at=None)
        if event in hook.events
    ]
    if wanted:
        now = timezone.now()
        _queue(_delivery(hook, event, told, now).pk for told in several() for hook in wanted)
    return len(wanted)


def webhook_test(webhook: Webhook) -> HookDelivery:
    """Send a message that means nothing, whatever the webhook's state; it is tried once. Return its delivery."""
    data = {"webhook": webhook.public_id, "events": webhook.events}
    delivery = _delivery(webhook, TEST, data, timezone.now())
    _queue([delivery.pk])
    return delivery


def delivery_repeat(delivery: HookDelivery) -> None:
    """Send the very message again, under its own id. Raises NotActive; one that still waits is sent at once."""
    if delivery.webhook.state != HookState.ACTIVE and delivery.event != TEST:
        raise NotActive(delivery.webhook)
    delivery.status, delivery.attempts, delivery.due_at = DeliveryState.PENDING, 0, timezone.now()
    delivery.finished_at = None
    delivery.save(update_fields=["status", "attempts", "due_at", "finished_at"])
    _queue([delivery.pk])


def deliveries_forget(workspace: Workspace, event: str, member: str, value: str) -> int:
    """Delete the messages of an event whose data have this value, sent or not; return how many."""
    text = f"{json.dumps(member)}: {json.dumps(value, ensure_ascii=False)}"
    told = HookDelivery.objects.filter(webhook__workspace=workspace, event=event)
    # Not `contains`, which ignores case in some databases.
    return told.alias(at=StrIndex("body", Value(text))).filter(at__gt=0).delete()[0]


def _set_details(webhook: Webhook, details: WebhookDetails) -> None:
    if "url" in details:
        webhook.url = url_normal(details["url"])
    if "description" in details:
        webhook.description = details["description"].strip()
    if "events" in details:
        webhook.events = _known(details["events"])


def _known(events: Iterable[str]) -> list[str]:
    """Return the events in their usual order. Raises Invalid for none, and for one that there is not."""
    wanted = set(events)
    if not wanted or not wanted <= EVENTS.keys():
        raise Invalid.field("events", f"Name at least one of {', '.join(EVENTS)}, and nothing else.")
    return [name for name in EVENTS if name in wanted]


def _delivery(webhook: Webhook, event: str, data: Any, now: datetime) -> HookDelivery:
    moment = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    body = json.dumps({"type": event, "timestamp": moment, "data": data}, ensure_ascii=False)
    return HookDelivery.objects.create(
        public_id=public_id_new("msg_"), webhook=webhook, event=event, body=body, due_at=now
    )


def _queue(delivery_ids: Iterable[int]) -> None:
    """Have the deliveries sent after the commit; where no queue can be reached, hooks_resume_task does later."""
    for delivery_id in list(delivery_ids):
        transaction.on_commit(partial(hook_delivery_task.delay, delivery_id), robust=True)
