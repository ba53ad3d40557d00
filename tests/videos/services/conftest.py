from __future__ import annotations

import pytest

from videos.models import Folder, Project, Workspace
from videos.services import folder_create, project_create, video_create


@pytest.fixture
def courses(workspace: Workspace) -> Project:
    return project_create(workspace, name="Courses")


@pytest.fixture
def archive(workspace: Workspace) -> Project:
    return project_create(workspace, name="Archive")


@pytest.fixture
def tree(workspace: Workspace, courses: Project) -> dict[str, Folder]:
    """maths / algebra / rings, and physics beside maths; a video in each, named like its folder."""
    maths = folder_create(workspace, name="maths", project=courses)
    algebra = folder_create(workspace, name="algebra", parent=maths)
    rings = folder_create(workspace, name="rings", parent=algebra)
    physics = folder_create(workspace, name="physics", project=courses)
    folders = {folder.name: folder for folder in (maths, algebra, rings, physics)}
    for folder in folders.values():
        video_create(workspace, title=folder.name, folder=folder)
    return folders
