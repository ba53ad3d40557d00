"""Who is watching now."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.context import Context, Scope
from analytics.models import ViewingSession
from analytics.presence import Watching, watching_by_video, watching_now
from analytics.sessions import Filter
from tests.analytics.worlds import sessions_load
from videos.errors import Unknown
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])


def session(ago: float, **known: Any) -> dict[str, Any]:
    """Return the snapshot of a player loaded so many seconds ago that has played until now."""
    born = int((datetime.now(UTC) - timedelta(seconds=ago)).timestamp() * 1000)
    key = uuid.UUID(int=born << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int & (1 << 62) - 1)
    defaults = {"v": 1, "video": "film", "session": str(key), "seq": 1, "plays": 1, "elapsed": ago, "visitor": str(key)}
    return {**defaults, "stretches": [[0, ago]], **known}


@pytest.fixture
def loaded(db: None) -> Context:
    """A workspace with a film of 1,000 seconds, one of unknown length and a stream."""
    workspace = Workspace.objects.create(name="Now")
    videos = {
        "film": Video.objects.create(workspace=workspace, title="Film", duration=1000),
        "clip": Video.objects.create(workspace=workspace, title="Clip"),
    }
    ids = {name: video.public_id for name, video in videos.items()}
    sessions_load(workspace, ids, [
        session(30, visitor="one", country="DE"),
        session(90, visitor="one", country="DE"),
        session(40, visitor="two", video="clip", stretches=[[0, 20], [5, 12]]),
        session(50, visitor="three", live=True, stretches=[[980, 1000]]),
        # Not any more, not yet, not really.
        session(60, visitor="at the end", stretches=[[0, 20], [900, 999.6]]),
        session(20, visitor="never played", plays=0, stretches=[]),
        session(25, visitor="a bot", bot=True),
        session(3600, visitor="told late", elapsed=1800),
    ])  # fmt: skip
    return Context(workspace)


def test_people_and_sessions_are_counted_while_their_players_tell(loaded: Context) -> None:
    now = datetime.now(UTC)
    assert watching_now(loaded, now) == Watching(viewers=3, sessions=4)
    by_title = {Video.objects.get(pk=pk).title: counts for pk, counts in watching_by_video(loaded, now).items()}
    assert by_title == {"Film": Watching(2, 3), "Clip": Watching(1, 1)}
    assert list(by_title) == ["Film", "Clip"]
    assert watching_now(loaded, now + timedelta(seconds=76)) == Watching(0, 0)


def test_scope_and_filters_narrow_the_count(loaded: Context) -> None:
    now = datetime.now(UTC)
    clip = Video.objects.get(title="Clip")
    assert watching_now(loaded, now, Scope("video", clip.public_id)) == Watching(1, 1)
    assert watching_now(loaded, now, filters=(Filter("country", "in", ("DE",)),)) == Watching(1, 2)
    with pytest.raises(Unknown):
        watching_now(loaded, now, Scope("folder", "fold_nothing000"))


def test_the_newest_snapshot_decides(loaded: Context) -> None:
    ids = {"clip": Video.objects.get(title="Clip").public_id}
    first = session(45, video="clip", visitor="two more", stretches=[[0, 30]], duration=100)
    sessions_load(loaded.workspace, ids, [first])
    assert watching_now(loaded, datetime.now(UTC)).viewers == 4
    sessions_load(loaded.workspace, ids, [{**first, "seq": 2, "stretches": [[0, 30], [90, 100]]}])
    assert watching_now(loaded, datetime.now(UTC)).viewers == 3


def test_another_workspaces_viewers_are_not_counted(loaded: Context) -> None:
    assert watching_now(Context(Workspace.objects.create(name="Other")), datetime.now(UTC)) == Watching(0, 0)
    assert ViewingSession.objects.count() == 8
