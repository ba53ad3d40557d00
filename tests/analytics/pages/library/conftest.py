"""A small library whose names mean harm, its three kinds of members, and how the tests read its pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.analytics.pages.conftest import member
from videos.models import Folder, Project, Role, Video, Workspace
from videos.services import folder_create, project_create, video_create

EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(2)">\''


@dataclass(frozen=True)
class Library:
    """Courses / Maths / Algebra / Rings, and Physics beside Maths; Archive, which is empty; videos named like these."""

    workspace: Workspace
    courses: Project
    archive: Project
    folders: dict[str, Folder]
    videos: dict[str, Video]


def library_in(workspace: Workspace, evil: str = "") -> Library:
    courses = project_create(workspace, name=f"Courses{evil}")
    archive = project_create(workspace, name=f"Archive{evil}")
    folders: dict[str, Folder] = {}
    for name, above in (("Maths", ""), ("Algebra", "Maths"), ("Rings", "Algebra"), ("Physics", "")):
        folders[name] = folder_create(workspace, name=f"{name}{evil}", project=courses, parent=folders.get(above))
    videos = {
        name: video_create(workspace, title=f"About {name}{evil}", duration=60, folder=folder)
        for name, folder in folders.items()
    }
    videos["Courses"] = video_create(workspace, title=f"About Courses{evil}", project=courses, url="/media/a.mp4")
    videos["nothing"] = video_create(workspace, title=f"About nothing{evil}", thumbnail_url="/media/a.jpg")
    return Library(workspace, courses, archive, folders, videos)


@pytest.fixture
def library(workspace: Workspace) -> Library:
    return library_in(workspace)


@pytest.fixture
def as_owner(workspace: Workspace) -> Client:
    return member(workspace, Role.OWNER)


@pytest.fixture
def as_editor(workspace: Workspace) -> Client:
    return member(workspace, Role.EDITOR)


@pytest.fixture
def as_viewer(workspace: Workspace) -> Client:
    return member(workspace, Role.VIEWER)


def text(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(response: HttpResponse) -> str:
    """Return the page's text as a reader has it, without tags."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


def listed(response: Any) -> list[str]:
    """Return the names of the table's lines, in order."""
    assert response.status_code == 200, response.status_code
    return [line.menu.name for line in response.context["page"].listing.lines]
