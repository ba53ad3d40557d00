"""One viewer: what was watched of each video over all sessions is the union of their stretches, counted plainly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.clickhouse.base import insert_rows
from analytics.context import Context, all_time
from analytics.curves import video_durations
from analytics.models import ViewingSession
from analytics.periods import period_of_dates
from analytics.sessions import Filter
from analytics.viewers import history
from analytics.viewers.history import habits_of, is_known, sessions_newest, videos_watched, viewer_sessions
from analytics.viewers.listing import activities
from tests.analytics.api.wistia.conftest import Stage, staged
from tests.analytics.viewers.conftest import Audience
from tests.oracle.facts import Session, union
from videos.models import Video

pytestmark = [pytest.mark.django_db(databases=["default", "clickhouse"])]


@pytest.fixture
def stage(db: None) -> Stage:
    return staged("Stage")


def lengths(audience: Audience) -> dict[str, int | None]:
    """Return each video's length in ms: the catalog's, else the longest that any player reported."""
    known = {}
    for video in audience.catalog.videos:
        reported = [one.duration for one in audience.sessions if one.video == video.id and one.duration]
        known[video.id] = int(video.duration * 1000) if video.duration else max(reported, default=None)
    return known


def watched(own: list[Session], length: int | None) -> dict[str, Any]:
    """Return what a viewer watched of a video by plain counting."""
    whole = union(tuple(stretch for one in own for stretch in one.stretches))
    return {
        "loads": len(own),
        "plays": sum(one.played for one in own),
        "is_completed": any(one.completed for one in own),
        "seconds": sum(one.watch_time for one in own) / 1000,
        "share": min(1, whole / length) if length else None,
        "last_at": own[-1].started_at,
    }


@pytest.mark.parametrize("most_named", [5_000, 0])
def test_each_video_of_each_viewer_is_the_union_of_all_sessions(
    audience: Audience, monkeypatch: pytest.MonkeyPatch, most_named: int
) -> None:
    monkeypatch.setattr(history, "MOST_NAMED", most_named)
    context, known, several = audience.context, lengths(audience), 0
    for key in sorted({one.visitor for one in audience.sessions}):
        sessions = viewer_sessions(context, all_time(context), key)
        found, in_all = videos_watched(context, sessions, 100)
        own = audience.of(key)
        by_video = {video: [one for one in own if one.video == video] for video in {one.video for one in own}}
        several += sum(len([one for one in each if one.stretches]) > 1 for each in by_video.values())
        assert in_all == len(found) == len(by_video)
        assert [each.last_at for each in found] == sorted((each.last_at for each in found), reverse=True)
        names = {video.pk: name for name, video in audience.videos.items()}
        for each in found:
            name = names[each.video_id]
            expected = watched(by_video[name], known[name])
            assert {part: getattr(each, part) for part in expected} == expected
    assert several > 5


def test_stretches_that_overlap_touch_repeat_and_lie_in_one_another_count_once(stage: Stage) -> None:
    stage.play(stretches=[[10, 20], [0, 5], [12, 15]], visitor="eve")
    stage.play(stretches=[[5, 10], [18, 25], [0, 1]], visitor="eve")
    stage.play(stretches=[], plays=0, visitor="eve")
    stage.play(stretches=[[40, 60]], visitor="somebody else")
    context = Context(stage.workspace)
    (one,), _ = videos_watched(context, viewer_sessions(context, all_time(context), "eve"), 10)
    assert (one.share, one.seconds, one.loads, one.plays, one.is_completed) == (25 / 60, 31, 3, 2, False)


def test_a_video_that_was_cut_shorter_is_watched_whole_at_most(stage: Stage) -> None:
    stage.play(stretches=[[0, 60]])
    stage.video.duration = 30
    stage.video.save()
    context = Context(stage.workspace)
    (one,), _ = videos_watched(context, viewer_sessions(context, all_time(context), "anna"), 10)
    assert one.share == 1


def test_a_length_is_the_catalogs_else_the_longest_reported(stage: Stage) -> None:
    unknown = Video.objects.create(workspace=stage.workspace, title="No length")
    never = Video.objects.create(workspace=stage.workspace, title="Never loaded")
    stage.play(video=unknown.public_id, duration=100, visitor="a")
    stage.play(video=unknown.public_id, duration=120, visitor="b")
    context = Context(stage.workspace)
    videos = {video.pk: video.duration for video in (stage.video, unknown, never)}
    assert video_durations(context, videos) == {stage.video.pk: 60_000, unknown.pk: 120_000}


def test_habits_count_each_device_and_place(audience: Audience) -> None:
    key, _ = Counter(one.visitor for one in audience.sessions).most_common(1)[0]
    found = habits_of(viewer_sessions(audience.context, all_time(audience.context), key))
    own = audience.of(key)
    devices = Counter((one.device, one.os, one.browser) for one in own)
    places = Counter((one.country, one.region, one.city) for one in own if one.country)
    assert {habit.values: habit.loads for habit in found.devices} == devices
    assert {habit.values: habit.loads for habit in found.places} == places
    assert [habit.loads for habit in found.devices] == sorted(devices.values(), reverse=True)


def test_sessions_come_newest_first_and_in_pages(audience: Audience) -> None:
    key, loads = Counter(one.visitor for one in audience.sessions).most_common(1)[0]
    sessions = viewer_sessions(audience.context, all_time(audience.context), key)
    expected = [one.id for one in reversed(audience.of(key))]
    paged = [str(row["id"]) for begin in range(0, loads, 3) for row in sessions_newest(sessions, begin, 3)]
    assert paged == expected
    (first, *_) = sessions_newest(sessions, 0, 1)
    newest = audience.of(key)[-1]
    assert tuple(zip(first["starts"], first["ends"], strict=True)) == newest.stretches


def test_period_and_filters_narrow_a_viewer_too(audience: Audience) -> None:
    key, _ = Counter(one.visitor for one in audience.sessions).most_common(1)[0]
    own = audience.of(key)
    day = own[len(own) // 2].started_at.astimezone(audience.context.zone).date()
    period = period_of_dates(day, day, audience.context.zone)
    sessions = viewer_sessions(audience.context, period, key)
    inside = [one for one in own if one.started_at.astimezone(audience.context.zone).date() == day]
    assert activities(sessions, [key])[key].loads == len(inside)
    only = viewer_sessions(
        audience.context, all_time(audience.context), key, (Filter("device", "in", (own[0].device,)),)
    )
    assert only.count() == sum(one.device == own[0].device for one in own)


def test_the_newest_snapshot_says_whose_a_session_is(stage: Stage) -> None:
    """A browser that says later who watches: its session moves, and the older snapshot counts for nobody."""
    session = stage.play(visitor="browser", stretches=[[0, 10]], seq=1)
    columns = [field.name for field in ViewingSession._meta.concrete_fields]
    row = ViewingSession.objects.values_list(*columns).get(id=session)
    newer = dict(zip(columns, row, strict=True)) | {"visitor": "person", "seq": 2, "received_at": datetime.now(UTC)}
    insert_rows("viewing_session", [list(newer.values())], list(newer))
    context = Context(stage.workspace)
    assert viewer_sessions(context, all_time(context), "browser").count() == 0
    assert viewer_sessions(context, all_time(context), "person").count() == 1
    assert not is_known(context, "browser")
    assert is_known(context, "person")


def test_bots_and_other_workspaces_are_unknown(stage: Stage, audience_of: Callable[[int, int], Audience]) -> None:
    stage.play(visitor="crawler", bot=True)
    stage.play(visitor="anna")
    other = audience_of(6, 10)
    assert not is_known(Context(stage.workspace), "crawler")
    assert is_known(Context(stage.workspace), "anna")
    assert not is_known(other.context, "anna")
