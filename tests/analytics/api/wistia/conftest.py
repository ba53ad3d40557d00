"""A small catalog to which tests send sessions of their own making."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.conftest import client_of
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Project, Video, Workspace

MOMENT = datetime(2025, 5, 6, 7, 8, 9, 250_000, tzinfo=UTC)


@dataclass
class Stage:
    """A workspace with one project and one video of 60 s in it; `play` imports a session and returns its key."""

    workspace: Workspace
    project: Project
    video: Video
    client: APIClient
    made: int = field(default=0)

    def play(self, at: datetime = MOMENT, **snapshot: Any) -> str:
        """Import one session, played from 0 to 30 s by a visitor named `anna` where nothing else is said."""
        self.made += 1
        session = uuid7(int(at.timestamp() * 1000), 1000 * self.workspace.pk + self.made)
        line = {
            "v": 1,
            "video": self.video.public_id,
            "session": session,
            "seq": 1,
            "visitor": "anna",
            "visit": uuid4(self.made),
            "plays": 1,
            "stretches": [[0, 30]],
            **snapshot,
        }
        sessions_load(self.workspace, {line["video"]: line["video"]}, [line])
        return session

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the body of a successful answer under /v1."""
        answer = self.client.get(f"/v1/{path}", parameters)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/json"
        return answer.json()


def staged(name: str, **workspace: Any) -> Stage:
    made = Workspace.objects.create(name=name, **workspace)
    project = Project.objects.create(workspace=made, name="Tutorials")
    video = Video.objects.create(workspace=made, project=project, title="How They Work", duration=60)
    return Stage(made, project, video, client_of(made))


@pytest.fixture
def stage(db: None) -> Stage:
    return staged("Stage")


@pytest.fixture
def other(db: None) -> Stage:
    return staged("Other")
