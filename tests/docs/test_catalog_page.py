"""The calls that docs/catalog.md shows do what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from videos.models import Stream, User, Workspace
from videos.services import (
    event_create,
    folder_create,
    member_add,
    project_create,
    stream_create,
    talk_create,
    user_invited,
    video_create,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.videos.urls")]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "catalog.md").read_text()
CALLS = re.findall(r"\$URL(/v1/\S+) \\\n +-d '(.*?)'", PAGE, re.DOTALL)


@pytest.fixture
def named(workspace: Workspace) -> Workspace:
    """A workspace with everything that the page's calls refer to."""
    folder_create(workspace, name="F", project=project_create(workspace, name="P"), public_id="fold_0123456789")
    video = video_create(workspace, title="V", public_id="vid_9876543210")
    video_create(workspace, title="V", public_id="vid_0123456789")
    stream_create(workspace, video=video, public_id="strm_0123456789")
    event = event_create(workspace, name="E", public_id="evt_0123456789")
    talk_create(event, title="T", public_id="ses_0a1b2c3d4e")
    host: User = user_invited("host@example.com")[0]
    member_add(workspace, host, "viewer")
    return workspace


def test_the_page_shows_a_call_of_each_kind() -> None:
    assert [path.rpartition("/")[2] for path, _ in CALLS] == ["videos", "streams", "events", "talks", "registrations"]


@pytest.mark.parametrize(("path", "body"), CALLS, ids=[path for path, _ in CALLS])
def test_a_call_on_the_page_works(client_of: Callable[..., APIClient], named: Workspace, path: str, body: str) -> None:
    answer = client_of(named).post(path, body, content_type="application/json")
    assert answer.status_code in {200, 201}, answer.content
    sent: Any = json.loads(body)
    if path.endswith("/registrations"):
        assert answer.json()["created"] == len(sent) == 2
        assert [one["email"] for one in answer.json()["data"]] == [one["email"] for one in sent]
    elif path.endswith("/streams"):
        assert Stream.objects.filter(public_id=answer.json()["id"], recording__isnull=False).exists()


def test_the_talk_is_answered_as_shown(client_of: Callable[..., APIClient], named: Workspace) -> None:
    shown = json.loads(re.search(r"answers the talk as\n\n(.*?)\n\n", PAGE, re.DOTALL)[1])  # type: ignore[index]
    body = dict(CALLS)["/v1/catalog/talks"]
    answer = client_of(named).post("/v1/catalog/talks", body, content_type="application/json").json()
    assert answer == shown | {"id": answer["id"]}
