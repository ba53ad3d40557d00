"""The mail about a report: it is ready, and where; or it failed, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from exports.archive import period_words
from exports.links import download_url, unsubscribe_url
from exports.models import Delivery, Report, Status
from exports.schedule_times import schedule_words
from exports.selectors import catalog_names
from exports.words import content_words
from videos.mails import named_message


def report_message(delivery: Delivery) -> EmailMultiAlternatives:
    """Return the mail about a report, in the workspace's name, as plain text and HTML.

    Its Message-ID is the delivery's: should a mail be sent twice for a server that died in between, mail programs and
    servers see one. A schedule's recipient can unsubscribe by a link, and by their mail program (RFC 8058).
    """
    report, recipient = delivery.report, delivery.recipient
    ready = report.status == Status.COMPLETED
    name = "ready" if ready else "failed"
    context = _context(delivery)
    if recipient is not None:
        context["unsubscribe_url"] = unsubscribe_url(recipient)
    message = named_message(
        context["workspace"],
        delivery.email,
        _subject(report, context["period"]),
        f"exports/mail/{name}",
        context,
        message_id=f"{report.public_id}-{delivery.pk}",
    )
    if recipient is not None:
        message.extra_headers["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _context(delivery: Delivery) -> dict[str, Any]:
    """Return what the templates know; `again_url` is where members make the report again, or mend its schedule."""
    report, schedule = delivery.report, delivery.report.schedule
    context: dict[str, Any] = {
        "report": report,
        "workspace": " ".join(report.workspace.name.split()),
        "period": period_words(report),
        "selection": content_words(report, catalog_names(report.workspace, [report])),
        "breakdown": report.get_breakdown_display() if report.breakdown else "",
        "rows": "" if report.rows is None else f"{report.rows:,}",
        "again_url": settings.PUBLIC_URL + reverse("exports:reports"),
    }
    if report.status == Status.COMPLETED:
        context |= {"url": download_url(report), "expires_at": moment_words(report, report.expires_at)}
    if schedule is not None:
        context |= {"schedule": schedule, "schedule_words": schedule_words(schedule)}
        context["again_url"] = settings.PUBLIC_URL + reverse("exports:schedule", args=[schedule.public_id])
    return context


def _subject(report: Report, period: str) -> str:
    """Return what the mail is called behind the workspace's name; a schedule's mails differ by their periods."""
    name = report.schedule.name if report.schedule else "your report"
    if report.status != Status.COMPLETED:
        return f"{name} could not be made"
    return f"{name}, {period}" if report.schedule else f"{name} is ready"


def moment_words(report: Report, moment: datetime | None) -> str:
    """Return an instant as the report's readers write it, in its time zone: `7 January 2026, 09:30`."""
    return f"{moment.astimezone(report.period.zone):%-d %B %Y, %H:%M}" if moment else ""
