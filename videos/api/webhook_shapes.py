"""What the bodies of /v1/webhooks may hold, and how webhooks and their deliveries are shown."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from msgspec import Meta
from rest_framework import serializers

from videos.api.shapes import Strict, Text, second_shown
from videos.api.shown import CatalogPagination
from videos.models import DeliveryState, HookDelivery, Webhook
from videos.webhooks.events import EVENTS
from videos.webhooks.signing import secret_of
from videos.webhooks.targets import LONGEST_URL

Moment = Annotated[str, Meta(description="UTC, to the second", examples=["2026-02-01T06:00:00Z"])]


class ShownWebhook(TypedDict):
    """A webhook. `failing_since` is when its messages began to fail; null while they arrive."""

    id: str
    url: str
    description: str
    events: list[str]
    status: Annotated[str, Meta(pattern="^(active|paused|disabled)$")]
    failing_since: Moment | None
    disabled_at: Moment | None
    created_at: Moment


class ShownNewWebhook(ShownWebhook):
    """A webhook with its secret, which is shown this once."""

    secret: Annotated[str, Meta(description="What the receiver checks signatures with.", examples=["whsec_…"])]


class ShownDelivery(TypedDict):
    """One message to one webhook, and how its last attempt went. `id` is the message's `webhook-id`."""

    id: str
    event: str
    status: Annotated[str, Meta(pattern="^(pending|delivered|failed)$")]
    attempts: int
    next_attempt_at: Moment | None
    response_status: int | None
    response: Annotated[str, Meta(description="how the answer's body begins")] | None
    error: str | None
    milliseconds: int | None
    created_at: Moment
    attempted_at: Moment | None
    finished_at: Moment | None
    payload: Annotated[str, Meta(description="the body, letter by letter")]


class WebhookPage(TypedDict):
    """A page of the webhooks, in the order in which they were made."""

    data: list[ShownWebhook]
    pagination: CatalogPagination


class DeliveryPage(TypedDict):
    """A page of a webhook's deliveries, newest first."""

    data: list[ShownDelivery]
    pagination: CatalogPagination


class WebhookShape(Strict):
    """The body of a webhook; a partial one changes only what it names."""

    url = Text(max_length=LONGEST_URL)
    events = serializers.ListField(child=serializers.ChoiceField(list(EVENTS)), min_length=1, max_length=len(EVENTS))
    description = Text(required=False, allow_blank=True, max_length=200)
    paused = serializers.BooleanField(required=False)


class WebhookPageShape(Strict):
    """Which page of a list."""

    word = "parameter"
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    per_page = serializers.IntegerField(default=100, min_value=1, max_value=500)


class DeliveryPageShape(WebhookPageShape):
    """Which page of the deliveries, and of which."""

    status = serializers.ChoiceField(DeliveryState.choices, required=False)


def webhook_shown(webhook: Webhook) -> ShownWebhook:
    """Return a webhook as the API shows it, without its secret."""
    return {
        "id": webhook.public_id,
        "url": webhook.url,
        "description": webhook.description,
        "events": webhook.events,
        "status": webhook.state.value,
        "failing_since": second_shown(webhook.failing_since),
        "disabled_at": second_shown(webhook.disabled_at),
        "created_at": second_shown(webhook.created_at),
    }


def new_webhook_shown(webhook: Webhook) -> ShownNewWebhook:
    """Return a webhook with its secret, for whoever has just made the one or the other."""
    return {**webhook_shown(webhook), "secret": secret_of(webhook)}


def delivery_shown(delivery: HookDelivery) -> ShownDelivery:
    """Return a delivery as the API shows it."""
    answered: Any = delivery.response_status
    return {
        "id": delivery.public_id,
        "event": delivery.event,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "next_attempt_at": second_shown(delivery.due_at),
        "response_status": answered,
        "response": None if answered is None else delivery.response_text,
        "error": delivery.error or None,
        "milliseconds": delivery.milliseconds,
        "created_at": second_shown(delivery.created_at),
        "attempted_at": second_shown(delivery.attempted_at),
        "finished_at": second_shown(delivery.finished_at),
        "payload": delivery.body,
    }
