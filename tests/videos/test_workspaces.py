from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from videos.errors import Invalid
from videos.models import ApiToken, Membership, Role, User, Workspace
from videos.services import (
    member_add,
    member_change,
    member_remove,
    user_invited,
    workspace_bundle,
    workspace_create,
    workspace_update,
)
from videos.tokens import token_of

pytestmark = pytest.mark.django_db


def created(*arguments: str) -> dict[str, Any]:
    output = StringIO()
    call_command("create_workspace", *arguments, stdout=output)
    return json.loads(output.getvalue())


def test_the_command_prints_all_that_is_needed_to_begin() -> None:
    shown = created("Zoë & Söhne", "--email", "Zoe@Example.com", "--timezone", "Asia/Kathmandu")
    workspace = Workspace.objects.get()
    assert shown == {
        "workspace": {"id": workspace.pk, "name": "Zoë & Söhne", "timezone": "Asia/Kathmandu"},
        "public_token": workspace.public_token,
        "token": shown["token"],
        "email": "zoe@example.com",
        "password": shown["password"],
    }
    user = User.objects.get()
    assert user.check_password(shown["password"])
    assert len(shown["password"]) >= 12
    assert Membership.objects.get().role == Role.OWNER
    token = token_of(shown["token"])
    assert token is not None
    assert (token.workspace, token.scopes) == (workspace, ["read", "write"])


def test_a_given_password_is_the_owners() -> None:
    shown = created("A", "--email", "a@example.com", "--password", "correct horse battery")
    assert shown["password"] == "correct horse battery"
    assert User.objects.get().check_password("correct horse battery")


def test_who_signs_in_already_becomes_the_owner_and_keeps_the_password() -> None:
    created("A", "--email", "a@example.com", "--password", "correct horse battery")
    again = created("B", "--email", "A@example.com", "--password", "another horse battery")
    assert "password" not in again
    assert User.objects.get().check_password("correct horse battery")
    assert Membership.objects.filter(role=Role.OWNER).count() == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["A", "--email", "nobody"], "email: "),
        (
            ["A", "--email", "a@example.com", "--timezone", "Mars/Olympus"],
            "timezone: 'Mars/Olympus' is not a time zone",
        ),
        ([" ", "--email", "a@example.com"], "name: "),
        (["A", "--email", "a@example.com", "--password", "12345678"], "password: "),
        (["A"], "--email"),
    ],
)
def test_a_workspace_that_cannot_be_made_leaves_nothing_behind(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        created(*arguments)
    assert not Workspace.objects.exists()
    assert not User.objects.exists()
    assert not ApiToken.objects.exists()


def test_a_bundle_is_what_the_command_prints() -> None:
    bundle = workspace_bundle("A", "a@example.com", timezone="Europe/Berlin")
    assert bundle.as_json()["workspace"] == {"id": bundle.workspace.pk, "name": "A", "timezone": "Europe/Berlin"}
    assert bundle.as_json()["password"] == bundle.password


def test_each_workspace_has_a_public_token_of_its_own() -> None:
    first, second = (workspace_create(name, "a@example.com")[0] for name in "AB")
    assert first.public_token != second.public_token


def test_a_user_is_invited_once_whatever_the_case_of_the_address(workspace: Workspace) -> None:
    user, password = user_invited(" New@Example.com ")
    assert password is not None
    assert user.check_password(password)
    assert user_invited("NEW@example.com") == (user, None)


def test_a_member_is_added_once(workspace: Workspace, owner: User) -> None:
    with pytest.raises(Invalid):
        member_add(workspace, owner, Role.VIEWER)
    with pytest.raises(Invalid) as error:
        member_add(workspace, user_invited("x@example.com")[0], "admin")
    assert [each.field for each in error.value.errors] == ["role"]


def test_the_last_owner_stays_an_owner(workspace: Workspace, owner: User, editor: User) -> None:
    membership = Membership.objects.get(user=owner)
    for leave in (lambda: member_change(membership, Role.EDITOR), lambda: member_remove(membership)):
        with pytest.raises(Invalid, match="the last one"):
            leave()
    assert Membership.objects.get(user=owner).role == Role.OWNER
    member_change(Membership.objects.get(user=editor), Role.OWNER)
    member_remove(Membership.objects.get(user=owner))
    assert list(Membership.objects.values_list("user__email", "role")) == [("editor@example.com", "owner")]
    assert User.objects.filter(pk=owner.pk).exists()


def test_an_owner_elsewhere_does_not_count(workspace: Workspace, owner: User, outsider: User) -> None:
    with pytest.raises(Invalid):
        member_remove(Membership.objects.get(user=owner))


def test_settings_of_a_workspace_are_checked(workspace: Workspace) -> None:
    workspace_update(workspace, name=" Acme GmbH ", timezone="Asia/Kathmandu", address_kept="truncated")
    workspace.refresh_from_db()
    assert (workspace.name, workspace.zone.key, workspace.address_kept) == ("Acme GmbH", "Asia/Kathmandu", "truncated")
    with pytest.raises(Invalid) as error:
        workspace_update(workspace, name="", timezone="Europe/Atlantis", address_kept="all")
    assert {each.field for each in error.value.errors} == {"name", "timezone", "address_kept"}
