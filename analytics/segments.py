"""Segments: a workspace's filters by name."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.models import Segment
from videos.errors import Invalid, Unknown
from videos.models import Workspace
from videos.saving import save_cleaned


def segments_of(workspace: Workspace) -> list[Segment]:
    """Return the workspace's segments, by name: one query."""
    return list(Segment.objects.filter(workspace=workspace))


def segment_create(workspace: Workspace, name: str, filters: Sequence[str]) -> Segment:
    """Return the new segment. Raises Invalid for a name that is taken or missing, or where nothing is filtered."""
    if not name.strip():
        raise Invalid.field("name", "Give the segment a name.")
    if not filters:
        raise Invalid.field("filters", "Add a filter first: a segment without any is everything.")
    segment = Segment(workspace=workspace, name=name.strip(), filters=list(filters))
    save_cleaned(segment)
    return segment


def segment_rename(workspace: Workspace, public_id: str, name: str) -> Segment:
    """Return the segment under its new name. Raises Unknown, and Invalid for a name that is taken or missing."""
    segment = Segment.objects.filter(workspace=workspace, public_id=public_id).first()
    if segment is None:
        raise Unknown("segment", public_id)
    if not name.strip():
        raise Invalid.field("name", "Give the segment a name.")
    segment.name = name.strip()
    save_cleaned(segment)
    return segment


def segment_delete(workspace: Workspace, public_id: str) -> None:
    """Forget one of the workspace's segments; addresses that have its filters keep them."""
    Segment.objects.filter(workspace=workspace, public_id=public_id).delete()
