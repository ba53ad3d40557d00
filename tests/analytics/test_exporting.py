"""What leaves as NDJSON and comes in elsewhere is the same: every column of the fact, every number by any dimension."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.collect.enrich import EPOCH
from analytics.context import Context, Scope
from analytics.dimensions import DIMENSIONS
from analytics.exporting.sessions import ExportOrder, SessionsExport, sessions_count
from analytics.imports import Report, sessions_import
from analytics.metrics import METRICS
from analytics.models import ViewingSession, Visitor
from analytics.periods import Period, period_named, period_of_dates
from analytics.query import Question, ask
from tests.analytics.collect.examples import ndjson, snapshot
from tests.analytics.test_query import random_worlds
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle.catalog import Catalog
from tests.oracle.sampling import random_catalog, random_sessions, uuid7
from tests.oracle.strategies import World, worlds
from videos.models import AddressKept, Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
NOT_CARRIED = {"workspace_id", "video_id", "received_at"}
COLUMNS = [field.name for field in ViewingSession._meta.concrete_fields if field.name not in NOT_CARRIED]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def all_time(workspace: Workspace) -> Period:
    return period_named("all_time", workspace.zone, datetime.now(UTC))


def exported(workspace: Workspace, **more: Any) -> bytes:
    order = {"context": Context(workspace), "period": all_time(workspace), "with_bots": True, **more}
    with SessionsExport(ExportOrder(**order)) as export:
        return b"".join(export)


def lines_of(workspace: Workspace, **more: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(workspace, **more).splitlines()]


def imported(workspace: Workspace, text: bytes) -> Report:
    """Import a file whose videos are another workspace's."""
    report = Report()
    sessions_import(workspace.pk, [text], report, by_title=True)
    assert report.errors == []
    return report


def facts(workspace: Workspace) -> dict[uuid.UUID, dict[str, Any]]:
    rows = ViewingSession.objects.filter(workspace_id=workspace.pk).values("video_id", *COLUMNS)
    titles = dict(Video.objects.values_list("pk", "title"))
    return {row["id"]: {**row, "video_id": titles[row["video_id"]]} for row in rows}


def numbers(workspace: Workspace, now: datetime, names: dict[str, str], by: Iterable[str]) -> dict[str, Any]:
    """Return every metric in all and by each dimension, public ids of the catalog by what `names` calls them."""
    context = Context(workspace)
    question = {"context": context, "period": all_time(workspace), "metrics": tuple(METRICS), "now": now}
    found: dict[str, Any] = {}
    for bots in (False, True):
        found[f"all {bots}"] = ask(Question(**question, with_bots=bots)).rows
        for name in by:
            rows = ask(Question(**question, by=(name,), with_bots=bots)).rows
            keyed = [({**row, name: names.get(row[name], row[name])}) for row in rows]
            found[f"{name} {bots}"] = sorted(keyed, key=lambda row: str(row[name]))
    return found


def names_of(ids: dict[str, str]) -> dict[str, str]:
    return {public_id: name for name, public_id in ids.items()}


def assert_same_elsewhere(
    catalog: Catalog, snapshots: Iterable[dict[str, Any]], now: datetime, by: Iterable[str]
) -> None:
    source, ids = catalog_load(catalog)
    sessions_load(source, ids, snapshots)
    target, other_ids = catalog_load(catalog)
    text = exported(source)
    assert imported(target, text).stored == len(facts(source))
    assert_same_facts(target, source)
    assert numbers(target, now, names_of(other_ids), by) == numbers(source, now, names_of(ids), by)


def assert_same_facts(one: Workspace, other: Workspace) -> None:
    ours, theirs = facts(one), facts(other)
    assert ours.keys() == theirs.keys()
    for key, row in ours.items():
        assert row == theirs[key], {
            name: (row[name], theirs[key][name]) for name in row if row[name] != theirs[key][name]
        }


@given(worlds(), st.sampled_from(list(DIMENSIONS)))
@random_worlds
def test_any_world_is_the_same_in_another_workspace(world: World, dimension: str) -> None:
    assert_same_elsewhere(world.catalog, world.snapshots, world.now, [dimension])


def test_thousands_of_sessions_are_the_same_in_another_workspace_by_every_dimension() -> None:
    catalog = random_catalog(1)
    people = person_words(random_sessions(1, 3000, catalog))
    # Of two persons with one address and no id, neither is written down: nobody could tell them apart elsewhere.
    by = [name for name in DIMENSIONS if name != "identified"]
    assert_same_elsewhere(catalog, people, datetime(2025, 10, 1, tzinfo=UTC), by)


