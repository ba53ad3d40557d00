from __future__ import annotations

import pytest

from videos.errors import Invalid
from videos.models import Membership, Role, User, Workspace
from videos.services import (
    member_add,
    member_change,
    member_remove,
    user_invited,
    workspace_bundle,
    workspace_create,
    workspace_update,
)

pytestmark = pytest.mark.django_db


def test_a_bundle_is_what_the_command_prints() -> None:
    bundle = workspace_bundle("A", "a@example.com", timezone="Europe/Berlin")
    assert bundle.as_json()["workspace"] == {"id": bundle.workspace.pk, "name": "A", "timezone": "Europe/Berlin"}
    assert bundle.as_json()["password"] == bundle.password


def test_each_workspace_has_a_public_token_of_its_own() -> None:
    first, second = (workspace_create(name, "a@example.com")[0] for name in "AB")
    assert first.public_token != second.public_token


def test_what_is_printed_is_letters_and_digits_so_that_no_command_takes_it_for_an_option() -> None:
    for number in range(20):
        bundle = workspace_bundle("A", f"a{number}@example.com")
        assert bundle.password is not None
        for secret in (bundle.workspace.public_token, bundle.password, bundle.token.removeprefix("vp_")):
            assert secret.isascii()
            assert secret.isalnum()


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
