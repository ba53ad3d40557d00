"""A small school: two lessons, known and anonymous viewers, and the members who look at them."""

from __future__ import annotations

import html
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.analytics.api.wistia.conftest import MOMENT, Stage, staged
from tests.analytics.pages.conftest import member
from videos.models import Folder, Role, Video

__all__ = ["MOMENT", "Stage", "member"]
ADA = {"email": "ada@example.com", "name": "Ada Lovelace", "org": {"name": "Engines", "title": "Analyst"}}


@pytest.fixture
def school(db: None) -> Stage:
    """A workspace whose first video, of a minute, is lesson 10 of a folder, and lesson 2 its second."""
    stage = staged("School", timezone="Europe/Berlin")
    folder = Folder.objects.create(workspace=stage.workspace, project=stage.project, name="Course")
    stage.video.folder, stage.video.title = folder, "Lesson 10"
    stage.video.save()
    Video.objects.create(
        workspace=stage.workspace, project=stage.project, folder=folder, title="Lesson 2", duration=100
    )
    return stage


@pytest.fixture
def viewer(school: Stage) -> Client:
    return member(school.workspace)


@pytest.fixture
def editor(school: Stage) -> Client:
    return member(school.workspace, Role.EDITOR)


@pytest.fixture
def owner(school: Stage) -> Client:
    return member(school.workspace, Role.OWNER)


def words(response: HttpResponse) -> str:
    """Return the page's text as a reader has it, without tags."""
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))
