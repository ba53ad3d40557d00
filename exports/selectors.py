"""Questions to the reports, each within one workspace."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery, Value

from exports.models import About, Report, Schedule, Selection
from videos.models import Folder, Project, User, Workspace
from videos.selectors import is_askable, row_by_id


def reports_of(workspace: Workspace) -> QuerySet[Report]:
    """Return the workspace's reports, newest first, with who or what asked for them and their mails."""
    reports = Report.objects.filter(workspace=workspace).prefetch_related("deliveries")
    return reports.select_related("workspace", "created_by", "created_with", "schedule")


def report_by_id(workspace: Workspace, public_id: str) -> Report:
    """Return the report. Raises Unknown, also for one of another workspace."""
    return row_by_id(reports_of(workspace), "report", public_id)


def last_ordered(workspace: Workspace, user: User) -> Report | None:
    """Return the report of the catalog that the member ordered last in the workspace, None where there is none."""
    reports = Report.objects.filter(workspace=workspace, created_by=user, schedule=None, about=About.CATALOG)
    return reports.prefetch_related("deliveries").first()


def catalog_names(workspace: Workspace, selections: Iterable[Selection]) -> dict[str, str]:
    """Return the names of the folders and projects that these are of, as far as there still are, by public id."""
    selections = list(selections)
    names: dict[str, str] = {}
    if folders := {each for selection in selections for each in selection.folders}:
        names |= Folder.objects.filter(workspace=workspace, public_id__in=folders).values_list("public_id", "name")
    if projects := {each for selection in selections for each in selection.projects}:
        names |= Project.objects.filter(workspace=workspace, public_id__in=projects).values_list("public_id", "name")
    return names


def selected_known(workspace: Workspace, folders: Iterable[str], projects: Iterable[str]) -> set[tuple[str, str]]:
    """Return kind and public id of those of the folders and projects that the workspace has: one query at most."""
    found = [
        model.objects.filter(workspace=workspace, public_id__in=[each for each in public_ids if is_askable(each)])
        .order_by()
        .annotate(kind=Value(kind))
        .values_list("kind", "public_id")
        for kind, model, public_ids in (("folder", Folder, folders), ("project", Project, projects))
    ]
    return set(found[0].union(found[1], all=True))


def exports_of(workspace: Workspace) -> QuerySet[Report]:
    """Return those of the workspace's reports that are not about its catalog, newest first."""
    return Report.objects.filter(workspace=workspace).exclude(about=About.CATALOG)


def subject_names(workspace: Workspace, reports: Iterable[Report]) -> dict[str, str]:
    """Return the titles and names of the videos and templates that these reports are about, by public id."""
    subjects = {(report.about, report.subject) for report in reports}
    videos = [subject for about, subject in subjects if about == About.VIDEO]
    templates = [subject for about, subject in subjects if about == About.TEMPLATE]
    names: dict[str, str] = {}
    if videos:
        names |= workspace.videos.filter(public_id__in=videos).values_list("public_id", "title")
    if templates:
        names |= workspace.templates.filter(public_id__in=templates).values_list("public_id", "name")
    return names


def schedules_of(workspace: Workspace) -> QuerySet[Schedule]:
    """Return the workspace's schedules by name, with who made them and their recipients."""
    schedules = Schedule.objects.filter(workspace=workspace).select_related("workspace", "created_by")
    return schedules.prefetch_related("recipients")


def schedule_by_id(workspace: Workspace, public_id: str) -> Schedule:
    """Return the schedule. Raises Unknown, also for one of another workspace."""
    return row_by_id(schedules_of(workspace), "schedule", public_id)


def schedule_locked(workspace: Workspace, public_id: str) -> Schedule:
    """Return the schedule, which nobody else changes until this transaction ends. Raises as schedule_by_id."""
    schedules = Schedule.objects.select_for_update(of=("self",)).filter(workspace=workspace)
    schedules = schedules.select_related("workspace").prefetch_related("recipients")
    return row_by_id(schedules, "schedule", public_id)


def latest_runs(workspace: Workspace) -> QuerySet[Report]:
    """Return the newest report of each of the workspace's schedules."""
    newest = Report.objects.filter(schedule=OuterRef("pk")).order_by("-created_at", "-pk").values("pk")[:1]
    ids = Schedule.objects.filter(workspace=workspace).annotate(newest=Subquery(newest)).values("newest")
    return reports_of(workspace).filter(pk__in=ids)
