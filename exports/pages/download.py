"""The download link of a report: opens without signing in until it expires, and says so when it no longer does."""

from __future__ import annotations

import logging

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from exports.contents import report_file
from exports.links import report_of_token
from exports.models import Report, Status
from exports.services.builds import TRANSIENT
from videos.models import Membership

logger = logging.getLogger(__name__)


@require_safe
def report_download(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer the file; 404 for a link that is none of ours, 410 for one that expired or was taken away."""
    report = report_of_token(token)
    if report is None or report.status in {Status.PROCESSING, Status.FAILED}:
        return _sorry(request, 404, "This link is not valid", "Check that the whole link was copied from the mail.")
    if report.was_deleted:
        return _sorry(request, 410, "This report was deleted", "Its link was taken back before it expired.", report)
    if report.status == Status.CANCELED:
        return _sorry(request, 410, "This report was canceled", "It was stopped before it was finished.", report)
    if not report.is_downloadable(timezone.now()):
        return _sorry(request, 410, "This link has expired", "A report can be downloaded for seven days.", report)
    try:
        content = report.file.open("rb")
    except FileNotFoundError:
        logger.error("report=%s has lost its file", report.public_id)
        return _sorry(request, 410, "This report is gone", "Its file no longer exists.", report)
    except TRANSIENT as error:
        logger.error("report=%s cannot be read: %s", report.public_id, error)
        return _sorry(request, 503, "The report cannot be read just now", "Try again in a few minutes.")
    file = report_file(report)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    if report.size is not None:
        response["Content-Length"] = str(report.size)
    response["Cache-Control"] = "private, no-store"
    # Named, so that the compressing middleware leaves the bytes and their length as they are.
    response["Content-Encoding"] = "identity"
    response["X-Robots-Tag"] = "noindex"
    return response


def _sorry(request: HttpRequest, status: int, title: str, why: str, report: Report | None = None) -> HttpResponse:
    """Say why there is no file, and offer whoever is a member to make the report again."""
    is_member = (
        report is not None
        and request.user.is_authenticated
        and Membership.objects.filter(user=request.user, workspace=report.workspace).exists()
    )
    context = {"title": title, "why": why, "report": report if is_member else None, "is_known": report is not None}
    return render(request, "exports/no_download.html", context, status=status)
