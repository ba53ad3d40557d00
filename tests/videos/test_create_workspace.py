from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from videos.models import Membership, Role, User, Workspace
from videos.tokens import token_of

pytestmark = pytest.mark.django_db


def created(*arguments: str) -> dict[str, Any]:
    output = io.StringIO()
    call_command("create_workspace", *arguments, stdout=output)
    return json.loads(output.getvalue())


def test_what_it_prints_is_all_that_one_needs() -> None:
    printed = created("Bücher & Co", "--email", "Ada@Example.com", "--timezone", "Asia/Kathmandu")
    workspace = Workspace.objects.get()
    assert printed["workspace"] == {"id": workspace.pk, "name": "Bücher & Co", "timezone": "Asia/Kathmandu"}
    assert printed["public_token"] == workspace.public_token
    token = token_of(printed["token"])
    assert token is not None
    assert (token.workspace, token.scopes) == (workspace, ["read", "write"])
    owner = User.objects.get(email="ada@example.com")
    assert printed["email"] == owner.email
    assert owner.check_password(printed["password"])
    assert Membership.objects.get().role == Role.OWNER


def test_a_password_may_be_given() -> None:
    assert created("A", "--email", "ada@example.com", "--password", "correct horse battery")["password"]
    assert User.objects.get().check_password("correct horse battery")


def test_who_has_an_account_keeps_the_password_and_owns_both() -> None:
    first = created("A", "--email", "ada@example.com")
    second = created("B", "--email", "ada@example.com", "--password", "another horse battery")
    assert "password" not in second
    assert User.objects.get().check_password(first["password"])
    assert Membership.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["A", "--email", "nobody"], "valid email address"),
        (["  ", "--email", "ada@example.com"], "name"),
        (["x" * 201, "--email", "ada@example.com"], "200"),
        (["A", "--email", "ada@example.com", "--timezone", "Mars/Olympus"], "IANA name"),
        (["A", "--email", "ada@example.com", "--password", "123"], "too short"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        created(*arguments)
    assert not Workspace.objects.exists()
    assert not User.objects.exists()
