"""DELETE /v1/visitors/{key}: nothing is known of a visitor any more, and of nobody less."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics import erasure
from analytics.collect.persons import IDENTIFIED
from analytics.collect.spool import SPOOL
from analytics.models import PeopleList, Visitor
from analytics.team import team_keys, team_viewer_mark
from analytics.viewers.lists import people_draft_set, people_list_create
from tests.analytics.api.visitors.conftest import ANNA, forget, is_unknown, registered, rows, told
from tests.analytics.api.wistia.conftest import MOMENT, Stage
from videos.models import HookDelivery, Registration
from videos.services import user_invited, video_create, webhook_create, webhook_emit

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])


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
