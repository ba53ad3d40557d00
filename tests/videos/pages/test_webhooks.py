"""The webhooks' pages: who sees them, what they do, what they say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.videos.admin.conftest import HOSTILE
from videos.models import HookDelivery, User, Webhook, Workspace
from videos.services import webhook_create, webhook_emit, webhook_test
from videos.webhooks.signing import secret_of

pytestmark = pytest.mark.django_db
FORM = {"url": "https://example.com/hook", "description": "CRM", "events": ["video.created", "report.failed"]}


@pytest.fixture
def hook(workspace: Workspace) -> Webhook:
    return webhook_create(workspace, url="https://example.com/", events=["video.created"], description=HOSTILE)


def paths_of(hook: Webhook) -> list[str]:
    message = hook.deliveries.first() or webhook_test(hook)
    ends = ("", "/edit", "/delete", "/pause", "/resume", "/secret", "/test", f"/messages/{message.public_id}")
    return ["/settings/webhooks", "/settings/webhooks/new", *(f"/settings/webhooks/{hook.public_id}{e}" for e in ends)]


def test_owners_only(hook: Webhook, editor: User, viewer: User, client: Client, signed_in: Any) -> None:
    for path in paths_of(hook):
        for member in (editor, viewer):
            for answer in (signed_in(member).get(path), signed_in(member).post(path)):
                assert answer.status_code == 403
        assert client.get(path)["Location"].startswith("/admin/login/")
    assert 'href="/settings/webhooks"' not in signed_in(editor).get("/admin/videos/video/").content.decode()


def test_another_workspaces_webhook_is_not_there(hook: Webhook, outsider: User, signed_in: Any) -> None:
    for path in paths_of(hook)[2:]:
        assert signed_in(outsider).post(path).status_code in (404, 405)
    assert Webhook.objects.filter(pk=hook.pk, is_paused=False).exists()


def test_one_is_made_and_its_secret_shown_once(as_owner: Client, workspace: Workspace) -> None:
    assert "Let your servers know" in as_owner.get("/settings/webhooks").content.decode()
    answer = as_owner.post("/settings/webhooks/new", FORM)
    hook = Webhook.objects.get(workspace=workspace)
    assert re.search(r'id="secret"[^>]*\svalue="([^"]+)"', answer.content.decode())[1] == secret_of(hook)
    assert "no-store" in answer["Cache-Control"]
    assert (hook.url, hook.description, hook.events) == tuple(FORM.values())
    for path in ("/settings/webhooks", f"/settings/webhooks/{hook.public_id}"):
        page = as_owner.get(path).content.decode()
        assert "CRM" in page
        assert secret_of(hook) not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://127.0.0.1/"}, "no public address"),
        ({"url": "nowhere"}, "Give an http or https address"),
        ({"events": []}, "Choose at least one event"),
    ],
)
def test_a_bad_form_says_what_is_wrong(as_owner: Client, change: dict[str, Any], words: str) -> None:
    assert words in as_owner.post("/settings/webhooks/new", {**FORM, **change}).content.decode()
    assert not Webhook.objects.exists()


def test_it_is_changed_paused_resumed_and_deleted(as_owner: Client, hook: Webhook) -> None:
    path = f"/settings/webhooks/{hook.public_id}"
    assert as_owner.post(f"{path}/edit", {**FORM, "description": ""})["Location"] == path
    hook.refresh_from_db()
    assert (hook.description, hook.events) == ("", FORM["events"])
    for action, word in (("pause", "Paused"), ("resume", "Active")):
        assert word in as_owner.post(f"{path}/{action}", follow=True).content.decode()
    before = secret_of(hook)
    assert before not in as_owner.post(f"{path}/secret").content.decode()
    assert "Delete the webhook" in as_owner.get(f"{path}/delete").content.decode()
    assert as_owner.post(f"{path}/delete")["Location"] == "/settings/webhooks"
    assert not Webhook.objects.exists()


def test_messages_are_shown_with_what_was_sent_and_answered_and_sent_again(as_owner: Client, hook: Webhook) -> None:
    path = f"/settings/webhooks/{hook.public_id}"
    webhook_emit(hook.workspace_id, "video.created", lambda: {"title": HOSTILE})
    HookDelivery.objects.update(
        status="failed", due_at=None, response_status=500, response_text=f"Oops {HOSTILE}", milliseconds=12, attempts=9
    )
    page = as_owner.get(path).content.decode()
    assert "500, 12 ms" in page
    assert "Oops &lt;/title&gt;" in page
    assert "<script>alert" not in page
    message = hook.deliveries.get()
    as_owner.post(f"{path}/messages/{message.public_id}")
    message.refresh_from_db()
    assert message.status == "pending"
    assert as_owner.post(f"{path}/messages/msg_0000000000").status_code == 404
    Webhook.objects.update(is_paused=True)
    assert "resume it first" in as_owner.post(f"{path}/messages/{message.public_id}", follow=True).content.decode()
    as_owner.post(f"{path}/test")
    assert hook.deliveries.filter(event="webhook.test").count() == 1


def test_a_webhook_in_trouble_says_since_when_and_what_to_do(as_owner: Client, hook: Webhook) -> None:
    path = f"/settings/webhooks/{hook.public_id}"
    Webhook.objects.update(failing_since=timezone.now(), failures=3)
    assert "No message has reached this webhook since" in as_owner.get(path).content.decode()
    Webhook.objects.update(disabled_at=timezone.now())
    assert "then resume the webhook" in as_owner.get(path).content.decode()


def test_a_page_takes_as_few_statements_with_many_rows(as_owner: Client, workspace: Workspace, hook: Webhook) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert as_owner.get(path).status_code == 200
        return len(asked)

    webhook_test(hook)
    paths = ["/settings/webhooks", f"/settings/webhooks/{hook.public_id}"]
    few = [statements(path) for path in paths]
    for _ in range(15):
        webhook_test(webhook_create(workspace, url="https://example.com/", events=["video.created"]))
        webhook_test(hook)
    assert [statements(path) for path in paths] == few
    assert max(few) <= 6
