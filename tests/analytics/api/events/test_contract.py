"""Shape, nulls and parameters: the reference to the letter."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.analytics.api.conftest import client_of
from tests.analytics.api.events.conftest import MOMENT, Stage, signed_in_client
from videos.models import Event, Provider, Registration, Stream, Talk, TalkKind, User, Video

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
PLAIN = {
    "session_id": str,
    "title": str,
    "start_time": str,
    "end_time": str,
    "registered_user_count": int,
    "attendee_count": int,
    "avg_attended_duration": float,
    "recording_views": int,
    "live_views": int,
}
EXPANDED = {"duration": float, "watch_time": float}
FIGURES = ("avg_attended_duration", "live_views", "recording_views", "watch_time")
BOTH = {"expand": "duration,watch_time"}


@pytest.fixture
def told(stage: Stage) -> Talk:
    """A talk of which everything is known."""
    live, kept = stage.video(), stage.video(duration=1800.5)
    starts_at = datetime(2026, 6, 1, 11, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=2)))
    talk = stage.talk(live, kept, title="Opening", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45))
    for number in range(3):
        Registration.objects.create(talk=talk, email=f"{number}@example.com")
    stage.play(live, visitor="anna", stretches=[[0, 60]])
    stage.play(live, visitor="anna", stretches=[[0, 10]])
    stage.play(live, visitor="ben", stretches=[[0, 20], [0, 10.5]])
    stage.play(kept, visitor="cleo", live=False)
    stage.play(live, visitor="robot", bot=True)
    return talk


def test_every_key_and_type_is_the_references(stage: Stage, told: Talk) -> None:
    [session] = stage.sessions()
    assert {key: type(value) for key, value in session.items()} == PLAIN
    assert list(session) == list(PLAIN)
    assert session == {
        "session_id": told.public_id,
        "title": "Opening",
        "start_time": "2026-06-01T09:00:00Z",
        "end_time": "2026-06-01T09:45:00Z",
        "registered_user_count": 3,
        "attendee_count": 2,
        "avg_attended_duration": 50.25,
        "recording_views": 1,
        "live_views": 1,
    }
    [expanded] = stage.sessions(**BOTH)
    assert {key: type(value) for key, value in expanded.items()} == PLAIN | EXPANDED
    assert expanded == {**session, "duration": 1800.5, "watch_time": 130.5}


def test_expand_is_a_list_with_commas_or_a_repeated_parameter_in_either_case(stage: Stage, told: Talk) -> None:
    duration, watch_time = {"duration"}, {"watch_time"}
    asked: list[tuple[Any, set[str]]] = [
        ("", set()),
        (",", set()),
        ("duration", duration),
        ("DURATION", duration),
        ("Watch_Time", watch_time),
        ("watch_time,duration", duration | watch_time),
        (" duration , WATCH_TIME,duration,", duration | watch_time),
        (["duration", "watch_time"], duration | watch_time),
        (["duration", "duration"], duration),
    ]
    for expand, keys in asked:
        [session] = stage.sessions(expand=expand)
        assert set(session) == set(PLAIN) | keys, expand


@pytest.mark.parametrize(
    ("asked", "fields", "says"),
    [
        ({"expand": "views"}, ["expand"], "duration, watch_time"),
        ({"expand": "duration,watch time,\0"}, ["expand", "expand"], "duration, watch_time"),
        ({"expand": "x" * 5000}, ["expand"], "duration, watch_time"),
        ({"expand[]": "all"}, ["expand"], "duration, watch_time"),
        ({"expand": ",".join(f"p{number}" for number in range(50))}, None, "there are duration, watch_time"),
    ],
)
def test_what_is_unknown_is_named_with_the_known(
    stage: Stage, asked: dict[str, str], fields: list[str] | None, says: str
) -> None:
    answer = stage.client.get(stage.path, asked)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["title"]) == (400, "invalid", "Bad Request")
    assert fields is None or [error["field"] for error in body["errors"]] == fields
    assert says in body["errors"][0]["message"]
    assert len(answer.content) < 10_000


def test_parameters_of_other_clients_are_ignored(stage: Stage, told: Talk) -> None:
    plain, asked = stage.sessions(expand="duration"), stage.sessions(**{"expand[]": "duration", "_": "17", "page": "1"})
    assert asked == plain


def test_talks_come_in_order_of_start_those_without_one_last(stage: Stage) -> None:
    for title, hours in (("third", 2), ("never", None), ("first", -30), ("second", 0), ("also second", 0)):
        stage.talk(title=title, starts_at=None if hours is None else MOMENT + timedelta(hours=hours))
    titles = [session["title"] for session in stage.sessions()]
    assert titles == ["first", "second", "also second", "third", "never"]


def test_a_talk_nobody_watched_has_counts_of_zero_and_no_average(stage: Stage) -> None:
    stage.talk()
    stage.talk(stage.video(duration=60), stage.video())
    times = dict.fromkeys(("start_time", "end_time"))
    counts = dict.fromkeys(("registered_user_count", "attendee_count", "recording_views", "live_views"), 0)
    for session, duration in zip(stage.sessions(**BOTH), (None, 60.0), strict=True):
        del session["session_id"]
        expected = {"title": "Talk", **times, **counts, "avg_attended_duration": None, "watch_time": 0.0}
        assert session == {**expected, "duration": duration}


def test_an_event_without_talks_has_no_sessions(stage: Stage) -> None:
    assert stage.sessions() == []


@pytest.mark.parametrize("kind", TalkKind.values)
def test_workshops_and_networking_have_no_duration(stage: Stage, kind: str) -> None:
    stage.talk(stage.video(duration=60), stage.video(duration=50), kind=kind)
    [session] = stage.sessions(expand="duration")
    assert session["duration"] == (None if kind in ("workshop", "networking") else 50.0)


@pytest.mark.parametrize("provider", Provider.values)
def test_zoom_facebook_and_wistia_tell_nothing_of_watching(stage: Stage, provider: str) -> None:
    live = stage.video(duration=60)
    Registration.objects.create(talk=stage.talk(live, provider=provider), email="a@example.com")
    stage.play(live)
    [session] = stage.sessions(**BOTH)
    assert (session["registered_user_count"], session["attendee_count"], session["duration"]) == (1, 1, 60.0)
    silent = provider in ("zoom", "facebook", "wistia")
    assert [session[name] for name in FIGURES] == ([None] * 4 if silent else [30.0, 1, 0, 30.0])


def test_the_duration_is_the_recordings_else_the_streams(stage: Stage) -> None:
    own = stage.video(duration=10)
    stage.talk(stage.video(duration=30), stage.video(duration=20), recording=own)
    stage.talk(stage.video(duration=30), stage.video(duration=20))
    stage.talk(stage.video(duration=30), stage.video())
    stage.talk(stage.video(duration=30))
    stage.talk(recording=own)
    stage.talk(stage.video(), stage.video(), recording=stage.video(duration=0))
    assert [session["duration"] for session in stage.sessions(expand="duration")] == [10, 20, 30, 30, 10, None]


def test_where_the_catalog_knows_no_duration_the_longest_that_players_reported_counts(stage: Stage) -> None:
    live, kept, unwatched = stage.video(), stage.video(), stage.video()
    stage.talk(live, kept)
    stage.talk(recording=unwatched)
    stage.talk(recording=live, kind="workshop")
    stage.play(live, duration=50.5)
    assert [session["duration"] for session in stage.sessions(expand="duration")] == [50.5, None, None]
    for duration in (40, 45.25, None):
        stage.play(kept, live=False, duration=duration)
    assert [session["duration"] for session in stage.sessions(expand="duration")] == [45.25, None, None]


def test_who_watches_live_from_two_devices_or_both_videos_is_one_attendee(stage: Stage) -> None:
    live, kept = stage.video(), stage.video()
    stage.talk(live, kept)
    for video in (live, live, kept):
        stage.play(video, visitor="anna")
    stage.play(kept, visitor="ben", live=False)
    stage.play(live, visitor="cleo", plays=0, stretches=[])
    [session] = stage.sessions()
    assert (session["attendee_count"], session["avg_attended_duration"]) == (1, 90.0)
    assert (session["live_views"], session["recording_views"]) == (3, 1)


def test_what_a_stream_kept_counts_only_where_the_talk_has_no_recording_of_its_own(stage: Stage) -> None:
    live, kept, own = stage.video(), stage.video(), stage.video()
    stage.talk(live, kept, title="own", recording=own)
    stage.talk(live, kept, title="stream's")
    for video in (kept, kept, own):
        stage.play(video, live=False)
    assert {session["title"]: session["recording_views"] for session in stage.sessions()} == {"own": 1, "stream's": 2}


def test_a_video_of_two_events_counts_for_the_talks_of_each(stage: Stage) -> None:
    live = stage.video()
    stage.talk(live)
    elsewhere = Event.objects.create(workspace=stage.workspace, name="Another")
    Talk.objects.create(event=elsewhere, title="Elsewhere", stream=Stream.objects.get(video=live))
    stage.play(live)
    [session] = stage.sessions()
    assert (session["title"], session["attendee_count"]) == ("Talk", 1)


def test_few_statements_answer_however_many_talks(stage: Stage, owner: User, viewer: User) -> None:
    stage.event.admins.add(viewer)
    engine = connections["clickhouse"]

    def statements(client: APIClient) -> int:
        with CaptureQueriesContext(connection) as one, CaptureQueriesContext(engine) as another:
            answer = client.get(stage.path, BOTH)
        assert answer.status_code == 200
        return len(one) + len(another)

    # The first call with a token also notes its use.
    clients = [client_of(stage.workspace, "read"), signed_in_client(owner), signed_in_client(viewer)]
    stage.talk(stage.video(), stage.video())
    few = [statements(client) for client in clients]
    assert max(few) <= 12
    videos = Video.objects.bulk_create([Video(workspace=stage.workspace, title="V") for _ in range(400)])
    streams = Stream.objects.bulk_create(
        [
            Stream(workspace=stage.workspace, video=live, recording=kept)
            for live, kept in zip(videos[::2], videos[1::2], strict=True)
        ]
    )
    talks = Talk.objects.bulk_create([Talk(event=stage.event, title="T", stream=stream) for stream in streams])
    Registration.objects.bulk_create([Registration(talk=talk, email="a@example.com") for talk in talks])
    for video in videos[:3]:
        stage.play(video)
    assert len(stage.sessions()) == 201
    assert [statements(client) for client in clients] == [few[0] - 1, *few[1:]]


def test_an_answer_that_has_not_changed_is_not_sent_again(stage: Stage, told: Talk) -> None:
    tag = stage.client.get(stage.path)["ETag"]
    again = stage.client.get(stage.path, HTTP_IF_NONE_MATCH=tag)
    assert (again.status_code, again.content) == (304, b"")
    Registration.objects.create(talk=told, email="new@example.com")
    assert stage.client.get(stage.path, HTTP_IF_NONE_MATCH=tag).status_code == 200
