from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from videos.access import current_role, current_workspace, is_owner, may_edit, workspace_choose
from videos.models import Role, User, Workspace
from videos.services import member_add, user_invited

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of(rf: RequestFactory) -> Any:
    """Return a request of this user, with a session."""

    def make(user: User | AnonymousUser, session: dict[str, Any] | None = None) -> Any:
        request = rf.get("/")
        request.user = user
        request.session = session if session is not None else {}  # type: ignore[assignment]
        return request

    return make


def test_a_member_sees_the_own_workspace_in_the_own_role(
    request_of: Any, workspace: Workspace, owner: User, editor: User, viewer: User
) -> None:
    for user, role, edits, owns in (
        (owner, Role.OWNER, True, True),
        (editor, Role.EDITOR, True, False),
        (viewer, Role.VIEWER, False, False),
    ):
        request = request_of(user)
        assert (current_workspace(request), current_role(request)) == (workspace, role)
        assert (may_edit(request), is_owner(request)) == (edits, owns)


def test_one_query_answers_for_the_whole_request(
    request_of: Any, workspace: Workspace, owner: User, django_assert_num_queries: Any
) -> None:
    request = request_of(owner)
    with django_assert_num_queries(1):
        assert current_workspace(request).name
        assert current_role(request)
        assert may_edit(request)


def test_nobody_else_sees_anything(request_of: Any, workspace: Workspace, owner: User) -> None:
    without = user_invited("nowhere@example.com")[0]
    owner.is_active = False
    for user in (AnonymousUser(), without, owner):
        request = request_of(user)
        assert (may_edit(request), is_owner(request)) == (False, False)
        for ask in (current_workspace, current_role):
            with pytest.raises(PermissionDenied):
                ask(request)


def test_a_member_of_several_workspaces_chooses(
    request_of: Any, workspace: Workspace, other_workspace: Workspace, owner: User
) -> None:
    member_add(other_workspace, owner, Role.VIEWER)
    session: dict[str, Any] = {}
    request = request_of(owner, session)
    assert (current_workspace(request), current_role(request)) == (workspace, Role.OWNER)
    workspace_choose(request, other_workspace.pk)
    assert (current_workspace(request), current_role(request)) == (other_workspace, Role.VIEWER)
    assert current_workspace(request_of(owner, session)) == other_workspace


def test_a_workspace_of_others_cannot_be_chosen(
    request_of: Any, workspace: Workspace, other_workspace: Workspace, owner: User
) -> None:
    request = request_of(owner)
    with pytest.raises(PermissionDenied):
        workspace_choose(request, other_workspace.pk)
    assert current_workspace(request) == workspace


def test_a_choice_that_is_no_longer_possible_is_forgotten(
    request_of: Any, workspace: Workspace, other_workspace: Workspace, owner: User
) -> None:
    assert current_workspace(request_of(owner, {"workspace": other_workspace.pk})) == workspace
