"""API tokens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from videos.models import ApiToken, Workspace
from videos.tokens import token_create, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


def secret_in(answer: Any) -> str:
    found = re.search(r'id="secret"[^>]*\svalue="([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()[:2000]
    return found[1]


def test_a_token_is_shown_once_and_works(as_owner: Client, workspace: Workspace) -> None:
    answer = as_owner.post("/admin/videos/apitoken/add/", {"name": "Export", "scopes": ["read"]})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    plain = secret_in(answer)
    token = token_of(plain)
    assert token is not None
    assert (token.workspace, token.name, token.scopes) == (workspace, "Export", ["read"])
    for path in ("", f"{token.pk}/change/", f"{token.pk}/history/"):
        page = as_owner.get(f"/admin/videos/apitoken/{path}")
        assert page.status_code == 200
        assert plain not in page.content.decode()
        assert token.digest not in page.content.decode()


@pytest.mark.parametrize("body", [{"name": "", "scopes": ["read"]}, {"name": "x"}, {"name": "x", "scopes": ["all"]}])
def test_a_token_needs_a_name_and_known_scopes(as_owner: Client, body: dict[str, Any]) -> None:
    assert as_owner.post("/admin/videos/apitoken/add/", body).context["adminform"].form.errors
    assert not ApiToken.objects.exists()


def test_tokens_are_revoked_and_stay_on_record(
    as_owner: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    token, plain = token_create(workspace, "Old")
    other, other_plain = token_create(other_workspace, "Not yours")
    body = {"action": "revoke", "_selected_action": [token.pk, other.pk]}
    page = as_owner.post("/admin/videos/apitoken/", body, follow=True).content.decode()
    assert "Revoked: Old." in page
    assert token_of(plain) is None
    assert token_of(other_plain) == other
    assert ApiToken.objects.filter(pk=token.pk).exists()
    assert as_owner.post(f"/admin/videos/apitoken/{token.pk}/delete/", {"post": "yes"}).status_code == 403
    assert as_owner.post(f"/admin/videos/apitoken/{token.pk}/change/", {"name": "x"}).status_code == 403
