"""The mail about a report: it is ready, and where; or it failed, and why."""

from __future__ import annotations

from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from exports.archive import period_words
from exports.links import download_url
from exports.models import Delivery, Report, Status


def report_message(delivery: Delivery) -> EmailMultiAlternatives:
    """Return the mail about a report, in the workspace's name, as plain text and HTML.

    Its Message-ID is the delivery's: should a mail be sent twice for a server that died in between, mail programs and
    servers see one.
    """
    report = delivery.report
    ready = report.status == Status.COMPLETED
    name = "ready" if ready else "failed"
    workspace = " ".join(report.workspace.name.split())
    context: dict[str, Any] = {
        "report": report,
        "workspace": workspace,
        "period": period_words(report),
        "selection": selection_words(report),
        "reports_url": settings.PUBLIC_URL + reverse("exports:reports"),
    }
    if ready:
        context |= {"url": download_url(report), "expires_at": moment_words(report, report.expires_at)}
    message = EmailMultiAlternatives(
        subject=f"{workspace}: your report is ready" if ready else f"{workspace}: your report could not be made",
        body=render_to_string(f"exports/mail/{name}.txt", context),
        from_email=formataddr((workspace, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[delivery.email],
        headers={
            "Message-ID": f"<{report.public_id}-{delivery.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string(f"exports/mail/{name}.html", context), "text/html")
    return message


def moment_words(report: Report, moment: datetime | None) -> str:
    """Return an instant as the report's readers write it, in its time zone: `7 January 2026, 09:30`."""
    return f"{moment.astimezone(report.period.zone):%-d %B %Y, %H:%M}" if moment else ""


def selection_words(report: Report) -> str:
    """Return what the report is about, such as `2 folders, 1 project` or `The whole workspace`."""
    counts = ((len(report.folders), "folder"), (len(report.projects), "project"))
    parts = [f"{count} {noun}{'s' * (count > 1)}" for count, noun in counts if count]
    return ", ".join(parts) or "The whole workspace"
