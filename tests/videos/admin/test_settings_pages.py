"""Members, API tokens and the workspace's settings."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from videos.models import ApiToken, Membership, Role, User, Workspace
from videos.services import user_invited
from videos.tokens import token_create, token_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]


def secret_in(answer: Any) -> str:
    found = re.search(r'id="secret"[^>]*\svalue="([^"]+)"', answer.content.decode())
    assert found, answer.content.decode()[:2000]
    return found[1]


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def test_a_new_member_gets_a_password_that_is_shown_once(as_owner: Client, client: Client) -> None:
    answer = as_owner.post("/admin/videos/membership/add/", {"email": "New@Example.com", "role": "editor"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    password = secret_in(answer)
    member = User.objects.get(email="new@example.com")
    assert membership_of(member).role == Role.EDITOR
    assert not member.is_staff
    assert password not in as_owner.get("/admin/videos/membership/").content.decode()
    signed_in = client.post("/admin/login/", {"username": "new@example.com", "password": password})
    assert signed_in["Location"] == "/"


def test_who_has_an_account_keeps_the_password(as_owner: Client, workspace: Workspace) -> None:
    known, _ = user_invited("known@example.com", "correct horse battery")
    answer = as_owner.post("/admin/videos/membership/add/", {"email": "known@example.com", "role": "viewer"})
    assert answer.status_code == 302
    known.refresh_from_db()
    assert known.check_password("correct horse battery")
    assert membership_of(known).workspace == workspace


@pytest.mark.parametrize("email", ["", "nobody", "owner@example.com", "OWNER@example.com"])
def test_a_bad_address_and_who_is_a_member_already_are_refused(as_owner: Client, email: str) -> None:
    answer = as_owner.post("/admin/videos/membership/add/", {"email": email, "role": "viewer"})
    assert "email" in answer.context["adminform"].form.errors


def test_an_unknown_role_is_refused(as_owner: Client, editor: User) -> None:
    path = f"/admin/videos/membership/{membership_of(editor).pk}/change/"
    answer = as_owner.post(path, {"role": "emperor"})
    assert "role" in answer.context["adminform"].form.errors


def test_roles_change_and_members_leave(as_owner: Client, editor: User) -> None:
    row = membership_of(editor)
    assert as_owner.post(f"/admin/videos/membership/{row.pk}/change/", {"role": "viewer"}).status_code == 302
    row.refresh_from_db()
    assert row.role == Role.VIEWER
    as_owner.post(f"/admin/videos/membership/{row.pk}/delete/", {"post": "yes"})
    assert not Membership.objects.filter(pk=row.pk).exists()
    assert User.objects.filter(pk=editor.pk).exists()


def test_the_last_owner_stays(as_owner: Client, owner: User) -> None:
    row = membership_of(owner)
    attempts = [
        (f"/admin/videos/membership/{row.pk}/change/", {"role": "viewer"}),
        (f"/admin/videos/membership/{row.pk}/delete/", {"post": "yes"}),
        (
            "/admin/videos/membership/",
            {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        ),
    ]
    for path, body in attempts:
        page = as_owner.post(path, body, follow=True)
        assert "this is the last one" in page.content.decode()
        assert membership_of(owner).role == Role.OWNER


def test_the_other_owner_may_leave(as_owner: Client, owner: User, editor: User) -> None:
    as_owner.post(f"/admin/videos/membership/{membership_of(editor).pk}/change/", {"role": "owner"})
    as_owner.post(f"/admin/videos/membership/{membership_of(owner).pk}/delete/", {"post": "yes"})
    assert [row.user for row in Membership.objects.all()] == [editor]


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


def test_there_is_no_way_to_another_workspaces_members(as_owner: Client, outsider: User) -> None:
    row = membership_of(outsider)
    as_owner.post(f"/admin/videos/membership/{row.pk}/change/", {"role": "viewer"})
    assert membership_of(outsider).role == Role.OWNER
