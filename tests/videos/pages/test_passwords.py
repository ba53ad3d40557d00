"""A new password: by mail for who has forgotten theirs, and by hand for who knows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from videos.api.throttles import RESETS_PER_EMAIL
from videos.models import User
from videos.services import user_invited

pytestmark = pytest.mark.django_db
FORGOTTEN = "/password/forgotten"
NEW = "another long password"
Mailed = Callable[[Callable[[], Any]], list[Any]]


def link_in(mail: Any) -> str:
    [link] = re.findall(r"http://127\.0\.0\.1:8000(/password/new/\S+)", mail.body)
    assert link in mail.alternatives[0].content
    return link


def test_the_sign_in_leads_to_it(client: Client) -> None:
    assert f'href="{FORGOTTEN}"' in client.get("/admin/login/").content.decode()


def test_a_mail_brings_a_new_password_once(client: Client, owner: User, mailed: Mailed, signed_in: Any) -> None:
    elsewhere = signed_in(owner)
    [mail] = mailed(lambda: client.post(FORGOTTEN, {"email": " Owner@Example.com"}))
    assert (mail.to, mail.subject) == (["owner@example.com"], "Viewprint: choose a new password")
    link = link_in(mail)
    page = client.get(link, follow=True)
    path = page.redirect_chain[-1][0]
    assert "Save the password" in page.content.decode()
    wrong = client.post(path, {"new_password1": NEW, "new_password2": "something else"})
    assert "didn’t match" in wrong.content.decode()
    weak = client.post(path, {"new_password1": "short", "new_password2": "short"})
    assert "This password is too short" in weak.content.decode()
    done = client.post(path, {"new_password1": NEW, "new_password2": NEW}, follow=True)
    assert "Your password is changed" in done.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert "leads nowhere" in Client().get(link, follow=True).content.decode()
    assert elsewhere.get("/settings/members").status_code == 302


def test_a_link_ends_after_an_hour(client: Client, owner: User, mailed: Mailed, monkeypatch: Any) -> None:
    [mail] = mailed(lambda: client.post(FORGOTTEN, {"email": "owner@example.com"}))
    later = (timezone.now() + timedelta(minutes=61)).replace(tzinfo=None)
    monkeypatch.setattr("django.contrib.auth.tokens.PasswordResetTokenGenerator._now", lambda self: later)
    assert "leads nowhere" in client.get(link_in(mail), follow=True).content.decode()


def test_nobody_learns_who_signs_in_here(client: Client, owner: User, mailed: Mailed) -> None:
    gone, _ = user_invited("gone@example.com", NEW)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    pages = set()
    for email in ("owner@example.com", "nobody@example.com", "gone@example.com"):
        answers: list[Any] = []
        mails = mailed(lambda email=email, answers=answers: answers.append(client.post(FORGOTTEN, {"email": email})))
        assert len(mails) == (email == "owner@example.com")
        pages.add((answers[0].status_code, answers[0]["Location"]))
    assert len(pages) == 1
    assert "Look into your mail" in client.get(pages.pop()[1]).content.decode()
    assert "Enter a valid email address" in client.post(FORGOTTEN, {"email": "x"}).content.decode()


def test_who_asks_too_often_is_told_when_they_may_again(client: Client, owner: User, mailed: Mailed) -> None:
    for _ in range(RESETS_PER_EMAIL):
        assert len(mailed(lambda: client.post(FORGOTTEN, {"email": "owner@example.com"}))) == 1
    answers: list[Any] = []
    assert mailed(lambda: answers.append(client.post(FORGOTTEN, {"email": "owner@example.com"}))) == []
    assert re.search(r"Too many requests. Try again in \d+ seconds", answers[0].content.decode())


def test_members_change_their_own_password(owner: User, viewer: User, signed_in: Any) -> None:
    client = signed_in(viewer)
    assert "/admin/password_change/" in client.get("/admin/videos/video/").content.decode()
    body = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert "entered incorrectly" in client.post("/admin/password_change/", body).content.decode()
    body["old_password"] = "correct horse battery"
    assert "password was changed" in client.post("/admin/password_change/", body, follow=True).content.decode()
    viewer.refresh_from_db()
    assert viewer.check_password(NEW)
