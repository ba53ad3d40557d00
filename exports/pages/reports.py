"""The reports' pages: the list with live progress, the "Export report" form, repeat and cancel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from exports.archive import period_words
from exports.fields import field_groups
from exports.links import download_url
from exports.messages import moment_words, selection_words
from exports.models import About, Report, Status
from exports.pages.forms import ReportForm, first_values
from exports.selectors import report_by_id, reports_of, subject_names
from exports.services.reports import report_cancel, report_create, report_repeat
from videos.access import current_workspace, workspace_choose
from videos.errors import Invalid, Unknown
from videos.models import Membership, Role, User, Workspace

REPORTS_PER_PAGE = 25


@login_required
@require_GET
@vary_on_headers("HX-Request")
def reports_page(request: HttpRequest) -> HttpResponse:
    """Show the workspace's reports, newest first; htmx asks for the table alone while one is in progress."""
    workspace = current_workspace(request)
    page = Paginator(reports_of(workspace), REPORTS_PER_PAGE).get_page(request.GET.get("page"))
    names = subject_names(workspace, page)
    context = {
        "page": page,
        "reports": [_line(request, report, names) for report in page],
        "in_progress": any(report.status == Status.PROCESSING for report in page),
    }
    if request.headers.get("HX-Request"):
        return render(request, "exports/_reports.html", context)
    return render(request, "exports/reports.html", {**_page(request, workspace, "Reports"), **context})


@login_required
def new_report_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or order the report and return to the list."""
    workspace = current_workspace(request)
    if request.method == "POST":
        form = ReportForm(workspace, request.POST)
        if form.is_valid() and _ordered(request, workspace, form):
            return redirect("exports:reports")
    else:
        form = ReportForm(workspace, initial=first_values(request.GET, _user(request).email))
    context = {"form": form, "groups": field_groups(), "chosen": form.chosen}
    return render(request, "exports/new_report.html", {**_page(request, workspace, "Export report"), **context})


@login_required
@require_POST
def report_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the report again, for the same period of today where it has a name."""
    # The link in a mail may lead a member of several workspaces to a report of another one than they look at.
    report = get_object_or_404(Report, public_id=public_id, workspace__memberships__user=_user(request))
    workspace_choose(request, report.workspace_id)
    try:
        report_repeat(report, user=_user(request))
    except (Invalid, Unknown) as error:
        messages.error(request, f"This report cannot be made again as it was. {error.detail}")
    else:
        messages.success(request, "The report is being made again.")
    return redirect("exports:reports")


@login_required
@require_POST
def report_canceled(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel a report in progress, or take a finished one's link away."""
    report = _report_or_404(request, public_id)
    if not _may_cancel(request, report):
        raise PermissionDenied
    report_cancel(report)
    messages.success(request, "The report is canceled; its link no longer opens.")
    return redirect("exports:reports")


def _ordered(request: HttpRequest, workspace: Workspace, form: ReportForm) -> bool:
    try:
        report_create(workspace, form.order(timezone.now()), user=_user(request))
    except Invalid as error:
        form.add_invalid(error)
        return False
    messages.success(
        request, f"The report is being made; a mail with its link will go to {form.cleaned_data['email']}."
    )
    return True


def _line(request: HttpRequest, report: Report, names: Mapping[str, str]) -> dict[str, Any]:
    is_downloadable = report.is_downloadable(timezone.now())
    return {
        "report": report,
        "period": period_words(report),
        "selection": _about_words(report, names),
        "created": moment_words(report, report.created_at),
        "expires": moment_words(report, report.expires_at),
        "is_expired": report.status == Status.COMPLETED and not is_downloadable,
        "url": download_url(report) if is_downloadable else "",
        "unsent": [mail for mail in report.deliveries.all() if mail.error and not mail.sent_at],
        "may_cancel": (report.status == Status.PROCESSING or is_downloadable) and _may_cancel(request, report),
    }


def _about_words(report: Report, names: Mapping[str, str]) -> str:
    """Return what the report is about; `names` are those of the subjects that there still are."""
    if report.about == About.CATALOG:
        return selection_words(report)
    if report.about == About.ACCOUNT:
        return "Analytics of the workspace"
    return f"Analytics of the {report.about} “{names.get(report.subject, report.subject)}”"


def _may_cancel(request: HttpRequest, report: Report) -> bool:
    """Whether the member ordered this report, or may change what others made."""
    if report.created_by_id == _user(request).pk:
        return True
    return _role(request, report.workspace) in {Role.OWNER, Role.EDITOR}


def _role(request: HttpRequest, workspace: Workspace) -> str | None:
    roles: dict[int, str | None] = request.__dict__.setdefault("_roles", {})
    if workspace.pk not in roles:
        found = Membership.objects.filter(user=_user(request), workspace=workspace)
        roles[workspace.pk] = found.values_list("role", flat=True).first()
    return roles[workspace.pk]


def _report_or_404(request: HttpRequest, public_id: str) -> Report:
    try:
        return report_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404 from error


def _user(request: HttpRequest) -> User:
    """Return the member; `login_required` lets nobody else pass."""
    return cast(User, request.user)


def _page(request: HttpRequest, workspace: Workspace, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "workspace": workspace, "title": title}
