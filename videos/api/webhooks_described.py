"""How /v1/webhooks describes itself."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from videos.api.envelopes import Problem
from videos.api.problems import CONTENT_TYPE, problem
from videos.api.schema import answers
from videos.api.tags import WEBHOOKS
from videos.api.webhook_shapes import (
    DeliveryPage,
    DeliveryPageShape,
    ShownDelivery,
    ShownNewWebhook,
    ShownWebhook,
    WebhookPage,
)
from videos.webhooks.events import EVENTS
from videos.webhooks.events import TEST as TEST_EVENT

WEBHOOK: ShownWebhook = {
    "id": "hook_0a1b2c3d4e",
    "url": "https://example.com/hooks/viewprint",
    "description": "CRM",
    "events": ["video.created", "report.completed", "visitor.identified"],
    "status": "active",
    "failing_since": None,
    "disabled_at": None,
    "created_at": "2026-02-01T06:00:00Z",
}
NEW: ShownNewWebhook = {**WEBHOOK, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD0fFvQPz1iWk="}
PAUSED: ShownWebhook = {**WEBHOOK, "status": "paused"}
DELIVERY: ShownDelivery = {
    "id": "msg_0a1b2c3d4e",
    "event": "video.created",
    "status": "delivered",
    "attempts": 1,
    "next_attempt_at": None,
    "response_status": 200,
    "response": "ok",
    "error": None,
    "milliseconds": 84,
    "created_at": "2026-02-01T06:00:00Z",
    "attempted_at": "2026-02-01T06:00:00Z",
    "finished_at": "2026-02-01T06:00:00Z",
    "payload": json.dumps(
        {
            "type": "video.created",
            "timestamp": "2026-02-01T06:00:00.000Z",
            "data": dict(EVENTS["video.created"].example),
        }
    ),
}
WAITING: ShownDelivery = {
    **DELIVERY,
    "id": "msg_1b2c3d4e5f",
    "event": TEST_EVENT,
    "status": "pending",
    "attempts": 0,
    "next_attempt_at": "2026-02-01T06:00:00Z",
    "response_status": None,
    "response": None,
    "milliseconds": None,
    "attempted_at": None,
    "finished_at": None,
    "payload": json.dumps(
        {"type": TEST_EVENT, "timestamp": "2026-02-01T06:00:00.000Z", "data": {"webhook": "hook_0a1b2c3d4e"}}
    ),
}
REPEATED: ShownDelivery = {
    **DELIVERY,
    "status": "pending",
    "attempts": 0,
    "next_attempt_at": "2026-02-01T06:00:00Z",
    "finished_at": None,
}
ALL_OF_ONE_PAGE: Any = {"page": 1, "per_page": 100, "total": 1}
PAGE: WebhookPage = {"data": [WEBHOOK], "pagination": ALL_OF_ONE_PAGE}
DELIVERY_PAGE: DeliveryPage = {"data": [DELIVERY], "pagination": ALL_OF_ONE_PAGE}
CREATED = OpenApiExample("Example", {name: NEW[name] for name in ("url", "events", "description")}, request_only=True)  # type: ignore[literal-required]
CHANGED = OpenApiExample("Example", {"paused": True}, request_only=True)
NAMED = [OpenApiParameter("public_id", location="path", description="The webhook's id.")]
MESSAGE = OpenApiParameter("message_id", location="path", description="The message's id.")

LIST: dict[str, Any] = {
    "operation_id": "webhooks_list",
    "summary": "List the webhooks",
    "description": "In the order in which they were made, without their secrets.",
    "tags": [WEBHOOKS],
    "responses": answers(WebhookPage, example=PAGE, errors=(401, 403, 422)),
}
CREATE: dict[str, Any] = {
    "operation_id": "webhooks_create",
    "summary": "Create a webhook",
    "description": "Its secret is shown this once. Events: "
    + "; ".join(f"`{event.name}`: {event.about[:1].lower()}{event.about[1:-1]}" for event in EVENTS.values())
    + ".",
    "tags": [WEBHOOKS],
    "parameters": [OpenApiParameter("Location", location="header", description="Its path.", response=[201])],
    "responses": answers(ShownNewWebhook, example=NEW, status=201, errors=(400, 401, 403, 413, 415, 422)),
}
SHOW: dict[str, Any] = {
    "operation_id": "webhooks_show",
    "summary": "Show a webhook",
    "description": "What it is told of, and how it does.",
    "tags": [WEBHOOKS],
    "parameters": NAMED,
    "responses": answers(ShownWebhook, examples={"Active": WEBHOOK, "Paused": PAUSED}, errors=(401, 403, 404)),
}
CHANGE: dict[str, Any] = {
    "operation_id": "webhooks_change",
    "summary": "Change a webhook, pause or resume it",
    "description": "Changes what it names. `paused` false resumes one that was disabled, too.",
    "tags": [WEBHOOKS],
    "parameters": NAMED,
    "responses": answers(ShownWebhook, example=PAUSED, errors=(400, 401, 403, 404, 413, 415, 422)),
}
DELETE: dict[str, Any] = {
    "operation_id": "webhooks_delete",
    "summary": "Delete a webhook",
    "description": "With the record of what it was told. What waits is not sent.",
    "tags": [WEBHOOKS],
    "parameters": NAMED,
    "responses": answers(None, status=204, errors=(401, 403, 404)),
}
SECRET: dict[str, Any] = {
    "operation_id": "webhooks_secret",
    "summary": "Give a webhook another secret",
    "description": "The former one signs too, for 24 hours.",
    "tags": [WEBHOOKS],
    "request": None,
    "parameters": NAMED,
    "responses": answers(ShownNewWebhook, example=NEW, errors=(401, 403, 404)),
}
TEST: dict[str, Any] = {
    "operation_id": "webhooks_test",
    "summary": "Send a webhook a test",
    "description": "A message of type `webhook.test`, tried once, whatever the webhook's state.",
    "tags": [WEBHOOKS],
    "request": None,
    "parameters": NAMED,
    "responses": answers(ShownDelivery, example=WAITING, status=202, errors=(401, 403, 404)),
}
DELIVERIES: dict[str, Any] = {
    "operation_id": "webhooks_deliveries",
    "summary": "List what a webhook was told",
    "description": "Newest first, kept for 30 days.",
    "tags": [WEBHOOKS],
    "parameters": [*NAMED, DeliveryPageShape],
    "responses": answers(DeliveryPage, example=DELIVERY_PAGE, errors=(401, 403, 404, 422)),
}
REPEAT: dict[str, Any] = {
    "operation_id": "webhooks_redeliver",
    "summary": "Send a message again",
    "description": "The same text under the same id, whether it had arrived or not.",
    "tags": [WEBHOOKS],
    "request": None,
    "parameters": [*NAMED, MESSAGE],
    "responses": answers(ShownDelivery, example=REPEATED, status=202, errors=(401, 403, 404))
    | answers(
        Problem,
        status=409,
        example=problem(409, "not_active", "The webhook is paused; resume it first."),
        errors=(),
        content_type=CONTENT_TYPE,
    ),
}
