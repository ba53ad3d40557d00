"""Who may see and change what: the signed-in member's workspace and role.

Pages and the admin ask here and nowhere else. The choice of a member of several workspaces is kept in the session.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from videos.models import Membership, Role, User, Workspace

SESSION_KEY = "workspace"


@dataclass(frozen=True)
class Access:
    """All workspaces of a member, by name, and the one that is being looked at.

    A guest sees one page that a member has shared, under the `title` of the link: `current` is then a viewer's
    membership that nobody has.
    """

    memberships: tuple[Membership, ...]
    current: Membership
    is_guest: bool = False
    title: str = ""


def access_of(request: HttpRequest) -> Access | None:
    """Return what the request's user may see, or None for somebody without any workspace; one query a request."""
    guest: Access | None = getattr(request, "_guest_access", None)
    if guest is not None:
        return guest
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    known: tuple[int, Access | None] | None = getattr(request, "_access", None)
    if known is None or known[0] != user.pk:
        known = (user.pk, _read(request, user))
        request._access = known  # type: ignore[attr-defined]
    return known[1]


def guest_let_in(request: HttpRequest, workspace: Workspace, title: str) -> None:
    """Let whoever sent the request look at the workspace as a viewer, in this request only."""
    membership = Membership(workspace=workspace, role=Role.VIEWER)
    request._guest_access = Access((membership,), membership, is_guest=True, title=title)  # type: ignore[attr-defined]


def is_guest(request: HttpRequest) -> bool:
    """Whether the request is let in by a shared link and not by a membership."""
    access = access_of(request)
    return access is not None and access.is_guest


def guests_title(request: HttpRequest) -> str:
    """Return what the guest's link is called, '' for members."""
    access = access_of(request)
    return access.title if access is not None else ""


def current_workspace(request: HttpRequest) -> Workspace:
    """Return the workspace the member is looking at; raises PermissionDenied for anyone else."""
    return _current(request).workspace


def current_role(request: HttpRequest) -> Role:
    """Return the member's role in the current workspace; raises PermissionDenied for anyone else."""
    return Role(_current(request).role)


def may_edit(request: HttpRequest) -> bool:
    """Whether the user may change the catalog of the current workspace: its editors and owners."""
    access = access_of(request)
    return access is not None and access.current.role in {Role.EDITOR, Role.OWNER}


def is_owner(request: HttpRequest) -> bool:
    """Whether the user may change the current workspace itself: members, tokens, settings."""
    access = access_of(request)
    return access is not None and access.current.role == Role.OWNER


def workspace_choose(request: HttpRequest, workspace_id: int) -> None:
    """Make another of the member's workspaces the current one; raises PermissionDenied if they are no member of it."""
    access = access_of(request)
    if access is None or workspace_id not in {membership.workspace_id for membership in access.memberships}:
        raise PermissionDenied
    request.session[SESSION_KEY] = workspace_id
    del request._access  # type: ignore[attr-defined]


def _current(request: HttpRequest) -> Membership:
    access = access_of(request)
    if access is None:
        raise PermissionDenied("You are no member of any workspace.")
    return access.current


def _read(request: HttpRequest, user: User) -> Access | None:
    memberships = tuple(user.memberships.select_related("workspace").order_by("workspace__name", "workspace_id"))
    if not memberships:
        return None
    chosen = request.session.get(SESSION_KEY)
    current = next((one for one in memberships if one.workspace_id == chosen), memberships[0])
    return Access(memberships, current)
