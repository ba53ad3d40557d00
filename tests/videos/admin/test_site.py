from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.videos.admin.conftest import Shelf
from videos.access import SESSION_KEY
from videos.api.throttles import LOGINS_PER_EMAIL
from videos.models import Membership, Role, User, Workspace
from videos.services import member_add, workspace_update

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]

PASSWORD = "correct horse battery"
LOGIN = "/admin/login/"


def sign_in(client: Client, email: str, password: str = PASSWORD, path: str = LOGIN) -> int:
    return client.post(path, {"username": email, "password": password}).status_code


def test_signing_in_leads_to_the_overview(client: Client, owner: User) -> None:
    page = client.get(LOGIN).content.decode()
    assert "Viewprint" in page
    assert "E-mail address" in page
    answer = client.post(LOGIN, {"username": "OWNER@example.com ", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_signing_in_leads_to_the_page_that_was_asked_for_but_not_to_other_sites(client: Client, owner: User) -> None:
    for asked, shown in (("/admin/videos/video/", "/admin/videos/video/"), ("https://evil.example/", "/")):
        answer = client.post(f"{LOGIN}?next={asked}", {"username": owner.email, "password": PASSWORD})
        assert answer["Location"] == shown
        client.logout()


@pytest.mark.parametrize(("email", "password"), [("owner@example.com", "wrong"), ("nobody@example.com", PASSWORD)])
def test_an_unknown_address_and_a_wrong_password_read_alike(
    client: Client, owner: User, email: str, password: str
) -> None:
    page = client.post(LOGIN, {"username": email, "password": password}).content.decode()
    assert "The e-mail address or the password is not right." in page


def test_who_is_a_member_nowhere_does_not_get_in(client: Client, owner: User) -> None:
    Membership.objects.all().delete()
    page = client.post(LOGIN, {"username": owner.email, "password": PASSWORD}).content.decode()
    assert "You are not a member of any workspace." in page
    client.force_login(owner)
    assert client.get("/admin/videos/video/").status_code == 302


def test_who_is_switched_off_does_not_get_in(client: Client, owner: User) -> None:
    client.force_login(owner)
    User.objects.update(is_active=False)
    assert client.get("/admin/videos/video/").status_code == 302
    assert sign_in(client, owner.email) == 200


def test_without_signing_in_every_page_leads_to_the_sign_in(client: Client) -> None:
    for path in ("/admin/", "/admin/videos/video/", "/admin/videos/folder/add/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={path}")
    assert client.post("/workspaces/1/switch")["Location"] == "/admin/login/?next=/workspaces/1/switch"


def test_the_sites_own_front_page_is_the_overview(as_viewer: Client) -> None:
    assert as_viewer.get("/admin/")["Location"] == "/"
    assert as_viewer.get("/admin/videos/")["Location"] == "/"


def test_the_owners_pages_stand_in_the_owners_sidebar_only(
    as_owner: Client, as_editor: Client, as_viewer: Client
) -> None:
    for client, shown in ((as_owner, True), (as_editor, False), (as_viewer, False)):
        page = client.get("/admin/videos/video/").content.decode()
        assert "/admin/videos/folder/" in page
        assert ("/settings/tokens" in page) is shown
        assert 'href="/segments/"' in page
        assert ('href="/shared/"' in page) is (client is not as_viewer)


def test_a_member_of_one_workspace_has_no_switcher(as_owner: Client) -> None:
    assert "/switch" not in as_owner.get("/admin/videos/video/").content.decode()


def test_a_member_of_two_workspaces_switches(
    owner: User,
    as_owner: Client,
    workspace: Workspace,
    other_workspace: Workspace,
    shelf: Shelf,
    other_shelf: Shelf,
) -> None:
    member_add(other_workspace, owner, Role.VIEWER)
    page = as_owner.get("/admin/videos/video/").content.decode()
    assert shelf.video.public_id in page
    assert other_shelf.video.public_id not in page
    assert as_owner.get(f"/workspaces/{other_workspace.pk}/switch").status_code == 405
    assert as_owner.post(f"/workspaces/{other_workspace.pk}/switch")["Location"] == "/"
    page = as_owner.get("/admin/videos/video/").content.decode()
    assert other_shelf.video.public_id in page
    assert shelf.video.public_id not in page
    assert as_owner.get("/settings/tokens").status_code == 403, "the role is the one of the current workspace"
    assert as_owner.get(f"/admin/videos/video/{shelf.video.pk}/change/").status_code == 302


def test_nobody_switches_to_a_workspace_of_others(as_owner: Client, other_workspace: Workspace) -> None:
    assert as_owner.post(f"/workspaces/{other_workspace.pk}/switch").status_code == 403
    assert SESSION_KEY not in as_owner.session


def test_a_workspace_that_one_has_left_is_no_longer_the_current_one(
    owner: User, as_owner: Client, workspace: Workspace, other_workspace: Workspace, other_shelf: Shelf
) -> None:
    membership = member_add(other_workspace, owner, Role.OWNER)
    as_owner.post(f"/workspaces/{other_workspace.pk}/switch")
    membership.delete()
    page = as_owner.get("/admin/videos/video/")
    assert page.status_code == 200
    assert other_shelf.video.public_id not in page.content.decode()


def test_instants_are_shown_in_the_workspaces_time_zone(
    as_owner: Client, workspace: Workspace, shelf: Shelf, signed_in: Callable[[User], Client]
) -> None:
    type(shelf.project).objects.update(created_at="2026-01-01T12:00:00Z")
    workspace_update(workspace, timezone="Asia/Kathmandu")
    assert "5:45 p.m." in as_owner.get("/admin/videos/project/").content.decode()


def test_who_tries_too_often_waits_even_with_the_right_password(client: Client, owner: User) -> None:
    wrong = {"username": owner.email, "password": "wrong"}
    for _ in range(LOGINS_PER_EMAIL):
        assert "is not right" in client.post(LOGIN, wrong).content.decode()
    answer = client.post(LOGIN, wrong | {"password": "correct horse battery"})
    assert "Too many attempts to sign in. Try again in" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    other = client.post("/v1/auth/login", {"email": owner.email, "password": "wrong"}, "application/json")
    assert other.status_code == 429, "the API counts the same attempts"
