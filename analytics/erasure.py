"""Forgetting the viewing sessions of videos that are no longer in the catalog."""

from __future__ import annotations

import logging

from analytics.models import ViewingSession
from videos.models import Video

logger = logging.getLogger(__name__)


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
