"""Who is watching now."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.context import Context, Scope
from analytics.models import ViewingSession
from analytics.presence import (
    Watching,
    people_by_minute,
    sessions_listed,
    watching_apart,
    watching_now,
)
from analytics.sessions import Filter
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid7
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


def test_people_are_told_apart_by_where_and_what_they_watch(loaded: Context) -> None:
    film, clip = Video.objects.get(title="Film").pk, Video.objects.get(title="Clip").pk
    apart = watching_apart(loaded, datetime.now(UTC))
    assert apart["video"] == [(film, Watching(2, 3)), (clip, Watching(1, 1))]
    assert sorted(apart["stream"], key=str) == [(0, Watching(2, 3)), (film, Watching(1, 1))]
    assert apart["country"] == [("", Watching(2, 2)), ("DE", Watching(1, 2))]
    assert sum(each.sessions for _, each in apart["device"]) == sum(each.sessions for _, each in apart["page"]) == 4
    nobody = watching_apart(Context(Workspace.objects.create(name="Other")), datetime.now(UTC))
    assert list(nobody.values()) == [[]] * 5


def test_sessions_are_listed_live_ones_first_with_their_position(loaded: Context) -> None:
    listed = sessions_listed(loaded, datetime.now(UTC), most=3)
    assert [each.visitor for each in listed] == ["three", "one", "two"]
    assert [(each.live, each.position, each.duration) for each in listed] == [
        (True, 1_000_000, 1_000_000), (False, 30_000, 1_000_000), (False, 12_000, None),
    ]  # fmt: skip


def test_each_minute_counts_the_people_who_were_there(loaded: Context) -> None:
    ids = {"film": Video.objects.get(title="Film").public_id}
    now = datetime.now(UTC)
    # When they came and went, in seconds before now; one comes back, one was there for no time at all.
    spans = [("a", 1500, 1200), ("b", 1290, 1289), ("c", 1500, 900), ("d", 6000, 1650), ("e", 3000, 1771),
             ("a", 1190, 1100), ("f", 1000, 1000)]  # fmt: skip
    at = int(now.timestamp() * 1000)
    lines = [
        session(0, session=uuid7(at - came * 1000, place), visitor=name, elapsed=came - went, stretches=[[0, 5]])
        for place, (name, came, went) in enumerate(spans)
    ]
    sessions_load(loaded.workspace, ids, lines)
    found = people_by_minute(loaded, now)
    assert len(found) == 30
    assert found[-1][0] == now.replace(second=0, microsecond=0)
    # The one who told late was there too.
    spans.append(("told late", 3600, 1800))
    for minute, count in found[:-4]:
        begin = (now - minute).total_seconds()
        there = {name for name, came, went in spans if came > begin - 60 and went < begin and came > went}
        assert count == len(there), minute
    # Three are watching; another has come to the end in the last minute or the one before.
    assert found[-1][1] in {3, 4}
