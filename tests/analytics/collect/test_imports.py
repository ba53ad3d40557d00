"""History in bulk: the service, the endpoint and the command, into the real engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings

from analytics import imports
from analytics.collect.facts import FactRow
from analytics.collect.lines import LONGEST_LINE
from analytics.imports import NotImported, Report, sessions_import
from analytics.models import ViewingSession, Visitor
from tests.analytics.collect.examples import CHROME, VISIT, ndjson, now_ms, snapshot, uuid7
from tests.analytics.worlds import catalog_load
from tests.oracle import facts
from tests.oracle.strategies import World, worlds
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
Stored = Callable[[], list[ViewingSession]]
Y2010 = 1_262_304_000_000


def imported(workspace: Workspace, *items: Any) -> Report:
    report = Report()
    sessions_import(workspace.pk, [ndjson(items)], report)
    return report


def rows_now() -> list[tuple[Any, ...]]:
    columns = [name for name in FactRow.__struct_fields__ if name != "received_at"]
    return sorted(ViewingSession.objects.values_list(*columns), key=str)


def test_a_line_may_say_what_the_server_would_have_added(workspace: Workspace, video: Video, stored: Stored) -> None:
    told = {
        "country": "de",
        "region": "Bavaria",
        "city": "München",
        "lat": 48.1,
        "lon": 11.6,
        "network": "Net",
        "device": "tv",
        "os": "Tizen",
        "os_version": "6.0",
        "browser": "Samsung",
        "browser_version": "1",
        "bot": True,
    }
    report = imported(workspace, snapshot(video.public_id, session=uuid7(Y2010), **told))
    assert (report.stored, report.rejected, report.errors) == (1, 0, [])
    [row] = stored()
    assert (row.country, row.started_at.year) == ("DE", 2010)
    for name, value in told.items():
        assert name == "country" or getattr(row, name) == value


def test_a_raw_user_agent_and_an_address_say_the_rest(workspace: Workspace, video: Video, stored: Stored) -> None:
    lines = [
        snapshot(video.public_id, session=uuid7(Y2010), user_agent=CHROME, ip="85.214.132.117"),
        snapshot(video.public_id, session=uuid7(Y2010 + 1), user_agent=CHROME, device="tv", os="", bot=True),
        snapshot(video.public_id, session=uuid7(Y2010 + 2), ip="85.214.132.117", city="Nowhere", network="Net"),
    ]
    assert imported(workspace, *lines).stored == 3
    agent, mixed, place = stored()
    assert (agent.device, agent.os, agent.browser, agent.bot, agent.country, agent.ip) == (
        *("desktop", "Windows", "Chrome", False, "DE", ""),
    )
    assert (mixed.device, mixed.os, mixed.os_version, mixed.browser, mixed.bot) == ("tv", "", "10", "Chrome", True)
    assert (place.country, place.city, place.network, place.device) == ("", "Nowhere", "Net", "other")


def test_addresses_of_history_are_kept_as_the_workspace_says(
    workspace: Workspace, video: Video, stored: Stored
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(address_kept="truncated")
    lines = [
        snapshot(video.public_id, session=uuid7(Y2010), ip="85.214.132.117"),
        snapshot(video.public_id, session=uuid7(Y2010 + 1), ip="85.214.132.117", consent=False),
    ]
    assert imported(workspace, *lines).stored == 2
    assert [row.ip for row in stored()] == ["85.214.132.0", ""]


def test_lines_are_rejected_one_by_one_with_their_number(workspace: Workspace, video: Video) -> None:
    other = Video.objects.create(workspace=Workspace.objects.create(name="Other"), title="Theirs")
    lines = [
        snapshot(video.public_id),
        snapshot("vid_0000000000"),
        snapshot(other.public_id),
        snapshot(video.public_id, session=uuid7(now_ms() + 3_600_000)),
        snapshot(video.public_id, ip="nonsense"),
        snapshot(video.public_id, country="DEU", lat=91, device="toaster", seq=-1),
        [],
    ]
    data = (
        b"\n" + ndjson(lines) + b"{broken\n\n" + b"x" * (LONGEST_LINE + 1) + b"\n" + ndjson([snapshot(video.public_id)])
    )
    report = Report()
    sessions_import(workspace.pk, [data], report)
    assert (report.stored, report.rejected) == (2, 8)
    assert sorted((error.line, error.field) for error in report.errors) == [
        *((3, "video"), (4, "video"), (5, "session"), (6, "ip")),
        *((7, "country"), (7, "device"), (7, "lat"), (7, "seq"), (8, ""), (9, ""), (11, "")),
    ]


def test_only_the_first_hundred_findings_are_told(workspace: Workspace) -> None:
    report = imported(workspace, *[{}] * 500)
    assert (report.stored, report.rejected, len(report.errors)) == (0, 500, 100)
    assert {error.line for error in report.errors} == set(range(1, 26))


def test_the_same_file_twice_changes_nothing(
    workspace: Workspace, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PORTION", 7)
    monkeypatch.setattr(imports, "BATCH", 20)
    lines = [
        snapshot(
            video.public_id,
            session=uuid7(Y2010 + number // 3 * 86_400_000, tail=number // 3),
            seq=number % 3,
            visitor=f"browser-{number % 5}" if number % 2 else None,
            visit=VISIT if number % 4 else None,
            identity={"email": f"{number % 3}@x.org", "name": "Name"} if number % 7 == 1 else None,
            ip=f"203.0.113.{number % 9}" if number % 6 else None,
            user_agent=CHROME if number % 5 else None,
        )
        for number in range(150)
    ]
    assert imported(workspace, *lines).stored == 150
    first, people = rows_now(), list(Visitor.objects.order_by("pk").values_list())
    assert len(first) == 50
    assert imported(workspace, *lines).stored == 150
    assert rows_now() == first
    assert list(Visitor.objects.order_by("pk").values_list()) == people
    assert ViewingSession.objects.count() == 50


def test_history_without_a_visitor_is_told_apart_by_address_agent_and_day(
    workspace: Workspace, video: Video, stored: Stored
) -> None:
    def line(at: int, **more: Any) -> dict[str, Any]:
        one = snapshot(video.public_id, session=uuid7(Y2010 + at), **more)
        return {key: value for key, value in one.items() if key not in ("visitor", "visit")}

    day = 86_400_000
    imported(
        workspace,
        line(0, ip="203.0.113.9", user_agent=CHROME),
        line(1, ip="203.0.113.9", user_agent=CHROME),
        line(2, ip="203.0.113.8", user_agent=CHROME),
        line(3, user_agent=CHROME),
        line(4),
        line(5),
        line(day, ip="203.0.113.9", user_agent=CHROME),
    )
    keys = [row.visitor for row in stored()]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 6
    assert "" not in keys


def test_known_persons_of_history_are_stored(workspace: Workspace, video: Video, stored: Stored) -> None:
    lines = [
        snapshot(video.public_id, session=uuid7(Y2010 + number), visitor=f"b{number}", identity={"email": "a@x.org"})
        for number in range(3)
    ]
    imported(workspace, *lines, snapshot(video.public_id, identity={"email": "b@x.org"}, consent=False))
    assert [row.visitor for row in stored()][:3] == ["b0"] * 3
    assert Visitor.objects.get().email == "a@x.org"


def test_history_may_span_more_months_than_one_block_takes(workspace: Workspace, video: Video) -> None:
    month = 31 * 86_400_000
    report = imported(workspace, *(snapshot(video.public_id, session=uuid7(number * month)) for number in range(600)))
    assert (report.stored, report.errors) == (600, [])
    assert ViewingSession.objects.count() == 600


def test_an_engine_that_refuses_ends_the_import_and_the_report_is_right(
    workspace: Workspace, video: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PORTION", 5)
    monkeypatch.setattr(imports, "BATCH", 10)
    real, calls = imports.lines_insert, []

    def failing(lines: bytes) -> None:
        calls.append(lines)
        if len(calls) > 2:
            raise OperationalError("the engine is down")
        real(lines)

    monkeypatch.setattr(imports, "lines_insert", failing)
    report = Report()
    with pytest.raises(NotImported):
        sessions_import(workspace.pk, [ndjson(snapshot(video.public_id) for _ in range(95))], report)
    assert report.stored == ViewingSession.objects.count() == 20


@given(worlds())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_imported_worlds_are_the_oracle_s(world: World) -> None:
    workspace, ids = catalog_load(world.catalog)
    imported(workspace, *({**one, "video": ids[one["video"]]} for one in world.snapshots))
    names = {pk: name for name, pk in Video.objects.filter(workspace=workspace).values_list("title", "pk")}
    found = {str(row.id): row for row in ViewingSession.objects.filter(workspace_id=workspace.pk)}
    expected = facts.sessions_of(world.snapshots, world.catalog)
    assert set(found) == {one.id for one in expected}
    for one in expected:
        row = found[one.id]
        assert names[row.video_id] == one.video
        assert (row.started_at, str(row.visit)) == (one.started_at, one.visit)
        assert tuple(zip(row.starts, row.ends, strict=True)) == one.stretches
        assert tuple(map(bool, row.quarters)) == one.quarters
        actions = zip(row.action_type, row.action_name, row.action_at, row.action_converted, strict=True)
        assert list(actions) == [(a.type, a.name, a.at, a.converted) for a in one.actions]
        for name in (
            *("seq", "visitor", "page", "domain", "source", "utm_source", "utm_medium", "utm_campaign", "live"),
            *("watch_time", "watched", "longest_run", "duration", "elapsed", "plays", "played", "viewed", "completed"),
            *("watched_30", "country", "region", "city", "device", "os", "browser", "bot"),
        ):
            assert getattr(row, name) == getattr(one, name), name


# --- The endpoint
