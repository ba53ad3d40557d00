"""Visitors: who they are, what they did, and how their list is narrowed, ordered and paged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from analytics.api.wistia import people
from analytics.models import Visitor
from tests.analytics.api.conftest import History
from tests.analytics.api.wistia.conftest import MOMENT, Stage

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]
JIM = {
    "email": "Jim@Example.com",
    "name": "Jim",
    "org": {"name": "Jim's Lemonade", "title": "Expert lemon squeezer"},
    "source": "turnstile",
}
CLIENT = {"device": "desktop", "os": "macOS", "browser": "Chrome", "browser_version": "45"}
NOBODY = {"name": None, "email": None, "org": {"name": None, "title": None}}


def shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["visitor_key"] for row in rows]


def test_a_known_visitor_has_all_that_the_reference_shows(stage: Stage) -> None:
    first = stage.play(MOMENT, visitor="browser-1", identity=JIM, **CLIENT)
    last = stage.play(MOMENT + timedelta(hours=2), visitor="browser-1", identity=JIM, **CLIENT)
    stage.play(MOMENT + timedelta(hours=3), visitor="browser-1", identity=JIM, plays=0, stretches=[], **CLIENT)
    expected = {
        "visitor_key": "browser-1",
        "created_at": "2025-05-06T07:08:09Z",
        "last_active_at": "2025-05-06T09:08:09Z",
        "last_event_key": last,
        "load_count": 3,
        "play_count": 2,
        "identifying_event_key": first,
        "visitor_identity": {
            "name": "Jim",
            "email": "jim@example.com",
            "org": {"name": "Jim's Lemonade", "title": "Expert lemon squeezer"},
        },
        "user_agent_details": {"browser": "Chrome", "browser_version": "45", "platform": "mac", "mobile": False},
    }
    listed = stage.get("stats/visitors.json")
    assert listed == [expected]
    assert list(listed[0]) == list(expected)
    del expected["identifying_event_key"]
    one = stage.get("stats/visitors/browser-1.json")
    assert one == expected
    assert list(one) == list(expected)


def test_of_an_unknown_visitor_nothing_is_said(stage: Stage) -> None:
    stage.play()
    (row,) = stage.get("stats/visitors.json")
    assert row["visitor_identity"] == NOBODY
    assert row["identifying_event_key"] is None
    nothing = {"browser": None, "browser_version": None, "platform": None, "mobile": False}
    assert row["user_agent_details"] == nothing


def test_who_never_played_was_never_active(stage: Stage) -> None:
    stage.play(plays=0, stretches=[])
    (row,) = stage.get("stats/visitors")
    assert (row["last_active_at"], row["last_event_key"]) == (None, None)
    assert (row["created_at"], row["load_count"], row["play_count"]) == (shown(MOMENT), 1, 0)


@pytest.mark.parametrize(
    ("os", "device", "platform", "mobile"),
    [
        ("macOS", "desktop", "mac", False),
        ("Mac OS X", "desktop", "mac", False),
        ("Windows", "desktop", "windows", False),
        ("Ubuntu", "desktop", "linux", False),
        ("iOS", "smartphone", "ios", True),
        ("iOS", "tablet", "ios", False),
        ("Android", "smartphone", "android", True),
        ("Tizen", "tv", "tizen", False),
        ("", "other", None, False),
    ],
)
def test_platforms_have_wistias_names(stage: Stage, os: str, device: str, platform: str | None, mobile: bool) -> None:
    stage.play(os=os, device=device)
    details = stage.get("stats/visitors/anna.json")["user_agent_details"]
    assert (details["platform"], details["mobile"]) == (platform, mobile)


def test_every_visitor_has_the_oracles_counts(history: History) -> None:
    people_only = [session for session in history.sessions if not session.bot]
    rows = []
    for page in range(1, 4):
        rows += history.client.get("/v1/stats/visitors.json", {"page": page}).json()
    assert history.client.get("/v1/stats/visitors.json", {"page": 4}).json() == []
    assert sorted(keys(rows)) == sorted({session.visitor for session in people_only})
    for row in rows:
        own = [session for session in people_only if session.visitor == row["visitor_key"]]
        played = [session for session in own if session.played]
        assert (row["load_count"], row["play_count"]) == (len(own), len(played))
        assert row["created_at"] == shown(own[0].started_at)
        assert row["last_active_at"] == (shown(played[-1].started_at) if played else None)
        assert row["last_event_key"] == (played[-1].id if played else None)
    active = [row["last_active_at"] for row in rows if row["last_active_at"]]
    assert active == sorted(active, reverse=True)
    assert all(row["last_active_at"] is None for row in rows[len(active) :])
    paged = []
    for page in (1, 2, 3):
        paged += keys(history.client.get("/v1/stats/visitors.json", {"page": page, "per_page": 7}).json())
    assert paged == keys(rows)[:21]


def test_who_did_anything_last_comes_first_and_who_never_played_after_all_others(stage: Stage) -> None:
    stage.play(MOMENT, visitor="early")
    stage.play(MOMENT + timedelta(days=1), visitor="late")
    stage.play(MOMENT + timedelta(days=2), visitor="early", plays=0, stretches=[])
    stage.play(MOMENT + timedelta(days=3), visitor="never", plays=0, stretches=[])
    stage.play(MOMENT + timedelta(days=4), visitor="never, later", plays=0, stretches=[])
    assert keys(stage.get("stats/visitors.json")) == ["late", "early", "never, later", "never"]


def cast(stage: Stage) -> None:
    """Four known persons, of whom b came by a turnstile and has no name, d has no e-mail; and a stranger."""
    known = {
        "a": {"email": "ada@example.com", "name": "Ada Lovelace", "source": "embed"},
        "d": {"id": "4711", "name": "Dora"},
        "c": {"id": "4712", "email": "cora@example.org", "source": "embed"},
        "b": {"email": "ben@example.com", "source": "turnstile"},
    }
    for hour, (visitor, identity) in enumerate(known.items()):
        stage.play(MOMENT + timedelta(hours=hour), visitor=visitor, identity=identity)
    stage.play(MOMENT + timedelta(hours=9), visitor="stranger")


NARROWED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["stranger", "b", "c", "d", "a"]),
    ({"filter": ""}, ["stranger", "b", "c", "d", "a"]),
    ({"filter": "has_name"}, ["d", "a"]),
    ({"filter": "has_email"}, ["b", "c", "a"]),
    ({"filter": "identified_by_email_gate"}, ["b"]),
    ({"filter": "has_email", "per_page": 2}, ["b", "c"]),
    ({"filter": "has_email", "per_page": 2, "page": 2}, ["a"]),
    ({"filter": "has_email", "per_page": 2, "page": 3}, []),
    ({"search": "ada@example.com"}, ["a"]),
    ({"search": "@example.com"}, ["b", "a"]),
    ({"search": "Lovelace"}, ["a"]),
    ({"search": "lovelace"}, []),
    ({"search": "Ada@Example.com"}, ["a"]),
    ({"search": "Do"}, ["d"]),
    ({"search": "%"}, []),
    ({"search": "4711"}, []),
    ({"search": "example", "filter": "has_name"}, ["a"]),
]


@pytest.mark.parametrize("size", [4_000_000, 20, 1])
def test_filter_and_search_narrow_the_list_in_however_many_statements(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(people, "BYTES_OF_KEYS", size)
    cast(stage)
    for parameters, expected in NARROWED:
        assert keys(stage.get("stats/visitors.json", **parameters)) == expected, parameters


def test_a_person_known_by_two_browsers_is_one_visitor(stage: Stage) -> None:
    first = stage.play(visitor="laptop", identity=JIM)
    stage.play(MOMENT + timedelta(days=1), visitor="phone", identity=JIM)
    (row,) = stage.get("stats/visitors.json", search="Jim")
    assert (row["visitor_key"], row["load_count"], row["identifying_event_key"]) == ("laptop", 2, first)


def test_a_visitor_of_whom_only_a_bot_was_seen_is_none(stage: Stage) -> None:
    stage.play(visitor="crawler", bot=True, identity=JIM)
    assert Visitor.objects.filter(key="crawler").exists()
    assert stage.get("stats/visitors.json") == stage.get("stats/visitors.json", filter="has_email") == []
    assert stage.client.get("/v1/stats/visitors/crawler.json").status_code == 404


@pytest.mark.parametrize("key", ["a/b", "x.json", "Ünï côde", "100%", "a b?c#d"])
def test_any_key_that_a_page_gave_can_be_asked_for(stage: Stage, key: str) -> None:
    stage.play(datetime(2025, 1, 1, tzinfo=UTC), visitor=key)
    assert stage.get(f"stats/visitors/{quote(key, safe='')}.json")["visitor_key"] == key


def test_a_hundred_a_page_at_most_and_by_default(stage: Stage) -> None:
    for number in range(103):
        stage.play(MOMENT + timedelta(seconds=number), visitor=f"v{number:03}")
    assert len(stage.get("stats/visitors.json")) == 100
    assert len(stage.get("stats/visitors.json", per_page=500)) == 100
    assert keys(stage.get("stats/visitors.json", page=2)) == ["v002", "v001", "v000"]
    assert stage.get("stats/visitors.json", page=3) == []
