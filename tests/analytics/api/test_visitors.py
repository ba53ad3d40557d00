"""GET and DELETE /v1/visitors/{key}: everything that is known of a visitor, and then nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from analytics import erasure
from analytics.collect.persons import IDENTIFIED
from analytics.collect.spool import SPOOL
from analytics.exporting import visitor as exporting
from analytics.models import PeopleList, ViewingSession, Visitor
from analytics.team import team_keys, team_viewer_mark
from analytics.viewers.lists import people_draft_set, people_list_create
from tests.analytics.api.wistia.conftest import MOMENT, Stage, staged
from tests.analytics.test_export_formats import Breaking
from tests.oracle.sampling import uuid4
from videos.models import Event, HookDelivery, Registration, Talk, Video
from videos.services import user_invited, video_create, webhook_create, webhook_emit

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
ANNA = {"id": "a-1", "email": "Anna@example.com", "name": "Anna Lee", "org": {"name": "Acme"}, "source": "turnstile"}


@pytest.fixture
def stage(settings: Any, tmp_path: Path) -> Stage:
    settings.DATA_DIR = tmp_path
    return staged("Stage")


@pytest.fixture
def other(stage: Stage) -> Stage:
    return staged("Other")


def pieces(stage: Stage, key: str) -> list[bytes]:
    answer: Any = stage.client.get(f"/v1/visitors/{quote(key)}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "private, no-store"
    return list(answer.streaming_content)


def told(stage: Stage, key: str) -> dict[str, Any]:
    return json.loads(b"".join(pieces(stage, key)))


def forget(stage: Stage, key: str) -> None:
    answer = stage.client.delete(f"/v1/visitors/{quote(key)}")
    assert (answer.status_code, answer.content) == (204, b"")


def is_unknown(stage: Stage, key: str) -> bool:
    answer = stage.client.get(f"/v1/visitors/{quote(key)}")
    return answer.status_code == 404 and answer.json()["code"] == "unknown_visitor"


def registered(stage: Stage, email: str) -> Registration:
    talk = Talk.objects.create(event=Event.objects.create(workspace=stage.workspace, name="Event"), title="Talk")
    return Registration.objects.create(talk=talk, email=email, name="Anna")


def rows(stage: Stage) -> list[tuple[str, int]]:
    """Return visitor and seq of all rows that the engine has, superseded ones included."""
    with connections["clickhouse"].cursor() as cursor:
        sql = (
            "SELECT visitor, seq FROM viewing_session WHERE workspace_id = %s ORDER BY visitor, seq SETTINGS final = 0"
        )
        cursor.execute(sql, [stage.workspace.pk])
        return list(cursor.fetchall())


def test_everything_known_of_a_person_is_told(stage: Stage) -> None:
    registration = registered(stage, "anna@example.com")
    registered(stage, "ben@example.com")
    course = people_list_create(stage.workspace, "Course", ["ben@example.com", "anna@example.com"])
    people_list_create(stage.workspace, "Ben's", ["ben@example.com"])
    team_viewer_mark(stage.workspace, "anna")
    deleted = Video.objects.create(workspace=stage.workspace, title="Gone", duration=60)
    later = stage.play(at=MOMENT + timedelta(hours=1), bot=True, stretches=[], plays=0)
    first = stage.play(
        identity=ANNA,
        page="https://www.example.org/a?utm_source=mail",
        referrer="https://search.example/",
        stretches=[[0, 12.4], [30, 42]],
        elapsed=58.2,
        actions=[{"type": "turnstile", "name": "gate", "at": 12.4, "converted": True}],
        quality={"startup": 0.42, "rebuffers": 1, "rebuffering": 0.8},
        screen=[1920, 1080],
        language="de-DE",
        country="DE",
        city="Berlin",
        device="desktop",
        browser="Chrome",
    )
    last = stage.play(at=MOMENT + timedelta(hours=2), video=deleted.public_id)
    Video.objects.filter(pk=deleted.pk).delete()
    stage.play(visitor="ben")
    known = told(stage, "anna")
    person = Visitor.objects.get()
    assert list(known) == ["visitor", "team", "identity", "lists", "registrations", "sessions"]
    assert (known["visitor"], known["team"]) == ("anna", True)
    assert known["lists"] == [{"id": course.public_id, "name": "Course"}]
    assert known["identity"] == {
        "id": "a-1",
        "email": "anna@example.com",
        "name": "Anna Lee",
        "org": {"name": "Acme", "title": None},
        "source": "turnstile",
        "identifying_session": first,
        "first_seen_at": "2025-05-06T07:08:09.250Z",
        "updated_at": person.updated_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    assert [each["id"] for each in known["registrations"]] == [registration.public_id]
    assert [each["session"] for each in known["sessions"]] == [first, later, last]
    assert [(each["title"], each["bot"]) for each in known["sessions"]] == [
        ("How They Work", False),
        ("How They Work", True),
        (None, False),
    ]
    session = known["sessions"][0]
    assert session.pop("received_at").endswith("Z")
    assert session == {
        "session": first,
        "started_at": "2025-05-06T07:08:09.250Z",
        "video": stage.video.public_id,
        "title": "How They Work",
        "domain": "www.example.org",
        "source": "search.example",
        "country": "DE",
        "seq": 1,
        "visit": uuid4(2),
        "page": "https://www.example.org/a",
        "referrer": "https://search.example/",
        "utm_source": "mail",
        "utm_medium": None,
        "utm_campaign": None,
        "plays": 1,
        "stretches": [[0, 12.4], [30, 42]],
        "elapsed": 58.2,
        "duration": 60,
        "duration_used": 60,
        "live": False,
        "actions": [{"type": "turnstile", "name": "gate", "at": 12.4, "converted": True}],
        "quality": {"startup": 0.42, "rebuffers": 1, "rebuffering": 0.8, "error": None},
        "screen": [1920, 1080],
        "language": "de-DE",
        "region": None,
        "city": "Berlin",
        "network": None,
        "ip": None,
        "device": "desktop",
        "os": None,
        "os_version": None,
        "browser": "Chrome",
        "browser_version": None,
        "lat": None,
        "lon": None,
        "bot": False,
    }


def test_who_never_said_who_they_are_has_no_identity(stage: Stage) -> None:
    session = stage.play(visitor="a/b ü?%")
    known = told(stage, "a/b ü?%")
    noted = {"visitor": "a/b ü?%", "team": False, "identity": None, "lists": [], "registrations": []}
    assert {name: known[name] for name in noted} == noted
    assert [each["session"] for each in known["sessions"]] == [session]


def test_a_person_without_sessions_is_known_too(stage: Stage) -> None:
    stage.play(identity=ANNA)
    ViewingSession.objects.all().delete()
    assert (told(stage, "anna")["identity"]["id"], told(stage, "anna")["sessions"]) == ("a-1", [])
    forget(stage, "anna")
    assert is_unknown(stage, "anna")


@pytest.mark.parametrize("key", ["nobody", "a\0b", "x" * 1000])
def test_nothing_is_known_of_others_and_forgetting_them_is_no_fault(stage: Stage, key: str) -> None:
    stage.play()
    assert is_unknown(stage, key)
    forget(stage, key)
    assert rows(stage) == [("anna", 1)]


def test_the_answer_is_sent_in_pieces(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [stage.play(at=MOMENT + timedelta(minutes=n)) for n in range(9)]
    monkeypatch.setattr(exporting, "PIECE", 1000)
    sent = pieces(stage, "anna")
    assert len(sent) > 5
    assert [each["session"] for each in json.loads(b"".join(sent))["sessions"]] == keys


def test_whoever_stops_reading_is_sent_no_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        stage.play(at=MOMENT + timedelta(minutes=number))
    monkeypatch.setattr(exporting, "PIECE", 1000)
    monkeypatch.setattr("analytics.api.streamed._still_there", lambda request: lambda: False)
    sent = b"".join(pieces(stage, "anna"))
    assert 0 < sent.count(b'"session":') < 9
    assert not sent.endswith(b"]}\n")


@pytest.mark.parametrize("ending", [b"", b"Code: 241. DB::Exception: Memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)\n"])
def test_an_answer_that_breaks_off_does_not_look_whole(
    stage: Stage, ending: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.play()
    opened = exporting.stream_opened
    monkeypatch.setattr(exporting, "stream_opened", lambda *asked: Breaking(opened(*asked), ending))
    with pytest.raises(OperationalError, match="Memory limit exceeded" if ending else "broke off"):
        pieces(stage, "anna")


def test_a_forgotten_person_is_gone_everywhere_and_nobody_else(stage: Stage, other: Stage) -> None:
    for place in (stage, other):
        place.play(identity=ANNA)
        place.play(bot=True)
        place.play(visitor="ben", identity={"email": "ben@example.com"})
        registered(place, "anna@example.com")
        registered(place, "ben@example.com")
    session = stage.play(seq=2)
    forget(stage, "anna")
    forget(stage, "anna")
    assert is_unknown(stage, "anna")
    assert rows(stage) == [("ben", 1)]
    assert [visitor["visitor_key"] for visitor in stage.get("stats/visitors.json")] == ["ben"]
    assert stage.client.get(f"/v1/stats/events/{session}.json").status_code == 404
    assert stage.get("stats/account.json")["load_count"] == 1
    assert list(Visitor.objects.filter(workspace=stage.workspace).values_list("email", flat=True)) == [
        "ben@example.com"
    ]
    ours = Registration.objects.filter(talk__event__workspace=stage.workspace)
    assert list(ours.values_list("email", flat=True)) == ["ben@example.com"]
    assert rows(other) == [("anna", 1), ("anna", 1), ("ben", 1)]
    assert told(other, "anna")["identity"]["email"] == "anna@example.com"
    assert len(told(other, "anna")["registrations"]) == 1


def test_a_forgotten_person_is_on_no_list_and_in_no_team(stage: Stage, other: Stage) -> None:
    user = user_invited("editor@example.com")[0]
    for place in (stage, other):
        place.play(identity=ANNA)
        people_list_create(place.workspace, "Course", ["anna@example.com", "ben@example.com"])
        people_draft_set(place.workspace, user, ["anna@example.com"])
        team_viewer_mark(place.workspace, "anna")
        team_viewer_mark(place.workspace, "ben")
    forget(stage, "anna")
    lists = [people.emails for people in PeopleList.objects.filter(workspace=stage.workspace).order_by("pk")]
    assert lists == [["ben@example.com"], []]
    assert (team_keys(stage.workspace), team_keys(other.workspace)) == (["ben"], ["anna", "ben"])
    assert len(told(other, "anna")["lists"]) == 2


def test_messages_that_told_webhooks_of_a_person_are_forgotten(stage: Stage, other: Stage) -> None:
    for place in (stage, other):
        webhook_create(place.workspace, url="https://hooks.example.com/", events=[IDENTIFIED, "video.created"])
        for name in ("anna", "Anna", 'an"na'):
            place.play(visitor=name, identity={"id": name})
            webhook_emit(place.workspace.pk, IDENTIFIED, lambda name=name: {"visitor": name})
    video_create(stage.workspace, title='"visitor": "anna"')
    forget(stage, "anna")
    left = HookDelivery.objects.filter(webhook__workspace=stage.workspace).values_list("event", "body")
    assert sorted(json.loads(body)["data"].get("visitor", event) for event, body in left) == [
        "Anna", 'an"na', "video.created",
    ]  # fmt: skip
    assert HookDelivery.objects.filter(webhook__workspace=other.workspace).count() == 3
    forget(stage, 'an"na')
    assert HookDelivery.objects.filter(webhook__workspace=stage.workspace).count() == 2


def test_what_was_watched_before_the_person_was_known_does_not_come_back(stage: Stage) -> None:
    """A session's older snapshots may have another key; without the newest one they would count."""
    stage.play(identity=ANNA)
    again: dict[str, Any] = {"visitor": "second browser", "at": MOMENT + timedelta(hours=1)}
    stage.play(**again)
    stage.made -= 1
    stage.play(**again, seq=2, identity=ANNA)
    assert rows(stage) == [("anna", 1), ("anna", 2), ("second browser", 1)]
    forget(stage, "anna")
    assert rows(stage) == []
    assert stage.get("stats/account.json")["load_count"] == 0


