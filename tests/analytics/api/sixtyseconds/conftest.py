"""A workspace that the reference's examples could have come from, and what the reference says of each path."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Template, Video, Workspace

HERE = Path(__file__).resolve().parent
EXAMPLES: dict[str, Any] = {path.stem: json.loads(path.read_text()) for path in HERE.glob("*.json")}
FEBRUARY = {"start_date": "2025-02-01", "end_date": "2025-02-28"}


@dataclass
class Stage:
    """A workspace with a video of 60 s made from a template; `play` imports sessions and `get` asks."""

    workspace: Workspace
    template: Template
    video: Video
    client: APIClient
    made: int = 0

    @property
    def paths(self) -> dict[str, str]:
        return {
            "video": f"/v1/analytics/videos/{self.video.public_id}",
            "account": "/v1/analytics/account",
            "template": f"/v1/analytics/templates/{self.template.public_id}",
        }

    def play(self, *lines: dict[str, Any], at: datetime = datetime(2025, 2, 3, 12, tzinfo=UTC)) -> None:
        """Import a session for each line, a minute apart, a visitor each, 0 to 30 s played if it does not say."""
        snapshots = []
        for line in lines:
            self.made += 1
            moment = at + timedelta(minutes=self.made)
            snapshots.append(
                {
                    "v": 1,
                    "video": self.video.public_id,
                    "session": uuid7(int(moment.timestamp() * 1000), 1000 * self.workspace.pk + self.made),
                    "seq": 1,
                    "visitor": f"visitor {self.made}",
                    "visit": uuid4(self.made),
                    "plays": 1,
                    "stretches": [[0, 30]],
                    **line,
                }
            )
        sessions_load(self.workspace, {line["video"]: line["video"] for line in snapshots}, snapshots)

    def get(self, kind: str, **parameters: str) -> Any:
        """Return the body of a successful answer."""
        answer = self.client.get(self.paths[kind], parameters)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/json"
        return answer.json()


@pytest.fixture
def staged(client_of: Callable[..., APIClient]) -> Callable[[Workspace], Stage]:
    def make(workspace: Workspace) -> Stage:
        template = Template.objects.create(workspace=workspace, name="Welcome Message")
        video = Video.objects.create(workspace=workspace, template=template, title="Welcome, John", duration=60)
        return Stage(workspace, template, video, client_of(workspace, "read"))

    return make


@pytest.fixture
def stage(workspace: Workspace, staged: Callable[[Workspace], Stage]) -> Stage:
    """Return a stage in Berlin."""
    return staged(workspace)


@pytest.fixture
def other(other_workspace: Workspace, staged: Callable[[Workspace], Stage]) -> Stage:
    """Return another workspace's stage, in UTC."""
    return staged(other_workspace)
