"""Questions to the reports, each within one workspace."""

from __future__ import annotations

from django.db.models import QuerySet

from exports.models import Report
from videos.errors import Unknown
from videos.models import Workspace


def reports_of(workspace: Workspace) -> QuerySet[Report]:
    """Return the workspace's reports, newest first, with who asked for them and their mails."""
    reports = Report.objects.filter(workspace=workspace).select_related("workspace", "created_by", "created_with")
    return reports.prefetch_related("deliveries")


def report_by_id(workspace: Workspace, public_id: str) -> Report:
    """Return the report. Raises Unknown, also for one of another workspace."""
    report = reports_of(workspace).filter(public_id=public_id).first()
    if report is None:
        raise Unknown("report", public_id)
    return report
