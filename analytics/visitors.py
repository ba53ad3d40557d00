"""One visitor: who they said they are, and what they watched."""

from __future__ import annotations

from typing import Any

from analytics.models import ViewingSession, Visitor
from videos.models import Workspace


def visitor_person(workspace: Workspace, key: str) -> Visitor | None:
    """Return who is known under the key, None where nobody said who they are."""
    # Persons' keys are cleaned of NULs, and PostgreSQL would not even look.
    return None if "\0" in key else Visitor.objects.filter(workspace=workspace, key=key).first()


def visitor_sessions(workspace: Workspace, key: str) -> Any:
    """Return the newest snapshots of a visitor's sessions, those of bots and of deleted videos included."""
    return ViewingSession.objects.filter(workspace_id=workspace.pk, visitor=key)
