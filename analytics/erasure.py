"""Forgetting: what was watched of videos that are no longer in the catalog, and all that is known of a visitor."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from analytics.collect.persons import IDENTIFIED
from analytics.collect.spool import SPOOL, Spool
from analytics.models import ViewingSession
from analytics.team import team_viewer_unmark
from analytics.viewers.lists import people_lists_leave
from analytics.visitors import visitor_person, visitor_sessions
from videos.models import Video, Workspace
from videos.services.registrations import registrations_forget
from videos.services.webhooks import deliveries_forget

logger = logging.getLogger(__name__)

# A statement has room for a quarter of a million.
IDS_AT_ONCE = 100_000


class RowsWait(Exception):
    """Rows on the disk wait for the engine, and some of them may be the visitor's."""


def visitor_erase(workspace: Workspace, key: str) -> int:
    """Erase a visitor's sessions, who they said they are, and what was noted of them; return how many sessions.

    Twice is no fault. Raises RowsWait, and the classes of django.db; where it ends half-way it can be repeated.
    """
    if Spool(Path(settings.DATA_DIR) / SPOOL).waits():
        raise RowsWait
    sessions = ViewingSession.objects.filter(workspace_id=workspace.pk)
    ids = list(visitor_sessions(workspace, key).values_list("id", flat=True))
    # By their ids: an older snapshot may have come before its viewer had this key, and would count again.
    whole = len(ids) // IDS_AT_ONCE * IDS_AT_ONCE
    for start in range(0, whole, IDS_AT_ONCE):
        sessions.filter(id__in=ids[start : start + IDS_AT_ONCE]).delete()
    # By the key, too: older snapshots of sessions that are somebody else's by now.
    sessions.filter(Q(id__in=ids[whole:]) | Q(visitor=key)).delete()
    person = visitor_person(workspace, key)
    registrations = 0
    if person is not None:
        with transaction.atomic():
            registrations = registrations_forget(workspace, person.email)
            people_lists_leave(workspace, person.email)
            deliveries_forget(workspace, IDENTIFIED, "visitor", key)
            person.delete()
    if "\0" not in key:
        team_viewer_unmark(workspace, key)
    logger.info("erasure: forgot %d sessions and %d registrations of a visitor", len(ids), registrations)
    return len(ids)


def orphaned_sessions_erase() -> int:
    """Erase the sessions of all videos that were deleted, in every workspace; return how many videos that were.

    Whatever a video's deletion asked for and did not get done is made up for by the next run.
    """
    # The facts are read before the catalog: a video made in between cannot look deleted.
    measured = set(ViewingSession.objects.values_list("video_id", flat=True).distinct())
    orphaned = sorted(measured - set(Video.objects.values_list("pk", flat=True)))
    if orphaned:
        ViewingSession.objects.filter(video_id__in=orphaned).delete()
        logger.info("erasure: forgot the sessions of %d deleted videos", len(orphaned))
    return len(orphaned)
