"""Who may ask, and what everyone else is told."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.conftest import client_of
from tests.analytics.api.events.conftest import Stage, signed_in_client
from videos.models import Membership, Role, User
from videos.services import member_add
from videos.tokens import token_create

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
NOT_HOST = {
    "type": "about:blank",
    "title": "Forbidden",
    "status": 403,
    "detail": "Not Event Host",
    "code": 4030201,
}
NOT_FOUND = {
    "type": "about:blank",
    "title": "Not Found",
    "status": 404,
    "detail": "Event Not Found",
    "code": 4040200,
}


def refused(answer: Any, problem: dict[str, Any]) -> None:
    assert answer.status_code == problem["status"]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == problem


def test_owners_and_editors_of_the_workspace_may_ask(stage: Stage, owner: User, editor: User) -> None:
    for user in (owner, editor):
        assert signed_in_client(user).get(stage.path).json() == {"data": []}


def test_a_member_may_ask_only_about_an_event_they_administer(stage: Stage, viewer: User) -> None:
    client = signed_in_client(viewer)
    refused(client.get(stage.path), NOT_HOST)
    stage.event.admins.add(viewer)
    assert client.get(stage.path).status_code == 200
    stage.event.admins.clear()
    refused(client.get(stage.path), NOT_HOST)


def test_an_admin_who_is_no_member_any_more_knows_no_event(stage: Stage, viewer: User) -> None:
    stage.event.admins.add(viewer)
    client = signed_in_client(viewer)
    Membership.objects.filter(user=viewer).delete()
    refused(client.get(stage.path), NOT_FOUND)


def test_a_role_counts_in_its_own_workspace(stage: Stage, other: Stage, viewer: User, outsider: User) -> None:
    """Who owns one workspace may be a viewer in another, and admin of an event in one of both."""
    member_add(stage.workspace, outsider, Role.VIEWER)
    client = signed_in_client(outsider)
    assert client.get(other.path).status_code == 200
    refused(client.get(stage.path), NOT_HOST)
    stage.event.admins.add(outsider)
    assert client.get(stage.path).status_code == 200
    member_add(other.workspace, viewer, Role.VIEWER)
    other.event.admins.add(viewer)
    theirs = signed_in_client(viewer)
    assert theirs.get(other.path).status_code == 200
    refused(theirs.get(stage.path), NOT_HOST)


def test_another_workspaces_event_is_as_unknown_as_none(
    stage: Stage, other: Stage, owner: User, outsider: User
) -> None:
    stage.talk()
    superuser = User.objects.create_superuser("root@example.com", "correct horse battery")
    for client in (other.client, signed_in_client(outsider), signed_in_client(superuser)):
        refused(client.get(stage.path), NOT_FOUND)
    for client in (stage.client, signed_in_client(owner)):
        for unknown in ("evt_none", "%00", "evt_ü", "x", "9" * 500):
            refused(client.get(f"/v1/events/{unknown}/sessions/analytics"), NOT_FOUND)


def test_a_token_of_the_workspace_may_ask_about_all_its_events(stage: Stage) -> None:
    token = token_create(stage.workspace, "Program", ["read"])[1]
    for headers in ({"X-API-Token": token}, {"Authorization": f"Bearer {token}"}):
        assert APIClient().get(stage.path, headers=headers).status_code == 200


def test_a_token_that_may_not_read_is_refused(stage: Stage) -> None:
    answer = client_of(stage.workspace, "write").get(stage.path)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert answer["Content-Type"] == "application/problem+json"


def test_nobody_may_ask_without_a_token_or_with_a_wrong_one(stage: Stage, owner: User) -> None:
    for client, code in (
        (APIClient(), "not_authenticated"),
        (APIClient(HTTP_AUTHORIZATION="Bearer nonsense"), "invalid_token"),
        (APIClient(HTTP_AUTHORIZATION="Bearer vps_nonsense"), "invalid_token"),
    ):
        answer = client.get(stage.path)
        assert (answer.status_code, answer.json()["code"]) == (401, code)
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"] == 'Bearer realm="Viewprint"'
    browser = APIClient()
    browser.force_login(owner)
    assert browser.get(stage.path).status_code == 401


def test_who_may_not_ask_is_told_so_before_what_is_wrong_with_the_question(stage: Stage, viewer: User) -> None:
    refused(signed_in_client(viewer).get(stage.path, {"expand": "views"}), NOT_HOST)
    refused(stage.client.get("/v1/events/evt_none/sessions/analytics", {"expand": "views"}), NOT_FOUND)


def test_the_answer_can_only_be_read(stage: Stage) -> None:
    answer = stage.client.post(stage.path)
    # A token that may only read is refused before the method is looked at.
    assert answer.status_code == 403
    assert client_of(stage.workspace).post(stage.path).status_code == 405
