"""Mails in a workspace's name, as plain text and HTML."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def named_message(
    name: str, email: str, subject: str, template: str, context: Mapping[str, Any], *, message_id: str = ""
) -> EmailMultiAlternatives:
    """Return a mail to `email` from `name`, a workspace's or the product's; `template` is the stem of .txt and .html.

    With a `message_id`, mail programs and servers see one mail should it be sent twice.
    """
    name = " ".join(name.split())
    headers = {"Auto-Submitted": "auto-generated"}
    if message_id:
        headers["Message-ID"] = f"<{message_id}@{urlsplit(settings.PUBLIC_URL).hostname}>"
    context = {**context, "sender": name}
    message = EmailMultiAlternatives(
        subject=f"{name}: {subject}",
        body=render_to_string(f"{template}.txt", context),
        from_email=formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[email],
        headers=headers,
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message
