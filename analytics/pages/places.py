"""Where a page stands in the catalog: the way to it from the workspace, and what lies directly below it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from analytics.context import Scope
from analytics.pages.breakdowns import BarRow, Breakdown, breakdown_of_rows
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import State
from analytics.query import Row
from videos.models import Folder, Project, Workspace
from videos.selectors import folder_path


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page, the workspace first."""

    label: str
    url: str


@dataclass(frozen=True)
class Place:
    """The workspace, a project or a folder: its scope (None: all), the steps down to it, what lies directly below."""

    scope: Scope | None
    steps: tuple[Project | Folder, ...]
    below: tuple[Project | Folder, ...]


def workspace_place(workspace: Workspace) -> Place:
    return Place(None, (), tuple(Project.objects.filter(workspace=workspace)))


def project_place(project: Project) -> Place:
    below = Folder.objects.filter(project=project, parent=None)
    return Place(Scope("project", project.public_id), (project,), tuple(below))


def folder_place(folder: Folder) -> Place:
    below = Folder.objects.filter(parent=folder)
    steps = (folder.project, *folder_path(folder))
    return Place(Scope("folder", folder.public_id), steps, tuple(below))


def crumbs_of(workspace: Workspace, steps: Iterable[Project | Folder], state: State) -> tuple[Crumb, ...]:
    """Return the way from the workspace down the steps; each keeps the period and filters of the page."""
    ways = (Crumb(step.name, _place_url(step, state)) for step in steps)
    return (Crumb(workspace.name, state.url(path=reverse("pages:overview"))), *ways)


def below_of(inquiry: Inquiry, place: Place, total: Row) -> Breakdown | None:
    """Return the views of what lies directly below the place, each leading there; None where nothing does."""
    if not place.below:
        return None
    kind, title = ("folder", "Folders") if place.scope else ("project", "Projects")
    found = inquiry.ask("views", by=(kind,)).rows if total["loads"] else []
    views = {row[kind]: row["views"] for row in found}
    rows = [
        BarRow(one.name, views.get(one.public_id, 0), _place_url(one, inquiry.state), one.public_id)
        for one in place.below
    ]
    rows.sort(key=lambda row: (-row.views, row.label))
    if rest := total["views"] - sum(row.views for row in rows):
        rows.append(BarRow("In none of these", rest))
    return breakdown_of_rows(kind, title, rows)


def _place_url(place: Project | Folder, state: State) -> str:
    """Return the page of the place, '' for whoever may see this page alone."""
    if state.is_locked:
        return ""
    return state.url(path=reverse(f"pages:{place._meta.model_name}", args=[place.public_id]))
