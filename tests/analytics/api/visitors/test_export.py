"""GET /v1/visitors/{key}: everything that is known of a visitor."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test.utils import CaptureQueriesContext

from analytics import erasure
from analytics.exporting import visitor as exporting
from analytics.models import ViewingSession, Visitor
from analytics.team import team_viewer_mark
from analytics.viewers.lists import people_list_create
from tests.analytics.api.visitors.conftest import ANNA, forget, is_unknown, pieces, registered, rows, told
from tests.analytics.api.wistia.conftest import MOMENT, Stage
from tests.analytics.test_export_formats import Breaking
from tests.oracle.sampling import uuid4
from videos.models import Video

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


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
