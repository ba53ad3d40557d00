"""The reports' pages: the list with live progress, the "Export report" dialog, repeat and cancel."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from exports.models import Report, Status
from exports.pages.forms import ReportForm
from exports.pages.lines import lines_of
from exports.pages.remembered import are_gone, first_values
from exports.selectors import last_ordered, report_by_id, reports_of
from exports.services.reports import report_cancel, report_create, report_repeat
from videos.access import current_workspace, may_edit, workspace_choose
from videos.errors import Invalid, Unknown
from videos.models import User, Workspace

REPORTS_PER_PAGE = 25


@login_required
@require_GET
@vary_on_headers("HX-Request")
def reports_page(request: HttpRequest) -> HttpResponse:
    """Show the workspace's reports, newest first; htmx asks for the table alone while one is in progress."""
    workspace = current_workspace(request)
    page = Paginator(reports_of(workspace), REPORTS_PER_PAGE).get_page(request.GET.get("page"))
    reports = list(page)
    context = {
        "page": page,
        "lines": lines_of(workspace, reports, _user(request), timezone.now(), may_edit=may_edit(request)),
        "in_progress": any(report.status == Status.PROCESSING for report in reports),
    }
    if request.headers.get("HX-Request"):
        return render(request, "exports/_reports.html", context)
    return render(request, "exports/reports.html", {**_page(request, workspace, "Reports"), **context})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def new_report_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or order the report and lead to the list; the dialog on other pages asks for the form alone."""
    workspace = current_workspace(request)
    is_dialog = bool(request.headers.get("HX-Request"))
    if request.method == "POST":
        form = ReportForm(workspace, timezone.now(), request.POST)
        if form.is_valid() and _ordered(request, workspace, form):
            target = resolve_url("exports:reports")
            return HttpResponseClientRedirect(target) if is_dialog else redirect(target)
        context: dict[str, Any] = {"form": form}
    else:
        context = _begun(request, workspace)
    context |= {"is_dialog": is_dialog, "workspace": workspace, "may_edit": may_edit(request)}
    if is_dialog:
        return render(request, "exports/_new_report.html", context, status=422 if request.method == "POST" else 200)
    return render(request, "exports/new_report.html", {**_page(request, workspace, "Export report"), **context})


def _begun(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    """Return the form as it begins, and what to say about where its values are from."""
    user = _user(request)
    last = None if "afresh" in request.GET else last_ordered(workspace, user)
    values = first_values(request.GET, user.email, last)
    form = ReportForm(workspace, timezone.now(), initial=values)
    return {
        "form": form,
        "is_remembered": last is not None,
        "afresh_url": f"{request.path}?{_afresh(request.GET)}",
        "are_gone": are_gone(values, {node.public_id for node in form.nodes}),
        "is_narrowed": "narrowed" in request.GET,
    }


def _afresh(query: QueryDict) -> str:
    """Return the query that begins with what the page names, and nothing that is remembered."""
    changed = query.copy()
    changed["afresh"] = "1"
    return changed.urlencode()


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
@require_http_methods(["GET", "HEAD", "POST"])
def report_canceled(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whether to cancel a report in progress, or to take a finished one's file and link away; at a POST, do it."""
    report = _report_or_404(request, public_id)
    if report.created_by_id != _user(request).pk and not may_edit(request):
        raise PermissionDenied
    was_in_progress = report.status == Status.PROCESSING
    if request.method != "POST":
        [line] = lines_of(report.workspace, [report], _user(request), timezone.now(), may_edit=may_edit(request))
        page = _page(request, report.workspace, "Cancel the report?" if was_in_progress else "Delete the report?")
        return render(request, "exports/cancel_report.html", {**page, "line": line})
    report_cancel(report)
    if was_in_progress:
        messages.success(request, "The report is canceled.")
    elif report.status == Status.CANCELED:
        messages.success(request, "The report's file is deleted; its link no longer opens.")
    return redirect("exports:reports")


def _ordered(request: HttpRequest, workspace: Workspace, form: ReportForm) -> bool:
    try:
        report_create(workspace, form.order(), user=_user(request))
    except Invalid as error:
        form.add_invalid(error)
        return False
    messages.success(
        request, f"The report is being made; a mail with its link will go to {form.cleaned_data['email']}."
    )
    return True


def _report_or_404(request: HttpRequest, public_id: str) -> Report:
    try:
        return report_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404 from error


def _user(request: HttpRequest) -> User:
    """Return the member; `login_required` lets nobody else pass."""
    return cast(User, request.user)


def _page(request: HttpRequest, workspace: Workspace, title: str) -> dict[str, Any]:
    page = {**admin.site.each_context(request), "workspace": workspace, "title": title}
    return {**page, "may_edit": may_edit(request)}
