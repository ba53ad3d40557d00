from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from videos.models import Folder, Project, Template, Video, Workspace
from videos.services import folder_create, project_create, template_create, video_create


@pytest.fixture
def api(workspace: Workspace, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(workspace)


@pytest.fixture
def other_api(other_workspace: Workspace, client_of: Callable[..., APIClient]) -> APIClient:
    return client_of(other_workspace)


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return project_create(workspace, name="Lectures")


@pytest.fixture
def folder(workspace: Workspace, project: Project) -> Folder:
    return folder_create(workspace, name="2026", project=project)


@pytest.fixture
def template(workspace: Workspace) -> Template:
    return template_create(workspace, name="Welcome")


@pytest.fixture
def video(workspace: Workspace, folder: Folder, template: Template) -> Video:
    return video_create(workspace, title="Limits", duration=12.5, folder=folder, template=template)
