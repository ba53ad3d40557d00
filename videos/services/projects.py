"""Projects: the top of the library."""

from __future__ import annotations

from django.db import transaction

from videos.models import Project, Workspace
from videos.saving import save_cleaned


def project_create(workspace: Workspace, *, name: str, public_id: str = "") -> Project:
    """Return a new project; raises Invalid, or NotFree for a public id in use."""
    project = Project(workspace=workspace, name=name.strip(), public_id=public_id)
    save_cleaned(project)
    return project


def project_rename(project: Project, name: str) -> None:
    """Rename the project; raises Invalid for a blank or too long name."""
    project.name = name.strip()
    save_cleaned(project, ["name"])


def project_delete(project: Project) -> None:
    """Delete the project and its folders. Its videos stay in the workspace, in no project and no folder."""
    with transaction.atomic():
        project.videos.update(project=None, folder=None)
        project.delete()
