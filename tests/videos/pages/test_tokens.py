"""API tokens: made and shown once, listed, revoked, kept on record."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.videos.admin.conftest import HOSTILE
from videos.models import ApiToken, User, Workspace
from videos.tokens import token_create, token_note_use, token_of

pytestmark = pytest.mark.django_db
PATH = "/settings/tokens"


def test_owners_only(
    workspace: Workspace, editor: User, viewer: User, client: Client, signed_in: Callable[[User], Client]
) -> None:
    token, plain = token_create(workspace, "Mine")
    for path in (PATH, f"{PATH}/{token.pk}/revoke"):
        for member in (editor, viewer):
            for answer in (signed_in(member).get(path), signed_in(member).post(path, {"name": "x", "scopes": "read"})):
                assert answer.status_code == 403
        assert client.get(path)["Location"].startswith("/admin/login/")
    assert token_of(plain) == token
    assert ApiToken.objects.count() == 1


def test_a_token_is_shown_once_and_works(as_owner: Client, workspace: Workspace) -> None:
    assert "No tokens yet" in as_owner.get(PATH).content.decode()
    answer = as_owner.post(PATH, {"name": f"Export {HOSTILE}", "scopes": ["read"]})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "<script>alert" not in answer.content.decode()
    plain = re.search(r'id="secret"[^>]*\svalue="([^"]+)"', answer.content.decode())[1]
    token = token_of(plain)
    assert token is not None
    assert (token.workspace, token.name, token.scopes) == (workspace, f"Export {HOSTILE}", ["read"])
    page = as_owner.get(PATH).content.decode()
    assert token.prefix in page and "never" in page
    assert plain not in page and token.digest not in page
    token_note_use(token)
    assert "never" not in as_owner.get(PATH).content.decode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"name": "", "scopes": ["read"]}, "This field is required"),
        ({"name": "x"}, "Choose at least one"),
        ({"name": "x", "scopes": ["all"]}, "not one of the available choices"),
        ({"name": "x" * 201, "scopes": ["read"]}, "at most 200 characters"),
    ],
)
def test_a_token_needs_a_name_and_known_scopes(as_owner: Client, body: dict[str, Any], words: str) -> None:
    assert words in as_owner.post(PATH, body).content.decode()
    assert not ApiToken.objects.exists()


def test_tokens_are_revoked_after_a_question_and_stay_on_record(
    as_owner: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    token, plain = token_create(workspace, "Old")
    other, other_plain = token_create(other_workspace, "Not yours")
    assert "It was never used" in as_owner.get(f"{PATH}/{token.pk}/revoke").content.decode()
    assert token_of(plain) == token
    page = as_owner.post(f"{PATH}/{token.pk}/revoke", follow=True).content.decode()
    assert "is revoked" in page and "Revoked" in page and "Revoke Old" not in page
    assert token_of(plain) is None
    assert as_owner.post(f"{PATH}/{other.pk}/revoke").status_code == 404
    assert token_of(other_plain) == other
    assert "Not yours" not in page
