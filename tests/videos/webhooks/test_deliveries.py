"""From an event to the receiver: tried again, given up, left alone, disabled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook as Receiving

from tests.videos.webhooks.conftest import delivered
from tests.videos.webhooks.receiver import Receiver
from videos.errors import DomainError
from videos.models import DeliveryState, HookDelivery, HookState, User, Video, Webhook, Workspace
from videos.services import (
    delivery_repeat,
    video_change,
    video_create,
    video_delete,
    webhook_create,
    webhook_delete,
    webhook_emit,
    webhook_pause,
    webhook_resume,
    webhook_test,
    webhook_update,
)
from videos.tasks import hook_deliveries_trim_task, hooks_resume_at_start_task, hooks_resume_task, mail_task
from videos.webhooks.deliveries import (
    DISABLED_AFTER,
    FORGOTTEN_AFTER,
    KEPT_FOR,
    LEASE,
    PATIENCE,
    WAITS,
    delivery_claim,
    forgotten_deliveries,
)
from videos.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db


def told(hook: Webhook, event: str = "video.created") -> HookDelivery:
    """Let something happen that the webhook is told of."""
    webhook_emit(hook.workspace_id, event, lambda: {"n": 1})
    return hook.deliveries.latest("pk")


def due(delivery: HookDelivery) -> HookDelivery:
    HookDelivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())
    return delivery


def health(hook: Webhook) -> tuple[HookState, int]:
    hook.refresh_from_db()
    return hook.state, hook.failures


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was handed to the queue instead of being worked on: task, arguments, seconds to wait."""
    found: list[tuple[Any, ...]] = []
    for name in ("hook_delivery_task", "mail_task"):
        task = __import__("videos.tasks", fromlist=[name]).__dict__[name]
        monkeypatch.setattr(task, "delay", lambda *ids, name=name: found.append((name, *ids)))
        monkeypatch.setattr(
            task, "apply_async", lambda ids, countdown, name=name: found.append((name, *ids, countdown))
        )
    return found


def test_a_video_is_told_of_from_its_creation_to_its_deletion(workspace: Workspace, hook: Webhook) -> None:
    video = video_create(workspace, title="Größe", duration=12)
    video_change(video, place={"project": None}, details={"title": "Changed"})
    public_id = video.public_id
    video_delete(video)
    messages = [json.loads(each.body) for each in hook.deliveries.order_by("pk")]
    assert [each["type"] for each in messages] == ["video.created", "video.updated", "video.deleted"]
    assert {each["data"]["id"] for each in messages} == {public_id}
    assert [each["data"]["title"] for each in messages] == ["Größe", "Changed", "Changed"]
    assert all(each["timestamp"].endswith("Z") for each in messages)


def test_a_message_arrives_signed_and_is_noted(hook: Webhook, receiver: Receiver) -> None:
    delivery = delivered(told(hook))
    [heard] = receiver.heard
    assert Receiving(secret_of(hook)).verify(heard.body.decode(), heard.headers)["data"] == {"n": 1}
    assert heard.headers["webhook-id"] == delivery.public_id
    assert (delivery.status, delivery.response_status, delivery.response_text) == ("delivered", 200, "thank you")
    assert (delivery.attempts, delivery.error, delivery.due_at) == (1, "", None)
    assert delivery.finished_at and delivery.milliseconds is not None
    delivered(delivery)
    assert len(receiver.heard) == 1


def test_who_does_not_want_to_know_is_not_told(workspace: Workspace, other_workspace: Workspace, hook: Webhook) -> None:
    elsewhere = webhook_create(other_workspace, url="https://example.com/", events=["video.created"])
    paused = webhook_create(workspace, url="https://example.com/", events=["video.created"])
    webhook_pause(paused)
    assert webhook_emit(workspace.pk, "video.created", dict) == 1
    assert webhook_emit(workspace.pk, "report.completed", lambda: pytest.fail("nobody asks")) == 0
    assert [each.deliveries.count() for each in (hook, elsewhere, paused)] == [1, 0, 0]


