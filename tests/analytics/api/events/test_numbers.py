"""Every number against the oracle's, on random sessions of talks that share streams and recordings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics.api.events.conftest import Stage, staged
from tests.analytics.worlds import sessions_load
from tests.oracle import facts, metrics
from tests.oracle.catalog import Catalog
from tests.oracle.sampling import random_catalog, random_sessions
from tests.oracle.strategies import World, worlds
from videos.models import Provider, Stream, Talk, Video, Workspace

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
WORDS = {
    "attendee_count": "attendees",
    "avg_attended_duration": "average_attended",
    "live_views": "live_views",
    "recording_views": "recording_views",
    "watch_time": "watch_time",
}


@dataclass
class Programme:
    """A stage with the oracle's sessions, and for each talk by its public id the oracle's ids of its videos."""

    stage: Stage
    shown: dict[str, set[str]]
    sessions: list[facts.Session]

    def check(self) -> None:
        """Hold every talk's numbers to the oracle's."""
        answered = self.stage.sessions(expand="watch_time")
        assert {session["session_id"] for session in answered} == set(self.shown)
        for session in answered:
            watched = [one for one in self.sessions if one.video in self.shown[session["session_id"]]]
            expected = metrics.measure(watched, WORDS.values())
            assert {word: session[word] for word in WORDS} == {
                word: close(expected[metric]) for word, metric in WORDS.items()
            }


def close(expected: Any) -> Any:
    return pytest.approx(expected, rel=1e-12, abs=1e-11) if isinstance(expected, float) else expected


def programme(draw: Random, workspace: Workspace, catalog: Catalog, snapshots: list[dict[str, Any]]) -> Programme:
    """Return a stage whose event has talks with videos drawn from the catalog, and these snapshots imported."""
    stage = staged(workspace)
    videos = {
        one.id: Video.objects.create(workspace=workspace, title=one.id, duration=one.duration) for one in catalog.videos
    }
    sessions_load(workspace, {name: video.public_id for name, video in videos.items()}, snapshots)
    names = [None, *videos]
    # Every second video may be live: so many streams, some of which kept a recording, perhaps of themselves.
    kept = {live: draw.choice(names) for live in list(videos)[::2]}
    streams = {
        live: Stream.objects.create(workspace=workspace, video=videos[live], recording=name and videos[name])
        for live, name in kept.items()
    }
    shown: dict[str, set[str]] = {}
    for number in range(8):
        live, own = draw.choice([None, *streams]), draw.choice([None, *names])
        talk = Talk.objects.create(
            event=stage.event,
            title=f"Talk {number}",
            stream=live and streams[live],
            recording=own and videos[own],
            provider=draw.choice([Provider.VIEWPRINT, Provider.YOUTUBE, Provider.OTHER]),
        )
        shown[talk.public_id] = {name for name in (live, own or (live and kept[live])) if name}
    return Programme(stage, shown, facts.sessions_of(snapshots, catalog))


@pytest.mark.parametrize("seed", range(6))
def test_each_talks_numbers_are_the_oracles(workspace: Workspace, seed: int) -> None:
    catalog = random_catalog(seed, videos=9)
    # The sampler plays live what belongs to an event.
    catalog = replace(catalog, videos=tuple(replace(video, event="evt") for video in catalog.videos))
    snapshots = random_sessions(seed, 300, catalog)
    made = programme(Random(seed), workspace, catalog, snapshots)
    assert any(one.live for one in made.sessions) and any(one.bot for one in made.sessions)
    made.check()


@given(worlds(max_sessions=12), st.randoms(use_true_random=False))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_odd_sessions_count_as_in_the_oracle(world: World, draw: Random) -> None:
    workspace = Workspace.objects.create(name="World", timezone=world.catalog.zone)
    programme(draw, workspace, world.catalog, world.snapshots).check()


def test_two_workspaces_count_apart(stage: Stage, other: Stage) -> None:
    live, theirs = stage.video(), other.video()
    stage.talk(live)
    other.talk(theirs)
    stage.play(live, visitor="anna")
    stage.play(live, visitor="ben")
    other.play(theirs, visitor="anna")
    assert [one["attendee_count"] for one in stage.sessions()] == [2]
    assert [one["attendee_count"] for one in other.sessions()] == [1]
