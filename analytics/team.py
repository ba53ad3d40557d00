"""A workspace's own people: its members, as far as players named them, and viewers whom a member has marked."""

from __future__ import annotations

from django.db.models import Subquery
from django.db.models.functions import Lower

from analytics.models import TeamViewer, Visitor
from videos.models import Membership, Workspace


def team_keys(workspace: Workspace) -> list[str]:
    """Return the `visitor` keys of the workspace's own people, in order: one query."""
    addresses = Membership.objects.filter(workspace=workspace).values("user__email")
    members = Visitor.objects.annotate(address=Lower("email")).filter(workspace=workspace)
    named = members.filter(address__in=Subquery(addresses)).values_list("key", flat=True)
    marked = TeamViewer.objects.filter(workspace=workspace).values_list("key", flat=True)
    return sorted(marked.union(named))


def team_marked(workspace: Workspace) -> set[str]:
    """Return the keys of those whom a member has marked."""
    return set(TeamViewer.objects.filter(workspace=workspace).values_list("key", flat=True))


def team_viewer_mark(workspace: Workspace, key: str) -> None:
    """Note that the viewer is one of the workspace's own people; twice is no fault."""
    TeamViewer.objects.get_or_create(workspace=workspace, key=key)


def team_viewer_unmark(workspace: Workspace, key: str) -> None:
    """Forget the mark; a member whom a player named stays one of the team."""
    TeamViewer.objects.filter(workspace=workspace, key=key).delete()