def test_many_sessions_are_forgotten_in_several_statements(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "IDS_AT_ONCE", 2)
    for _ in range(5):
        stage.play()
    stage.play(visitor="ben")
    forget(stage, "anna")
    assert rows(stage) == [("ben", 1)]


def test_a_session_that_is_somebody_elses_by_now_stays_theirs(stage: Stage) -> None:
    stage.play()
    stage.made -= 1
    stage.play(visitor="ben", seq=2)
    forget(stage, "anna")
    assert rows(stage) == [("ben", 2)]


@pytest.mark.parametrize("method", ["get", "delete"])
def test_an_engine_that_does_not_answer_is_a_503_and_nothing_is_forgotten(
    stage: Stage, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*asked: Any) -> Any:
        raise OperationalError("down")

    stage.play(identity=ANNA)
    with monkeypatch.context() as patched:
        for module in (exporting, erasure):
            patched.setattr(module, "visitor_sessions", refusing)
        answer = getattr(stage.client, method)("/v1/visitors/anna")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "30")
    assert (rows(stage), Visitor.objects.count()) == ([("anna", 1)], 1)


def test_nobody_is_forgotten_while_sessions_wait_to_be_stored(stage: Stage, tmp_path: Path) -> None:
    stage.play()
    waiting = tmp_path / SPOOL / "1.segment"
    waiting.parent.mkdir()
    waiting.write_bytes(b"")
    answer = stage.client.delete("/v1/visitors/anna")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "30")
    assert rows(stage) == [("anna", 1)]
    waiting.unlink()
    forget(stage, "anna")
    assert rows(stage) == []


def test_neither_takes_more_statements_for_more_sessions(stage: Stage) -> None:
    taken = []
    for count in (1, 20):
        for _ in range(count):
            stage.play(identity=ANNA)
        registered(stage, "anna@example.com")
        for call in (told, forget):
            with (
                CaptureQueriesContext(connections["default"]) as catalog,
                CaptureQueriesContext(connections["clickhouse"]) as engine,
            ):
                call(stage, "anna")
            asked = [*catalog.captured_queries, *engine.captured_queries]
            taken.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
    # The first call of all notes that the token was used.
    assert taken[0] - 1 == taken[2]
    assert taken[1] == taken[3]
    assert max(taken) <= 12
