"""Members and invitations: who sees them, what is mailed, where its link leads, and who stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from videos.mail_links import invitation_token
from videos.models import Invitation, Membership, Role, User, Workspace
from videos.services import invitation_create, user_invited
from videos.tasks import mail_task, mails_resume_at_start_task

pytestmark = pytest.mark.django_db
PATH = "/settings/members"
PASSWORD = "a long and winding road"
Mailed = Callable[[Callable[[], Any]], list[Any]]


def member_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


@pytest.fixture
def invitation(workspace: Workspace, owner: User) -> Invitation:
    return invitation_create(workspace, "new@example.com", Role.EDITOR, owner)


def link_of(invitation: Invitation) -> str:
    return f"/invitations/{invitation_token(invitation)}"


def ended(invitation: Invitation, **how: Any) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(**how)


def test_owners_only(
    invitation: Invitation, owner: User, editor: User, viewer: User, client: Client, signed_in: Callable[[User], Client]
) -> None:
    row = member_of(owner).pk
    paths = [PATH, f"{PATH}/{row}/role", f"{PATH}/{row}/remove"]
    paths += [f"/settings/invitations/{invitation.pk}/{what}" for what in ("resend", "withdraw")]
    for path in paths:
        for member in (editor, viewer):
            assert signed_in(member).post(path, {"role": "viewer", "email": "x@example.com"}).status_code == 403
        assert client.post(path)["Location"].startswith("/admin/login/")
    assert signed_in(editor).get(PATH).status_code == 403
    assert Invitation.objects.count() == 1


def test_another_workspaces_members_and_invitations_are_not_there(
    invitation: Invitation, outsider: User, editor: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(outsider)
    assert client.post(f"{PATH}/{member_of(editor).pk}/role", {"role": "owner"}).status_code == 404
    assert client.post(f"{PATH}/{member_of(editor).pk}/remove").status_code == 404
    assert client.post(f"/settings/invitations/{invitation.pk}/withdraw").status_code == 404
    assert "new@example.com" not in client.get(PATH).content.decode()
    assert member_of(editor).role == Role.EDITOR


def test_an_invitation_is_mailed_in_the_workspaces_name_and_joins_somebody_new(
    as_owner: Client, owner: User, workspace: Workspace, mailed: Mailed, client: Client
) -> None:
    owner.first_name = "Olivia <b>"
    owner.save()
    [mail] = mailed(lambda: as_owner.post(PATH, {"email": "New@Example.com", "role": "editor"}))
    assert (mail.to, mail.subject) == (["new@example.com"], "Acme: you are invited")
    assert mail.from_email == "Acme <viewprint@localhost>"
    [link] = re.findall(r"http://127\.0\.0\.1:8000(/invitations/\S+)", mail.body)
    html = mail.alternatives[0].content
    assert link in html and "Olivia &lt;b&gt; asks" in html and "as an editor" in " ".join(mail.body.split())
    assert Invitation.objects.get().mailed_at
    assert "Waiting for an answer" in as_owner.get(PATH).content.decode()
    page = client.get(link)
    assert (page.status_code, page["X-Robots-Tag"]) == (200, "noindex")
    assert "Join Acme" in page.content.decode() and "no-store" in page["Cache-Control"]
    for body, words in (
        ({"name": "Anna Arendt", "password": "short"}, "This password is too short"),
        ({"name": "", "password": PASSWORD}, "This field is required"),
        ({"name": "x" * 151, "password": PASSWORD}, "at most 150 characters"),
    ):
        assert words in client.post(link, body).content.decode()
    assert not User.objects.filter(email="new@example.com").exists()
    assert client.post(link, {"name": "Anna Arendt", "password": PASSWORD})["Location"] == "/"
    user = User.objects.get(email="new@example.com")
    assert user.check_password(PASSWORD)
    assert (user.get_full_name(), member_of(user).role) == ("Anna Arendt", "editor")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert "new@example.com" in as_owner.get(PATH).content.decode()
    assert "Waiting for an answer" not in as_owner.get(PATH).content.decode()


def test_a_known_person_joins_with_the_account_they_have(invitation: Invitation, client: Client) -> None:
    known, _ = user_invited("new@example.com", PASSWORD)
    assert "which you have already" in client.get(link_of(invitation)).content.decode()
    answer = client.post(link_of(invitation), {"name": "Mallory", "password": "another long password"})
    assert "You are a member now" in answer.content.decode()
    known.refresh_from_db()
    assert known.check_password(PASSWORD) and known.first_name == ""
    assert member_of(known).role == Role.EDITOR
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_joins_as_they_are_and_sees_the_workspace(
    invitation: Invitation, outsider: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(outsider)
    page = " ".join(client.get(link_of(invitation)).content.decode().split())
    assert "signed in as <strong>outsider@example.com</strong> and join as that; new@example.com was invited" in page
    assert client.post(link_of(invitation))["Location"] == "/"
    assert Membership.objects.get(user=outsider, workspace=invitation.workspace).role == Role.EDITOR
    assert client.session["workspace"] == invitation.workspace_id
    assert not User.objects.filter(email="new@example.com").exists()


def test_who_is_a_member_already_keeps_their_role(
    invitation: Invitation, owner: User, signed_in: Callable[[User], Client]
) -> None:
    assert signed_in(owner).post(link_of(invitation)).status_code == 302
    assert member_of(owner).role == Role.OWNER


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"accepted_at": timezone.now()}, "has been accepted already"),
        ({"withdrawn_at": timezone.now()}, "was withdrawn"),
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "has expired"),
    ],
)
def test_a_link_that_has_ended_says_so(invitation: Invitation, client: Client, how: Any, words: str) -> None:
    ended(invitation, **how)
    link = link_of(invitation)
    for answer in (client.get(link), client.post(link, {"name": "A", "password": PASSWORD})):
        assert answer.status_code == 410
        assert words in answer.content.decode()
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_link_that_was_tampered_with_is_none(invitation: Invitation, client: Client) -> None:
    pk, _, signature = invitation_token(invitation).partition(".")
    for wrong in (f"{pk}.{signature[:-2]}xx", f"{invitation.pk + 1}.{signature}", pk, "x"):
        assert client.get(f"/invitations/{wrong}").status_code == 404


def test_it_is_sent_again_and_withdrawn(as_owner: Client, invitation: Invitation, mailed: Mailed) -> None:
    ended(invitation, expires_at=timezone.now() - timedelta(days=1))
    assert "Expired" in as_owner.get(PATH).content.decode()
    [mail] = mailed(lambda: as_owner.post(f"/settings/invitations/{invitation.pk}/resend"))
    assert link_of(invitation) in mail.body
    invitation.refresh_from_db()
    assert invitation.is_open(timezone.now() + timedelta(days=6, hours=23))
    as_owner.post(f"/settings/invitations/{invitation.pk}/withdraw")
    assert "Send the invitation of new@example.com again" not in as_owner.get(PATH).content.decode()
    again = as_owner.post(f"/settings/invitations/{invitation.pk}/resend", follow=True)
    assert "was withdrawn" in again.content.decode()


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("owner@example.com", "viewer", "This person is a member already"),
        ("OWNER@example.com", "viewer", "This person is a member already"),
        ("New@example.com", "viewer", "This person is invited already"),
        ("nobody", "viewer", "Enter a valid email address"),
        ("x@example.com", "emperor", "not one of the available choices"),
    ],
)
def test_who_cannot_be_invited_is_told_why(
    as_owner: Client, invitation: Invitation, email: str, role: str, words: str
) -> None:
    assert words in as_owner.post(PATH, {"email": email, "role": role}).content.decode()
    assert Invitation.objects.count() == 1


def test_who_let_an_invitation_expire_is_invited_anew(as_owner: Client, invitation: Invitation) -> None:
    ended(invitation, expires_at=timezone.now())
    assert as_owner.post(PATH, {"email": "new@example.com", "role": "viewer"}).status_code == 302
    assert [row.role for row in Invitation.objects.filter(withdrawn_at=None)] == ["viewer"]


def test_a_mail_that_was_never_sent_is_sent_after_a_restart(
    invitation: Invitation, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videos.background.close_old_connections", lambda: None)
    queued: list[Any] = []
    monkeypatch.setattr(mail_task, "delay", lambda *arguments: queued.append(arguments))
    for how in ({"mailed_at": timezone.now()}, {"withdrawn_at": timezone.now()}, {"expires_at": timezone.now()}):
        other = invitation_create(workspace, f"{next(iter(how))}@example.com", Role.VIEWER)
        ended(other, **how)
    mails_resume_at_start_task()
    assert queued == [("invitation", invitation.pk, "new@example.com")]


def test_roles_change_and_members_leave(as_owner: Client, editor: User) -> None:
    path = f"{PATH}/{member_of(editor).pk}"
    assert (
        "editor@example.com is viewer now"
        in as_owner.post(f"{path}/role", {"role": "viewer"}, follow=True).content.decode()
    )
    assert member_of(editor).role == Role.VIEWER
    as_owner.post(f"{path}/role", {"role": "emperor"})
    assert member_of(editor).role == Role.VIEWER
    assert "Remove the member" in as_owner.get(f"{path}/remove").content.decode()
    as_owner.post(f"{path}/remove")
    assert not Membership.objects.filter(user=editor).exists()
    assert User.objects.filter(pk=editor.pk).exists()


def test_the_last_owner_stays_and_another_may_leave(as_owner: Client, owner: User, editor: User) -> None:
    path = f"{PATH}/{member_of(owner).pk}"
    for action, body in (("role", {"role": "viewer"}), ("remove", {})):
        page = as_owner.post(f"{path}/{action}", body, follow=True)
        assert "this is the last one" in page.content.decode()
        assert member_of(owner).role == Role.OWNER
    as_owner.post(f"{PATH}/{member_of(editor).pk}/role", {"role": "owner"})
    assert as_owner.post(f"{path}/remove")["Location"] == "/"
    assert [row.user for row in Membership.objects.all()] == [editor]


def test_the_page_takes_as_few_statements_with_many_people(as_owner: Client, workspace: Workspace, owner: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert as_owner.get(PATH).status_code == 200
        return len(asked)

    few = statements()
    for number in range(8):
        invitation_create(workspace, f"p{number}@example.com", Role.VIEWER, owner)
        Membership.objects.create(user=user_invited(f"m{number}@example.com")[0], workspace=workspace)
    assert statements() == few <= 6
