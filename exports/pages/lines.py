"""What the list of reports, and the history of a schedule, say of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.formats import period_shown
from analytics.periods import LABELS
from exports.links import download_url
from exports.models import Delivery, Report, Status
from exports.selectors import catalog_names, subject_names
from exports.words import content_words, details_words
from videos.models import User, Workspace


@dataclass(frozen=True)
class Line:
    """A report in words; moments are local to it. `url` is '' where there is nothing to download (any more)."""

    report: Report
    period: str
    content: str
    details: str
    ordered: str
    by: str
    rows: str
    expires: str
    is_expired: bool
    url: str
    sent: int
    unsent: list[Delivery]
    may_cancel: bool


def lines_of(workspace: Workspace, reports: list[Report], user: User, now: datetime, *, may_edit: bool) -> list[Line]:
    """Return the lines as `user` sees them: members cancel their own reports, editors any."""
    names = {**catalog_names(workspace, reports), **subject_names(workspace, reports)}
    return [_line(report, names, now, may_edit or report.created_by_id == user.pk) for report in reports]


def _line(report: Report, names: Mapping[str, str], now: datetime, may_change: bool) -> Line:
    is_downloadable = report.is_downloadable(now)
    mails = list(report.deliveries.all())
    return Line(
        report=report,
        period=_period_words(report, now),
        content=content_words(report, names),
        details=details_words(report),
        ordered=_moment(report, report.created_at, now),
        by=_by(report),
        rows="" if report.rows is None else f"{report.rows:,}",
        expires=_moment(report, report.expires_at, now),
        is_expired=report.status == Status.COMPLETED and not is_downloadable,
        url=download_url(report) if is_downloadable else "",
        sent=sum(mail.sent_at is not None for mail in mails),
        unsent=[mail for mail in mails if mail.error and not mail.sent_at],
        may_cancel=(report.status == Status.PROCESSING or is_downloadable) and may_change,
    )


def _period_words(report: Report, now: datetime) -> str:
    """Return the period by name and days, such as `Last month · 1–31 October 2026`."""
    period = report.period
    if period.first_on is None or period.last_on is None:
        return period.label
    if period.name == "last_24_hours":
        return f"{LABELS[period.name]} · until {_moment(report, period.end, now)}"
    days = period_shown(period)
    return f"{LABELS[period.name]} · {days}" if period.name in LABELS else days


def _by(report: Report) -> str:
    """Return who asked for the report: a member by name, an API token by its own; '' for a schedule."""
    if report.created_by is not None:
        return report.created_by.get_full_name() or report.created_by.email
    return f"Token “{report.created_with.name}”" if report.created_with is not None else ""


def _moment(report: Report, moment: datetime | None, now: datetime) -> str:
    """Return an instant as `7 Jan, 09:30`, with its year where it is another than this one."""
    if moment is None:
        return ""
    local = moment.astimezone(report.period.zone)
    is_now = local.year == now.astimezone(report.period.zone).year
    return f"{local:%-d %b, %H:%M}" if is_now else f"{local:%-d %b %Y, %H:%M}"
