"""When an export in progress will presumably be ready, by how long the workspace's last ones took."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median

from exports.models import About, Report, Status

LAST_ONES = 20
# Without any: about what a worker needs that is free, and does not look every moment.
AT_FIRST = timedelta(seconds=5)
# An export that takes longer than the others did is expected any moment, and never in the past.
SOON = timedelta(seconds=2)


def estimated_completion(report: Report, now: datetime) -> datetime:
    """Return the instant (aware), in whole seconds; after `now`, however late the export is."""
    # One that failed for a while, or waits for its turn, begins when it is due again.
    begins = report.created_at if report.is_building else max(report.created_at, report.due_at)
    expected = max(begins + _usual_time(report), now + SOON)
    return expected.replace(microsecond=0) + timedelta(seconds=expected.microsecond > 0)


def _usual_time(report: Report) -> timedelta:
    """Return the median of the time from the order to the file."""
    finished = Report.objects.filter(workspace=report.workspace_id, status=Status.COMPLETED)
    last = finished.exclude(about=About.CATALOG).order_by("-created_at", "-pk").values_list("created_at", "finished_at")
    times = [finished_at - created_at for created_at, finished_at in last[:LAST_ONES] if finished_at is not None]
    seconds = [each.total_seconds() for each in times]
    return timedelta(seconds=median(seconds)) if seconds else AT_FIRST
