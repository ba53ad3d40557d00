from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from videos.models import User
from videos.tasks import mail_task


@pytest.fixture
def as_owner(owner: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(owner)


@pytest.fixture
def mailed(
    monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[[Callable[[], Any]], list[Any]]:
    """Return a function that does something, lets the background send the mails, and returns those."""
    monkeypatch.setattr("videos.background.close_old_connections", lambda: None)
    monkeypatch.setattr(mail_task, "delay", lambda *arguments: mail_task(*arguments))

    def mails(act: Callable[[], Any]) -> list[Any]:
        before = len(mailoutbox)
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return mailoutbox[before:]

    return mails
