"""Deleting viewing sessions that are older than their workspace keeps them, and who nothing is left of."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import DatabaseError, connections

from analytics.clickhouse.router import FACTS
from analytics.models import ViewingSession, Visitor
from videos.models import Workspace
from videos.retention import retention_cutoff

logger = logging.getLogger(__name__)

CHUNK = 5_000
TABLE = ViewingSession._meta.db_table
# Parts that hold nothing but what one workspace keeps no longer; all versions of a session are looked at.
OUTLIVED = f"""
SELECT _part FROM {TABLE} WHERE _partition_id <= toString(toYYYYMM({{cutoff:DateTime64(3)}})) GROUP BY _part
HAVING uniqExact(workspace_id) = 1 AND any(workspace_id) = {{workspace:UInt32}}
   AND max(started_at) < {{cutoff:DateTime64(3)}}
SETTINGS final = 0"""  # noqa: S608
DROP = f"ALTER TABLE {TABLE} DROP PART {{part:String}}"


def retention_apply(now: datetime) -> int:
    """Delete what each workspace keeps no longer; return in how many workspaces there was something.

    Run twice, it does nothing more. What one run does not get done, the next one does.
    """
    found = 0
    for workspace in Workspace.objects.exclude(retention=None):
        assert workspace.retention is not None
        cutoff = retention_cutoff(workspace.zone, workspace.retention, workspace.retention_unit, now)
        found += sessions_outlived_delete(workspace.pk, cutoff)
    return found


def sessions_outlived_delete(workspace_id: int, cutoff: datetime) -> bool:
    """Delete a workspace's sessions that were loaded before `cutoff`, then its people of whom none is left.

    Return whether there was anything.
    """
    old = ViewingSession.objects.filter(workspace_id=workspace_id, started_at__lt=cutoff)
    had_sessions = old.exists()
    if had_sessions:
        dropped = _parts_drop(workspace_id, cutoff)
        if old.exists():
            old.delete()
        logger.info("retention: workspace=%d deleted what was older, %d parts whole", workspace_id, dropped)
    people = 0
    for lonely in _lonely(workspace_id, cutoff):
        people += Visitor.objects.filter(pk__in=lonely).delete()[0]
    if people:
        logger.info("retention: workspace=%d forgot %d people", workspace_id, people)
    return had_sessions or people > 0


def leaving(workspace_id: int, cutoff: datetime) -> tuple[int, int]:
    """Return how many sessions are older than `cutoff`, and of how many people nothing would be left without them."""
    sessions = ViewingSession.objects.filter(workspace_id=workspace_id, started_at__lt=cutoff).count()
    return sessions, sum(len(lonely) for lonely in _lonely(workspace_id, cutoff))


def _lonely(workspace_id: int, cutoff: datetime) -> Iterator[list[int]]:
    """Yield, some at a time, the people first seen before `cutoff` who have no session from then on.

    Who has just said who they are may have no session stored yet, and is younger than any retention.
    """
    people = Visitor.objects.filter(workspace=workspace_id, first_seen_at__lt=cutoff).order_by("pk")
    last = 0
    while known := dict(people.filter(pk__gt=last).values_list("pk", "key")[:CHUNK]):
        last = max(known)
        sessions = ViewingSession.objects.filter(
            workspace_id=workspace_id, started_at__gte=cutoff, visitor__in=set(known.values())
        )
        watching = set(sessions.values_list("visitor", flat=True).distinct())
        if lonely := [pk for pk, key in known.items() if key not in watching]:
            yield lonely


def _parts_drop(workspace_id: int, cutoff: datetime) -> int:
    """Drop the parts that hold nothing but what this workspace keeps no longer; return how many.

    That frees the disk at once and rewrites nothing. Parts and not partitions: what is inserted meanwhile is in a part
    of its own, which nobody has looked at. One that was merged meanwhile is gone by its name, and its rows are left to
    the statement that deletes the rest.
    """
    dropped = 0
    with connections[FACTS].cursor() as cursor:
        cursor.execute(OUTLIVED, {"cutoff": cutoff, "workspace": workspace_id})
        for (part,) in cursor.fetchall():
            try:
                cursor.execute(DROP, {"part": part})
            except DatabaseError as error:
                logger.info("retention: the part %s is left to be deleted row by row: %s", part, error)
            else:
                dropped += 1
    return dropped
