"""A report as the API shows it, and as webhooks tell of it."""

from __future__ import annotations

from datetime import datetime

from analytics.api.query.body import period_shown
from exports.api.described import ShownReport
from exports.links import download_url
from exports.models import Report, Status
from videos.api.shapes import second_shown


def report_shown(report: Report, now: datetime) -> ShownReport:
    """Return a report as the API shows it; `rows`, `size` (bytes) and the link come when it is completed."""
    mail = next(iter(report.deliveries.all()), None)
    shown: ShownReport = {
        "id": report.public_id,
        "status": report.status,
        "progress": report.progress,
        "created_at": second_shown(report.created_at),
        "finished_at": second_shown(report.finished_at),
        "period": {"name": report.period_name, **period_shown(report.period)},
        "folders": report.folders,
        "projects": report.projects,
        "fields": report.fields,
        "breakdown": report.breakdown or None,
        "format": report.format,
        "email": mail.email if mail else None,
        "mailed_at": second_shown(mail.sent_at) if mail else None,
    }
    if report.status == Status.COMPLETED:
        shown["rows"] = report.rows
        shown["size"] = report.size
        shown["download_url"] = download_url(report) if report.is_downloadable(now) else None
        shown["expires_at"] = second_shown(report.expires_at)
    if report.status == Status.FAILED:
        shown["error"] = report.error
    return shown
