from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from videos.models import Event, Folder, Project, Registration, Stream, Talk, Template, User, Video, Workspace
from videos.services import (
    event_create,
    folder_create,
    project_create,
    registration_create,
    stream_create,
    talk_create,
    template_create,
    video_create,
)

HOSTILE = "</title><script>alert(1)</script>\"'{{ x }}"


@dataclass(frozen=True)
class Shelf:
    """One of everything, with names that would do harm where they are not escaped."""

    project: Project
    outer: Folder
    inner: Folder
    template: Template
    video: Video
    stream: Stream
    event: Event
    talk: Talk
    registration: Registration


def shelf_in(workspace: Workspace) -> Shelf:
    project = project_create(workspace, name=f"Project {HOSTILE}")
    outer = folder_create(workspace, name=f"Outer {HOSTILE}", project=project)
    inner = folder_create(workspace, name=f"Inner {HOSTILE}", parent=outer)
    template = template_create(workspace, name=f"Template {HOSTILE}")
    video = video_create(
        workspace,
        title=f"Video {HOSTILE}",
        duration=75,
        folder=inner,
        template=template,
        url="/media/a.mp4",
        thumbnail_url="/media/a.jpg",
        embed_domains=["example.com"],
    )
    event = event_create(workspace, name=f"Event {HOSTILE}")
    stream = stream_create(workspace, video=video, recording=video)
    talk = talk_create(event, title=f"Talk {HOSTILE}", stream=stream, recording=video)
    registration = registration_create(talk, email="ada@example.com", name=f"Person {HOSTILE}")
    return Shelf(project, outer, inner, template, video, stream, event, talk, registration)


@pytest.fixture
def shelf(workspace: Workspace) -> Shelf:
    return shelf_in(workspace)


@pytest.fixture
def other_shelf(other_workspace: Workspace) -> Shelf:
    return shelf_in(other_workspace)


@pytest.fixture
def as_owner(owner: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(owner)


@pytest.fixture
def as_editor(editor: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(editor)


@pytest.fixture
def as_viewer(viewer: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(viewer)