def person_words(snapshots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let some visitors say who they are, some refuse, and let all have what players also tell."""
    for number, one in enumerate(snapshots):
        who = int(one["visitor"].removeprefix("visitor-"))
        one |= {
            "screen": [1920, 1080 + who],
            "language": "de-DE",
            "city": "Köln\x00,\"'",
            "lat": who % 600 / 7,
            "lon": -(who % 500) / 3,
        }
        one["quality"] = {"startup": who / 1000, "rebuffers": who % 3, "rebuffering": 0.25, "error": "MEDIA_ERR \\ 3"}
        one |= {"os_version": "17.5", "browser_version": "129.0", "network": "=cmd|' /C calc'!A0"}
        if who % 5 == 0:
            one["identity"] = {
                "email": f"Person{who % 40}@example.com",
                "name": "Ärztin \x00 =1+1",
                "source": "turnstile",
            }
        if who % 10 == 5 and number % 2:
            one["identity"] = {"id": f"id-{who}", "org": {"name": "Acme", "title": "CEO"}, "source": "embed"}
        if who % 7 == 0:
            one |= {"consent": False, "ip": f"192.0.2.{who % 250}", "user_agent": "curl/8"}
    return snapshots


@pytest.fixture
def pair() -> tuple[Workspace, Workspace, Video, Video]:
    """Two workspaces with a video of one title."""
    one, other = (Workspace.objects.create(name=name, address_kept=AddressKept.FULL) for name in ("One", "Other"))
    first, second = (
        Video.objects.create(workspace=workspace, title="Welcome", duration=Decimal(60)) for workspace in (one, other)
    )
    return one, other, first, second


def put(workspace: Workspace, *snapshots: dict[str, Any]) -> None:
    report = Report()
    sessions_import(workspace.pk, [ndjson(snapshots)], report)
    assert report.errors == []


def test_sessions_stay_as_they_were_judged_when_the_catalog_says_otherwise_by_now(
    pair: tuple[Workspace, Workspace, Video, Video],
) -> None:
    one, other, first, _ = pair
    first.duration = None
    first.save()
    put(one, snapshot(first.public_id, stretches=[[0, 50], [40, 100]]))
    put(one, snapshot(first.public_id, stretches=[[0, 58]], duration=61.5))
    first.duration = Decimal(55)
    first.save()
    put(one, snapshot(first.public_id, stretches=[[0, 58]]))
    assert sorted(filter(None, (row["duration"] for row in facts(one).values()))) == [55_000, 61_500]
    imported(other, exported(one))
    assert_same_facts(other, one)


def test_people_are_recognised_again_with_all_that_is_known_of_them(
    pair: tuple[Workspace, Workspace, Video, Video],
) -> None:
    one, other, first, _ = pair
    early, said, late = (uuid7(int((NOON + timedelta(hours=hours)).timestamp() * 1000), hours) for hours in (0, 1, 2))
    anna = {"id": "7", "email": "Anna@example.com", "name": "Anna", "org": {"name": "Acme"}, "source": "turnstile"}
    put(one, snapshot(first.public_id, session=early, visitor="browser-1"))
    put(one, snapshot(first.public_id, session=said, visitor="browser-1", identity=anna))
    put(one, snapshot(first.public_id, session=late, visitor="browser-2", identity={"email": "anna@example.com"}))
    # Somebody else at the same browser.
    put(one, snapshot(first.public_id, visitor="browser-1", identity={"id": "8", "source": "embed"}))
    assert [line.get("identity", {}).get("id") for line in sorted(lines_of(one), key=lambda line: line["session"])] == [
        *(None, "7", "7", "8")
    ]
    imported(other, exported(one))
    assert_same_facts(other, one)
    known = ("key", "email", "name", "external_id", "org_name", "org_title", "source", "identifying_session")
    people = [set(Visitor.objects.filter(workspace=each).values_list(*known, "first_seen_at")) for each in (one, other)]
    assert people[0] == people[1]
    # And a session that comes later is the person's there, too.
    put(other, snapshot(Video.objects.get(workspace=other).public_id, visitor="browser-3", identity={"id": "7"}))
    assert ViewingSession.objects.filter(workspace_id=other.pk, visitor="browser-1").count() == 4


def test_two_people_with_one_address_stay_two(pair: tuple[Workspace, Workspace, Video, Video]) -> None:
    one, other, first, _ = pair
    for visitor, identity in (
        ("by-id", {"id": "1"}),
        ("by-address", {"email": "x@example.com"}),
        ("by-id", {"id": "1", "email": "x@example.com"}),
    ):
        put(one, snapshot(first.public_id, visitor=visitor, identity=identity))
    imported(other, exported(one))
    assert_same_facts(other, one)
    assert {row["visitor"] for row in facts(other).values()} == {"by-id", "by-address"}


def test_an_export_without_identities_has_the_keys_only(pair: tuple[Workspace, Workspace, Video, Video]) -> None:
    one, other, first, _ = pair
    put(one, snapshot(first.public_id, identity={"email": "anna@example.com", "name": "Anna"}))
    text = exported(one, with_identities=False)
    assert b"anna" not in text.lower()
    imported(other, text)
    assert_same_facts(other, one)


def test_addresses_go_along_as_they_were_kept_and_arrive_as_the_other_workspace_keeps_them(
    pair: tuple[Workspace, Workspace, Video, Video],
) -> None:
    one, other, first, _ = pair
    put(one, snapshot(first.public_id, ip="192.0.2.77", country="DE"))
    imported(other, exported(one))
    assert_same_facts(other, one)
    Workspace.objects.filter(pk=other.pk).update(address_kept=AddressKept.TRUNCATED)
    put(one, snapshot(first.public_id, ip="192.0.2.78", country="DE", seq=1))
    imported(other, exported(one))
    assert sorted(row["ip"] for row in facts(one).values()) == ["192.0.2.77", "192.0.2.78"]
    assert sorted({row["ip"] for row in facts(other).values()})[0] == "192.0.2.0"


def test_an_export_has_the_period_the_scope_and_the_bots_that_were_asked_for(
    pair: tuple[Workspace, Workspace, Video, Video],
) -> None:
    one, _, first, _ = pair
    second = Video.objects.create(workspace=one, title="Second")
    for day, video, bot in ((1, first, False), (2, first, True), (2, second, False), (3, second, False)):
        at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)
        put(one, snapshot(video.public_id, session=uuid7(int(at.timestamp() * 1000), day * 10 + bot), bot=bot))
    second_of_march = period_of_dates(NOON.date().replace(day=2), NOON.date().replace(day=2), one.zone)
    assert len(lines_of(one)) == 4
    assert len(lines_of(one, with_bots=False)) == 3
    assert [line["title"] for line in lines_of(one, period=second_of_march, with_bots=False)] == ["Second"]
    scope = Scope("video", first.public_id)
    assert [line["bot"] for line in lines_of(one, scope=scope)] in ([False, True], [True, False])
    assert sessions_count(ExportOrder(Context(one), all_time(one), scope=scope)) == 1


def test_sessions_of_a_video_that_is_gone_are_left_out(pair: tuple[Workspace, Workspace, Video, Video]) -> None:
    one, _, first, _ = pair
    put(one, snapshot(first.public_id))
    row = ViewingSession.objects.get(workspace_id=one.pk)
    row.video_id, row.id = 999_999_999, uuid.UUID(uuid7(int(NOON.timestamp() * 1000)))
    row.started_at = EPOCH + timedelta(milliseconds=row.id.int >> 80)
    ViewingSession.objects.bulk_create([row])
    for form in ("ndjson", "csv"):
        assert str(row.id).encode() not in exported(one, format=form)
    assert len(lines_of(one)) == 1


def test_a_workspace_without_sessions_or_videos_makes_an_empty_file(db: None) -> None:
    empty = Workspace.objects.create(name="Empty")
    assert exported(empty) == b""
    assert exported(empty, format="csv").count(b"\r\n") == 1
    assert exported(empty, format="parquet").endswith(b"PAR1")


def test_an_export_that_is_not_wanted_any_more_ends(pair: tuple[Workspace, Workspace, Video, Video]) -> None:
    one, _, first, _ = pair
    put(one, *(snapshot(first.public_id) for _ in range(3000)))
    for form in ("ndjson", "csv", "parquet"):
        wanted = iter([True])
        order = ExportOrder(Context(one), all_time(one), form)
        with SessionsExport(order, is_wanted=lambda wanted=wanted: next(wanted, False)) as export:
            assert sum(map(len, export)) < 512 * 1024
