"""A workspace with an event to which tests add talks, sessions and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.analytics.api.conftest import client_of
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Event, Stream, Talk, User, Video, Workspace

MOMENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass
class Stage:
    """A workspace with one event; `play` imports a session, `sessions` asks with a token that may read."""

    workspace: Workspace
    event: Event
    client: APIClient
    made: int = 0

    @property
    def path(self) -> str:
        return f"/v1/events/{self.event.public_id}/sessions/analytics"

    def video(self, duration: float | None = None) -> Video:
        return Video.objects.create(workspace=self.workspace, title="Video", duration=duration)

    def talk(self, live: Video | None = None, kept: Video | None = None, **details: Any) -> Talk:
        """Add a talk shown by a stream of the video `live`, of which the stream kept `kept`."""
        stream = None
        if live is not None:
            stream, _ = Stream.objects.get_or_create(
                video=live, defaults={"workspace": self.workspace, "recording": kept}
            )
        return Talk.objects.create(event=self.event, stream=stream, **{"title": "Talk", **details})

    def play(self, video: Video, **line: Any) -> None:
        """Import a session of its own visitor, live, played from 0 to 30 s, where nothing else is said."""
        self.made += 1
        moment = MOMENT + timedelta(minutes=self.made)
        snapshot = {
            "v": 1,
            "video": video.public_id,
            "session": uuid7(int(moment.timestamp() * 1000), 1000 * self.workspace.pk + self.made),
            "seq": 1,
            "visitor": f"visitor {self.made}",
            "visit": uuid4(self.made),
            "plays": 1,
            "stretches": [[0, 30]],
            "live": True,
            **line,
        }
        sessions_load(self.workspace, {video.public_id: video.public_id}, [snapshot])

    def sessions(self, **parameters: Any) -> list[dict[str, Any]]:
        """Return the sessions of a successful answer."""
        answer = self.client.get(self.path, parameters)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/json"
        assert list(answer.json()) == ["data"]
        return answer.json()["data"]


def staged(workspace: Workspace) -> Stage:
    event = Event.objects.create(workspace=workspace, name="Conference")
    return Stage(workspace, event, client_of(workspace, "read"))


def signed_in_client(user: User) -> APIClient:
    """Return the client of somebody who has signed in over the API."""
    credentials = {"email": user.email, "password": PASSWORD}
    answer = APIClient().post("/v1/auth/login", credentials, format="json")
    assert answer.status_code == 200, answer.content
    return APIClient(HTTP_AUTHORIZATION=f"{answer.json()['token_type']} {answer.json()['token']}")


@pytest.fixture
def stage(workspace: Workspace) -> Stage:
    return staged(workspace)


@pytest.fixture
def other(other_workspace: Workspace) -> Stage:
    return staged(other_workspace)
