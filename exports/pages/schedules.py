"""The schedules' pages: the list, one with its history, the form, and what can be done to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from analytics.periods import LABELS
from exports.models import Report, Schedule, Status
from exports.pages.lines import Line, lines_of
from exports.pages.schedule_forms import ScheduleForm, first_values, values_of
from exports.schedule_times import schedule_words
from exports.selectors import catalog_names, latest_runs, reports_of, schedule_by_id, schedules_of
from exports.services.schedule_runs import schedule_run_now
from exports.services.schedules import (
    schedule_create,
    schedule_delete,
    schedule_pause,
    schedule_resume,
    schedule_update,
)
from exports.words import content_words, details_words
from videos.access import current_workspace, may_edit
from videos.errors import DomainError, Invalid, Unknown
from videos.models import User, Workspace

RUNS_PER_PAGE = 25
View = Callable[..., HttpResponse]


@login_required
@require_GET
def schedules_page(request: HttpRequest) -> HttpResponse:
    """Show the workspace's schedules by name, each with its last run."""
    workspace = current_workspace(request)
    schedules = list(schedules_of(workspace))
    names = catalog_names(workspace, schedules)
    runs = {run.report.schedule_id: run for run in _runs(request, latest_runs(workspace))}
    lines = [{**schedule_line(each, names), "run": runs.get(each.pk)} for each in schedules]
    context = _page(request, workspace, "Schedules")
    return render(request, "exports/schedules.html", {**context, "lines": lines})


@login_required
@require_GET
def schedule_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one schedule, who gets it, and the history of its runs."""
    schedule = _schedule_or_404(request, public_id)
    runs = reports_of(schedule.workspace).filter(schedule=schedule)
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_page(request, schedule.workspace, schedule.name),
        **schedule_line(schedule, catalog_names(schedule.workspace, [schedule])),
        "page": page,
        "runs": _runs(request, page),
        "in_progress": any(report.status == Status.PROCESSING for report in page),
    }
    return render(request, "exports/schedule.html", context)


@login_required
def new_schedule_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or make the schedule and lead to it."""
    _editors_only(request)
    workspace = current_workspace(request)
    user = cast(User, request.user)
    form = ScheduleForm(workspace, request.POST or None, initial=first_values(request.GET, user.email))
    if request.method == "POST" and form.is_valid():
        try:
            schedule = schedule_create(workspace, form.order(), user=user)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, f"The schedule is made; it runs {schedule_words(schedule)}.")
            return redirect("exports:schedule", schedule.public_id)
    return _form_page(request, workspace, "New schedule", form)


@login_required
def edit_schedule_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form with what the schedule is, or change it and lead to it."""
    _editors_only(request)
    schedule = _schedule_or_404(request, public_id)
    form = ScheduleForm(schedule.workspace, request.POST or None, initial=values_of(schedule))
    if request.method == "POST" and form.is_valid():
        try:
            schedule_update(schedule, form.order())
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, f"Saved; the schedule runs {schedule_words(schedule)}.")
            return redirect("exports:schedule", schedule.public_id)
    return _form_page(request, schedule.workspace, f"Change “{schedule.name}”", form, schedule)


def _action(done: str, act: Callable[[HttpRequest, Schedule], object]) -> View:
    """Return a view that does something to a schedule for an editor, says so, and leads back to it."""

    @login_required
    @require_POST
    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        _editors_only(request)
        schedule = _schedule_or_404(request, public_id)
        try:
            act(request, schedule)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, done)
        return redirect("exports:schedule", schedule.public_id)

    return view


schedule_paused = _action("The schedule is paused.", lambda request, schedule: schedule_pause(schedule))
schedule_resumed = _action("The schedule runs again.", lambda request, schedule: schedule_resume(schedule))
schedule_ran = _action(
    "A report is being made; everyone who is subscribed gets a mail with its link.",
    lambda request, schedule: schedule_run_now(schedule, user=cast(User, request.user)),
)


@login_required
def schedule_deleted(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whether to delete the schedule; at a POST, do it."""
    _editors_only(request)
    schedule = _schedule_or_404(request, public_id)
    if request.method == "POST":
        schedule_delete(schedule)
        messages.success(request, f"The schedule “{schedule.name}” is deleted.")
        return redirect("exports:schedules")
    context = _page(request, schedule.workspace, f"Delete “{schedule.name}”?")
    return render(request, "exports/delete_schedule.html", {**context, **schedule_line(schedule, {})})


def schedule_line(schedule: Schedule, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what the pages say of a schedule, moments in its workspace's time zone.

    `names` holds the folders and projects that there still are; without one of its own, the schedule `is_stuck`.
    """
    recipients = list(schedule.recipients.all())
    return {
        "schedule": schedule,
        "words": schedule_words(schedule),
        "next_run": f"{schedule.next_run_at.astimezone(schedule.workspace.zone):%a %-d %b %Y, %H:%M}"
        if schedule.next_run_at
        else "",
        "period": LABELS.get(schedule.period_name, schedule.period_name),
        "selection": content_words(schedule, names),
        "details": details_words(schedule),
        "is_stuck": not names.keys() >= {*schedule.folders, *schedule.projects},
        "subscribed": [each for each in recipients if each.unsubscribed_at is None],
        "unsubscribed": [each for each in recipients if each.unsubscribed_at is not None],
    }


def _runs(request: HttpRequest, reports: Iterable[Report]) -> list[Line]:
    """Return what the pages say of these reports."""
    user = cast(User, request.user)
    return lines_of(current_workspace(request), list(reports), user, timezone.now(), may_edit=may_edit(request))


def _form_page(
    request: HttpRequest, workspace: Workspace, title: str, form: ScheduleForm, schedule: Schedule | None = None
) -> HttpResponse:
    context = {
        **_page(request, workspace, title),
        "form": form,
        "schedule": schedule,
        "unsubscribed": schedule.recipients.exclude(unsubscribed_at=None) if schedule else [],
    }
    return render(request, "exports/schedule_form.html", context)


def _editors_only(request: HttpRequest) -> None:
    if not may_edit(request):
        raise PermissionDenied


def _schedule_or_404(request: HttpRequest, public_id: str) -> Schedule:
    try:
        return schedule_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404 from error


def _page(request: HttpRequest, workspace: Workspace, title: str) -> dict[str, Any]:
    page = {**admin.site.each_context(request), "workspace": workspace, "title": title}
    return {**page, "may_edit": may_edit(request), "section": "schedules"}
