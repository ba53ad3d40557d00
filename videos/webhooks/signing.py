"""Signatures as Standard Webhooks has them, so that its libraries in every language check ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings

from videos.models import Webhook

PREFIX = "whsec_"
# Both secrets sign for so long, so that a receiver can change to the new one without losing a message.
FORMER_SIGNS_FOR = timedelta(hours=24)


def nonce_new() -> str:
    return secrets.token_hex(16)


def secret_of(webhook: Webhook) -> str:
    """Return what the receiver checks signatures with. It is kept nowhere: SECRET_KEY and the row's nonce make it."""
    return PREFIX + base64.b64encode(_key(webhook, webhook.nonce)).decode()


def headers_signed(webhook: Webhook, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that say which message this is, when it was sent, and that it comes from here."""
    timestamp = str(int(now.timestamp()))
    nonces = [webhook.nonce]
    if webhook.former_nonce and webhook.former_until and now < webhook.former_until:
        nonces.append(webhook.former_nonce)
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [hmac.new(_key(webhook, nonce), signed, hashlib.sha256).digest() for nonce in nonces]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signatures),
    }


def _key(webhook: Webhook, nonce: str) -> bytes:
    data = f"videos.webhooks\0{webhook.public_id}\0{nonce}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), data, hashlib.sha256).digest()
