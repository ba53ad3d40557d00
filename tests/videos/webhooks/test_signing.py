"""Signatures, checked by the library that receivers use."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Receiving
from standardwebhooks import WebhookVerificationError

from videos.models import Webhook, Workspace
from videos.services import webhook_create, webhook_secret_renew
from videos.webhooks.signing import FORMER_SIGNS_FOR, headers_signed, secret_of

pytestmark = pytest.mark.django_db
BODY = json.dumps({"type": "video.created", "data": {"title": "Größe"}}, ensure_ascii=False).encode()


def hook_in(workspace: Workspace) -> Webhook:
    return webhook_create(workspace, url="https://example.com/", events=["video.created"])


def test_a_receiver_accepts_what_is_signed_and_nothing_else(workspace: Workspace) -> None:
    hook = hook_in(workspace)
    headers = headers_signed(hook, "msg_1", BODY, timezone.now())
    secret = secret_of(hook)
    assert secret.startswith("whsec_")
    assert Receiving(secret).verify(BODY.decode(), headers) == json.loads(BODY)
    for changed, wrong in (
        (BODY.replace(b"created", b"deleted"), headers),
        (BODY, {**headers, "webhook-id": "msg_2"}),
        (BODY, {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}),
        (BODY, headers_signed(hook_in(workspace), "msg_1", BODY, timezone.now())),
        (BODY, headers_signed(hook, "msg_1", BODY, timezone.now() - timedelta(minutes=6))),
    ):
        with pytest.raises(WebhookVerificationError):
            Receiving(secret).verify(changed.decode(), wrong)


def test_what_is_signed_is_what_the_docs_say(workspace: Workspace) -> None:
    hook = hook_in(workspace)
    moment = datetime(2026, 2, 1, 6, tzinfo=UTC)
    key = base64.b64decode(secret_of(hook).removeprefix("whsec_"))
    digest = hmac.new(key, b"msg_1.1769925600." + BODY, hashlib.sha256).digest()
    assert headers_signed(hook, "msg_1", BODY, moment) == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1769925600",
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def test_both_secrets_sign_for_a_day_after_a_change(workspace: Workspace) -> None:
    hook = hook_in(workspace)
    former = secret_of(hook)
    webhook_secret_renew(hook)
    assert secret_of(hook) != former
    headers = headers_signed(hook, "msg_1", BODY, timezone.now())
    for secret in (former, secret_of(hook)):
        Receiving(secret).verify(BODY.decode(), headers)
    later = headers_signed(hook, "msg_1", BODY, timezone.now() + FORMER_SIGNS_FOR + timedelta(seconds=1))
    assert len(later["webhook-signature"].split()) == 1


def test_the_secret_is_kept_nowhere(workspace: Workspace, settings: Any) -> None:
    hook = hook_in(workspace)
    row = Webhook.objects.filter(pk=hook.pk).values().get()
    assert not [value for value in row.values() if str(value) in secret_of(hook)[6:] and len(str(value)) > 5]
    before = secret_of(hook)
    settings.SECRET_KEY = "another"
    assert secret_of(hook) != before
