"""The collector's care for senders: addresses, consent, known persons, load, and an engine that refuses."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from analytics.collect.app import Collector
from analytics.collect.counters import drop_counts
from analytics.imports import Report, sessions_import
from analytics.models import DailySalt, ViewingSession, Visitor
from tests.analytics.collect.conftest import Engine, Served, served
from tests.analytics.collect.examples import CHROME, VISIT, now_ms, snapshot, uuid7
from videos.api.shapes import instant_shown
from videos.models import Video, Workspace
from videos.services import webhook_create, workspace_update

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
Stored = Callable[[], list[ViewingSession]]


def test_an_address_that_sends_too_much_is_told_when_to_come_back(
    settings: Any, transactional_db: None, engine: Engine
) -> None:
    settings.COLLECT_PER_ADDRESS_PER_MINUTE = 3
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    with served(Collector(engine)) as server:
        answers = [server.send([], X_Forwarded_For="203.0.113.5") for _ in range(5)]
        assert [answer.status for answer in answers] == [204, 204, 204, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
        assert answers[-1].headers["access-control-allow-origin"] == "*"
        assert server.send([], X_Forwarded_For="203.0.113.6").status == 204


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ("none", ("", "")),
        ("truncated", ("85.214.132.0", "2001:4860:4860::")),
        ("full", ("85.214.132.117", "2001:4860:4860::8888")),
    ],
)
def test_addresses_are_kept_as_the_workspace_says(
    kept: str,
    expected: tuple[str, str],
    settings: Any,
    workspace: Workspace,
    video: Video,
    engine: Engine,
    stored: Stored,
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(address_kept=kept)
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    with served(Collector(engine)) as server:
        for number, address in enumerate(("85.214.132.117", "2001:4860:4860::8888")):
            one = snapshot(video.public_id, session=uuid7(now_ms() + number))
            assert server.send(one, X_Forwarded_For=f"6.6.6.6, {address}").status == 204
        refused = snapshot(video.public_id, session=uuid7(now_ms() + 9), consent=False)
        assert server.send(refused, X_Forwarded_For="85.214.132.117").status == 204
    assert tuple(row.ip for row in stored()) == (*expected, "")
    assert [row.country for row in stored()] == ["DE", "US", "DE"]


@pytest.mark.parametrize("more", [{"consent": False}, {"visitor": None}, {"visitor": ""}])
def test_without_consent_or_visitor_no_identifier_is_stored(
    more: dict[str, Any], collecting: Served, video: Video, stored: Stored
) -> None:
    identity = {"id": "42", "email": "someone@example.com", "name": "Someone"}
    for _ in range(2):
        sent = snapshot(video.public_id, identity=identity, **more)
        if more.get("visitor", 0) is None:
            sent.pop("visitor", None)
        assert collecting.send(sent, User_Agent=CHROME).status == 204
    assert collecting.send(sent | {"session": uuid7()}, User_Agent="another").status == 204
    rows = stored()
    assert len({row.visitor for row in rows}) == 2
    assert len({row.visit for row in rows}) == 2
    assert all(row.visitor not in ("", "browser-1") and str(row.visit) != VISIT for row in rows)
    assert Visitor.objects.count() == 0
    assert DailySalt.objects.count() == 1


@pytest.mark.parametrize(("consent", "is_kept"), [(True, True), (None, False), (False, False)])
def test_where_consent_is_required_it_must_be_said(
    settings: Any, collecting: Served, video: Video, stored: Stored, consent: Any, is_kept: bool
) -> None:
    workspace_update(video.workspace, consent_required=True, address_kept="full")
    sent = snapshot(video.public_id, identity={"email": "someone@example.com"}, consent=consent)
    assert collecting.send(sent, User_Agent=CHROME).status == 204
    [row] = stored()
    assert (row.visitor == "browser-1", str(row.visit) == VISIT, row.ip != "") == (is_kept,) * 3
    assert Visitor.objects.exists() == is_kept


def test_a_person_is_told_to_webhooks_once_and_imported_ones_never(collecting: Served, video: Video) -> None:
    hook = webhook_create(video.workspace, url="https://example.com/", events=["visitor.identified"])
    identity = {"email": "someone@example.com", "name": "Someone", "org": {"name": "Org"}}
    for browser in ("browser-1", "browser-1", "browser-2"):
        one = snapshot(video.public_id, identity=identity, visitor=browser, session=uuid7())
        assert collecting.send(one).status == 204
    [delivery] = hook.deliveries.all()
    told = json.loads(delivery.body)
    assert told["type"] == "visitor.identified"
    person = Visitor.objects.get()
    assert told["data"] == {
        "visitor": "browser-1",
        "id": None,
        "email": "someone@example.com",
        "name": "Someone",
        "org": {"name": "Org", "title": None},
        "source": None,
        "session": str(person.identifying_session),
        "first_seen_at": instant_shown(person.first_seen_at),
    }
    history = snapshot(video.public_id, identity={"email": "other@example.com"}, session=uuid7())
    sessions_import(video.workspace_id, [json.dumps(history).encode()], Report())
    assert Visitor.objects.count() == 2
    assert hook.deliveries.count() == 1


def test_a_known_person_has_one_key_in_every_browser(collecting: Served, video: Video, stored: Stored) -> None:
    identity = {"email": "Someone@Example.com", "name": "Someone", "org": {"name": "Org"}, "source": "turnstile"}
    first = snapshot(video.public_id, identity=identity, session=uuid7(now_ms() - 9))
    assert collecting.send(first).status == 204
    other = snapshot(video.public_id, identity={"email": "someone@example.com"}, visitor="browser-2")
    assert collecting.send(other).status == 204
    assert [row.visitor for row in stored()] == ["browser-1", "browser-1"]
    person = Visitor.objects.get()
    assert (person.key, person.email, person.name, person.org_name) == (
        "browser-1",
        "someone@example.com",
        "Someone",
        "Org",
    )
    assert (person.source, str(person.identifying_session)) == ("turnstile", first["session"])


def test_many_at_once_share_commits_and_look_ups(collecting: Served, engine: Engine, workspace: Workspace) -> None:
    videos = [Video.objects.create(workspace=workspace, title=str(number)) for number in range(5)]
    with ThreadPoolExecutor(20) as pool:
        sent = pool.map(lambda number: collecting.send(snapshot(videos[number % 5].public_id)).status, range(200))
        assert set(sent) == {204}
    assert ViewingSession.objects.count() == 200
    assert engine.inserts < 50
    with CaptureQueriesContext(connection) as queries:
        assert collecting.send(snapshot(videos[0].public_id)).status == 204
    assert len(queries) == 0


def test_while_the_engine_refuses_snapshots_are_spooled_and_come_back(
    engine: Engine, video: Video, stored: Stored
) -> None:
    engine.refuse = lambda rows: OperationalError("the engine is down")
    with served(Collector(engine)) as server:
        for seq in (1, 2):
            assert server.send(snapshot(video.public_id, seq=seq)).status == 204
    assert stored() == []
    engine.refuse = lambda rows: None
    with served(Collector(engine)):
        deadline = time.monotonic() + 15
        while len(stored()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert [row.seq for row in stored()] == [1, 2]


def test_when_the_spool_fails_too_the_player_is_told_to_keep_its_state(
    engine: Engine, video: Video, data_of_its_own: Any
) -> None:
    (data_of_its_own / "spool").write_text("a file where the directory should be")
    engine.refuse = lambda rows: OperationalError("the engine is down")
    with served(Collector(engine)) as server:
        answer = server.send(snapshot(video.public_id))
    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["access-control-expose-headers"] == "retry-after"


def test_a_row_that_the_engine_cannot_take_goes_to_quarantine_alone(
    engine: Engine, video: Video, stored: Stored, data_of_its_own: Any
) -> None:
    engine.refuse = lambda rows: DataError("bad row") if any(row.seq == 13 for row in rows) else None
    with served(Collector(engine)) as server:
        answer = server.send([snapshot(video.public_id, seq=seq) for seq in (11, 12, 13, 14)])
        assert answer.status == 204
        file = data_of_its_own / "spool" / "quarantine.ndjson"
        deadline = time.monotonic() + 15
        while not file.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert sorted(row.seq for row in stored()) == [11, 12, 14]
    assert [json.loads(line)["row"]["seq"] for line in file.read_text().splitlines()] == [13]
    assert list((data_of_its_own / "spool").glob("*.segment")) == []


def test_drops_are_counted_by_reason(collecting: Served, video: Video) -> None:
    before = drop_counts()
    collecting.send(b"{")
    collecting.send(snapshot("vid_0000000000"))
    collecting.send([snapshot(video.public_id, v=2), snapshot(video.public_id, plays="1")])
    after = drop_counts()
    assert {reason: after[reason] - before.get(reason, 0) for reason in ("unparsable", "unknown_video", "invalid")} == {
        "unparsable": 1,
        "unknown_video": 1,
        "invalid": 2,
    }


def test_a_bad_setting_stops_the_start(settings: Any, transactional_db: None, tmp_path: Any) -> None:
    settings.GEOIP_PATH = str(tmp_path / "missing.mmdb")
    with pytest.raises(ImproperlyConfigured, match=r"missing\.mmdb"):
        asyncio.run(Collector().start())
    settings.GEOIP_PATH = ""
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "proxy.example"]
    with pytest.raises(ImproperlyConfigured, match=r"TRUSTED_PROXIES: 'proxy\.example'"):
        asyncio.run(Collector().start())
