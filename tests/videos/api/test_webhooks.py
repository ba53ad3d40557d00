"""/v1/webhooks: making and changing webhooks, their secrets, and what they were told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from videos.models import HookDelivery, Webhook, Workspace
from videos.services import webhook_create, webhook_emit
from videos.services.webhooks import MOST_WEBHOOKS
from videos.webhooks.events import EVENTS
from videos.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db
BODY = {"url": "https://example.com/hook", "events": ["video.created"]}


@pytest.fixture
def api(workspace: Workspace, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(workspace)


def send(api: APIClient, method: str, path: str, body: Any = None) -> Any:
    return getattr(api, method)(f"/v1/webhooks{path}", body, format="json")


def fields_at_fault(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.content
    return [each["field"].partition(".")[0] for each in answer.json()["errors"]]


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(api: APIClient, workspace: Workspace) -> None:
    answer = send(api, "post", "", {**BODY, "events": ["video.deleted", "video.created", "video.created"]})
    assert answer.status_code == 201
    made = answer.json()
    hook = Webhook.objects.get(workspace=workspace)
    assert made["secret"] == secret_of(hook)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Location"] == f"/v1/webhooks/{hook.public_id}"
    assert made["events"] == ["video.created", "video.deleted"]
    shown = send(api, "get", f"/{hook.public_id}").json()
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert (shown["status"], shown["failing_since"]) == ("active", None)
    listed = send(api, "get", "").json()
    assert listed == {"data": [shown], "pagination": {"page": 1, "per_page": 100, "total": 1}}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://127.0.0.1/"}, "url"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"url": None}, "url"),
        ({"url": 5}, "url"),
        ({"url": "https://example.com/" + "x" * 3000}, "url"),
        ({"events": []}, "events"),
        ({"events": ["video.exploded"]}, "events"),
        ({"events": "video.created"}, "events"),
        ({"events": None}, "events"),
        ({"description": "x" * 201}, "description"),
        ({"paused": "perhaps"}, "paused"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(api: APIClient, change: dict[str, Any], field: str) -> None:
    assert set(fields_at_fault(send(api, "post", "", {**BODY, **change}))) == {field}
    assert not Webhook.objects.exists()
    assert fields_at_fault(send(api, "post", "", {})) == ["url", "events"]


def test_a_body_that_is_no_object_is_refused(api: APIClient) -> None:
    assert fields_at_fault(send(api, "post", "", [BODY])) == [""]


def test_a_workspace_has_so_many_webhooks_and_no_more(api: APIClient, workspace: Workspace) -> None:
    for _ in range(MOST_WEBHOOKS):
        webhook_create(workspace, url="https://example.com/", events=["video.created"])
    answer = send(api, "post", "", BODY)
    assert fields_at_fault(answer) == [""]
    assert f"at most {MOST_WEBHOOKS}" in answer.json()["errors"][0]["message"]


@pytest.fixture
def hook(workspace: Workspace) -> Webhook:
    return webhook_create(workspace, url="https://example.com/", events=["video.created"])


def test_it_changes_what_is_named_and_pauses_and_resumes(api: APIClient, hook: Webhook) -> None:
    path = f"/{hook.public_id}"
    changed = send(
        api, "patch", path, {"url": "https://Bücher.example/", "description": " CRM ", "paused": True}
    ).json()
    assert (changed["url"], changed["description"]) == ("https://xn--bcher-kva.example/", "CRM")
    assert (changed["status"], changed["events"]) == ("paused", ["video.created"])
    Webhook.objects.update(disabled_at=timezone.now(), failures=7)
    assert send(api, "get", path).json()["status"] == "disabled"
    resumed = send(api, "patch", path, {"paused": False}).json()
    assert (resumed["status"], resumed["disabled_at"]) == ("active", None)
    assert fields_at_fault(send(api, "patch", path, {"url": "http://10.0.0.1/", "events": ["x"]})) == ["events"]
    assert fields_at_fault(send(api, "patch", path, {"url": "http://10.0.0.1/"})) == ["url"]
    assert send(api, "get", path).json()["url"] == "https://xn--bcher-kva.example/"


def test_another_secret_is_shown_once(api: APIClient, hook: Webhook) -> None:
    before = secret_of(hook)
    answer = send(api, "post", f"/{hook.public_id}/secret")
    hook.refresh_from_db()
    assert answer.json()["secret"] == secret_of(hook) != before
    assert "no-store" in answer["Cache-Control"]


def test_what_it_was_told_is_listed_newest_first_and_narrowed(api: APIClient, hook: Webhook) -> None:
    path = f"/{hook.public_id}/deliveries"
    webhook_emit(hook.workspace_id, "video.created", lambda: {"n": 1})
    HookDelivery.objects.update(status="failed", due_at=None, response_status=500, response_text="no", error="why")
    test = send(api, "post", f"/{hook.public_id}/test")
    assert test.status_code == 202
    newest, oldest = send(api, "get", path).json()["data"]
    assert newest == test.json()
    assert (newest["event"], newest["status"], newest["response"]) == ("webhook.test", "pending", None)
    assert (oldest["event"], oldest["response_status"], oldest["response"]) == ("video.created", 500, "no")
    assert (oldest["error"], oldest["next_attempt_at"]) == ("why", None)
    assert '"data": {"n": 1}' in oldest["payload"]
    failed = send(api, "get", f"{path}?status=failed&per_page=1").json()
    assert failed == {"data": [oldest], "pagination": {"page": 1, "per_page": 1, "total": 1}}
    assert fields_at_fault(send(api, "get", f"{path}?status=lost")) == ["status"]


def test_a_message_is_sent_again_unless_its_webhook_is_paused(api: APIClient, hook: Webhook) -> None:
    webhook_emit(hook.workspace_id, "video.created", dict)
    HookDelivery.objects.update(status="delivered", due_at=None, attempts=1)
    message = HookDelivery.objects.get()
    path = f"/{hook.public_id}/deliveries/{message.public_id}/redeliver"
    answer = send(api, "post", path)
    assert (answer.status_code, answer.json()["status"], answer.json()["id"]) == (202, "pending", message.public_id)
    send(api, "patch", f"/{hook.public_id}", {"paused": True})
    refused = send(api, "post", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_active")


def test_a_message_is_found_with_its_own_webhook_only(api: APIClient, hook: Webhook, workspace: Workspace) -> None:
    other = webhook_create(workspace, url="https://example.com/", events=["video.created"])
    webhook_emit(workspace.pk, "video.created", dict)
    theirs = other.deliveries.get().public_id
    assert send(api, "post", f"/{hook.public_id}/deliveries/{theirs}/redeliver").status_code == 404


def test_deleting_it_deletes_what_it_was_told(api: APIClient, hook: Webhook) -> None:
    webhook_emit(hook.workspace_id, "video.created", dict)
    assert send(api, "delete", f"/{hook.public_id}").status_code == 204
    assert send(api, "get", f"/{hook.public_id}").json()["code"] == "unknown_webhook"
    assert not HookDelivery.objects.exists()


def test_every_event_has_a_sentence_and_an_example() -> None:
    for event in EVENTS.values():
        assert event.about.endswith(".")
        assert event.example