def test_what_is_taken_back_is_not_told(workspace: Workspace, hook: Webhook) -> None:
    with transaction.atomic():
        video_create(workspace, title="Never")
        transaction.set_rollback(True)
    assert not hook.deliveries.exists()


def test_a_message_is_queued_after_the_commit(
    workspace: Workspace, hook: Webhook, queued: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        Video.objects.create(workspace=workspace, title="Not by a service")
        delivery = told(hook)
        assert queued == []
    assert queued == [("hook_delivery_task", delivery.pk)]


def test_one_that_fails_is_tried_again_later_and_later_and_then_given_up(
    hook: Webhook, receiver: Receiver, queued: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videos.webhooks.deliveries.PATIENCE", 100)
    receiver.status = 500
    delivery = told(hook)
    for number, wait in enumerate(WAITS, start=1):
        before = timezone.now()
        delivered(due(delivery))
        assert (delivery.status, delivery.attempts) == ("pending", number)
        assert before + wait <= delivery.due_at <= timezone.now() + wait
        assert delivery.error == "The server answered 500."
    delivered(due(delivery))
    assert (delivery.status, delivery.due_at) == ("failed", None)
    assert len(receiver.heard) == len(WAITS) + 1
    assert {each.headers["webhook-id"] for each in receiver.heard} == {delivery.public_id}
    assert len({each.body for each in receiver.heard}) == 1
    # The longer waits are left to the row: a queue would forget, or tell it twice.
    assert [each[2] for each in queued if len(each) == 3] == [10, 60, 300, 1800]
    assert sum(WAITS, timedelta()) > timedelta(days=1.5)


@pytest.mark.parametrize(("status", "words"), [(301, "answered 301: redirects"), (404, "answered 404."), (500, "500")])
def test_what_is_no_success_is_told_why(hook: Webhook, receiver: Receiver, status: int, words: str) -> None:
    receiver.status = status
    delivery = delivered(told(hook))
    assert words in delivery.error
    assert (delivery.response_status, delivery.response_text) == (status, "thank you")


def test_a_private_address_that_a_name_leads_to_fails_and_says_so(hook: Webhook, settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = []
    delivery = delivered(told(hook))
    assert "127.0.0.1 is no public address" in delivery.error
    assert delivery.response_status is None


def test_two_workers_send_one_message_once(hook: Webhook) -> None:
    delivery = told(hook)
    claimed = delivery_claim(delivery.pk)
    assert claimed is not None
    assert delivery_claim(delivery.pk) is None
    delivery.refresh_from_db()
    assert delivery.due_at > timezone.now() + LEASE - timedelta(seconds=5)


def test_one_that_fails_again_and_again_is_left_alone_for_a_while(hook: Webhook, receiver: Receiver) -> None:
    receiver.status = 503
    for _ in range(PATIENCE):
        delivered(told(hook))
    waiting = delivered(told(hook))
    assert len(receiver.heard) == PATIENCE
    hook.refresh_from_db()
    assert (waiting.attempts, waiting.due_at) == (0, hook.rests_until)
    Webhook.objects.update(rests_until=timezone.now() - timedelta(seconds=1))
    receiver.status = 204
    delivered(due(waiting))
    assert waiting.status == "delivered"
    assert health(hook) == (HookState.ACTIVE, 0)
    assert hook.failing_since is None and hook.rests_until is None


def failing_for(hook: Webhook, time: timedelta) -> None:
    Webhook.objects.filter(pk=hook.pk).update(failing_since=timezone.now() - time, failures=2)


def test_after_days_without_success_it_is_disabled_and_the_owners_are_told(
    hook: Webhook,
    receiver: Receiver,
    queued: list[Any],
    editor: User,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    receiver.status = 500
    failing_for(hook, DISABLED_AFTER - timedelta(minutes=1))
    delivered(told(hook))
    assert health(hook)[0] == HookState.ACTIVE
    other = told(hook)
    failing_for(hook, DISABLED_AFTER)
    last = delivered(told(hook))
    assert health(hook)[0] == HookState.DISABLED
    other.refresh_from_db()
    assert (other.status, other.error) == ("failed", "The webhook was disabled.")
    assert last.status == "failed"
    mails = [each for each in queued if each[0] == "mail_task"]
    assert mails == [("mail_task", "webhook_disabled", hook.pk, "owner@example.com")]
    assert webhook_emit(hook.workspace_id, "video.created", dict) == 0
    mail_task(*mails[0][1:])
    [mail] = mailoutbox
    assert mail.subject == "Acme: a webhook was disabled"
    assert mail.from_email == "Acme <viewprint@localhost>"
    for text in (mail.body, mail.alternatives[0].content):
        assert receiver.url.replace("&", "&amp;") in text
        assert f"http://127.0.0.1:8000/settings/webhooks/{hook.public_id}" in text


def test_a_server_that_says_gone_is_disabled_at_once(hook: Webhook, receiver: Receiver, queued: list[Any]) -> None:
    receiver.status = 410
    assert delivered(told(hook)).status == "failed"
    assert health(hook)[0] == HookState.DISABLED


def test_pausing_holds_what_waits_and_resuming_sends_it(
    hook: Webhook, receiver: Receiver, queued: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    waiting = told(hook)
    webhook_pause(hook)
    assert delivered(waiting).attempts == 0
    assert webhook_emit(hook.workspace_id, "video.created", dict) == 0
    assert forgotten_deliveries(after_restart=True) == []
    with django_capture_on_commit_callbacks(execute=True):
        webhook_resume(hook)
    assert queued[-1] == ("hook_delivery_task", waiting.pk)
    assert delivered(waiting).status == "delivered"


def test_a_disabled_one_begins_anew_when_it_is_resumed(hook: Webhook) -> None:
    Webhook.objects.update(disabled_at=timezone.now(), failures=9, failing_since=timezone.now())
    hook.refresh_from_db()
    webhook_resume(hook)
    assert health(hook) == (HookState.ACTIVE, 0)


def test_a_test_is_tried_once_in_any_state_and_says_nothing_of_its_health(hook: Webhook, receiver: Receiver) -> None:
    receiver.status = 500
    webhook_pause(hook)
    delivery = delivered(webhook_test(hook))
    assert (delivery.status, delivery.attempts) == ("failed", 1)
    assert json.loads(receiver.heard[0].body)["type"] == "webhook.test"
    assert health(hook) == (HookState.PAUSED, 0)


def test_a_message_is_sent_again_under_its_own_id(hook: Webhook, receiver: Receiver) -> None:
    delivery = delivered(told(hook))
    delivery_repeat(delivery)
    delivered(delivery)
    first, second = receiver.heard
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert (delivery.status, delivery.attempts) == ("delivered", 1)
    delivery.webhook.is_paused = True
    with pytest.raises(DomainError, match="paused; resume it first"):
        delivery_repeat(delivery)


def test_what_waits_goes_to_the_new_address_and_to_none_after_the_end(hook: Webhook, receiver: Receiver) -> None:
    delivery = told(hook)
    webhook_update(hook, url=f"{receiver.url}&new=1")
    delivered(delivery)
    assert receiver.heard[0].path.endswith("&new=1")
    other = told(hook)
    webhook_delete(hook)
    assert delivery_claim(other.pk) is None


def test_what_no_queue_knows_of_is_queued_again_once(hook: Webhook, queued: list[Any]) -> None:
    fresh, forgotten = told(hook), told(hook)
    HookDelivery.objects.filter(pk=forgotten.pk).update(due_at=timezone.now() - FORGOTTEN_AFTER)
    hooks_resume_task()
    hooks_resume_task()
    assert queued == [("hook_delivery_task", forgotten.pk)]
    hooks_resume_at_start_task()
    assert {each[1] for each in queued[1:]} == {fresh.pk, forgotten.pk}


def test_the_record_of_old_messages_is_deleted_and_what_waits_stays(hook: Webhook) -> None:
    old, waiting, young = told(hook), told(hook), told(hook)
    HookDelivery.objects.exclude(pk=young.pk).update(created_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    HookDelivery.objects.filter(pk=old.pk).update(due_at=None, status=DeliveryState.DELIVERED)
    hook_deliveries_trim_task()
    assert set(HookDelivery.objects.all()) == {waiting, young}
