from __future__ import annotations

import pytest

from videos.errors import Invalid
from videos.models import ApiToken, Workspace
from videos.tokens import token_create, token_of

pytestmark = pytest.mark.django_db


def test_only_a_digest_of_a_token_is_kept(workspace: Workspace) -> None:
    token, plain = token_create(workspace, " Export ", ["write", "read", "read"])
    assert (token.name, token.scopes) == ("Export", ["read", "write"])
    assert plain.startswith(token.prefix)
    kept = ApiToken.objects.filter(pk=token.pk).values().get()
    assert not any(plain in str(value) for value in kept.values())
    assert token_of(plain) == token


def test_two_tokens_are_never_the_same(workspace: Workspace) -> None:
    assert token_create(workspace, "A", ["read"])[1] != token_create(workspace, "A", ["read"])[1]


@pytest.mark.parametrize("plain", ["", "vp_", "\0", "\ud800", "x" * 100_000])
def test_what_is_no_token_opens_nothing(workspace: Workspace, plain: str) -> None:
    token_create(workspace, "A", ["read"])
    assert token_of(plain) is None


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "admin"]])
def test_a_token_needs_known_scopes(workspace: Workspace, scopes: list[str]) -> None:
    with pytest.raises(Invalid, match="scopes: Name at least one of read, write"):
        token_create(workspace, "A", scopes)


def test_a_token_needs_a_name(workspace: Workspace) -> None:
    with pytest.raises(Invalid, match="name"):
        token_create(workspace, "  ", ["read"])
