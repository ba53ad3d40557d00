"""Viewing sessions are deleted when their workspace keeps them no longer, and nobody else's, and no younger ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from analytics import retention
from analytics.models import ViewingSession, Visitor
from analytics.retention import leaving, retention_apply, sessions_outlived_delete
from tests.analytics.worlds import sessions_load
from tests.oracle.sampling import uuid7
from videos.models import Video, Workspace
from videos.retention import Leaving, retention_leaving

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
DAYS = (1, 20, 40, 70, 100, 400)


def loaded(workspace: Workspace, **more: Any) -> dict[int, str]:
    """Import a session of so many days ago for each of DAYS, in two snapshots; return their ids."""
    video = Video.objects.create(workspace=workspace, title="A", duration=60)
    found = {days: uuid7(int((NOW - timedelta(days=days)).timestamp() * 1000)) for days in DAYS}
    for seq in (1, 2):
        lines = [
            {"v": 1, "video": video.public_id, "session": session, "seq": seq, "plays": seq, **more}
            for session in found.values()
        ]
        sessions_load(workspace, {video.public_id: video.public_id}, lines)
    return found


def kept(workspace: Workspace) -> set[str]:
    rows = ViewingSession.objects.filter(workspace_id=workspace.pk)
    return {str(each) for each in rows.values_list("id", flat=True)}


def parts() -> int:
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute("SELECT count() FROM system.parts WHERE table = 'viewing_session' AND active AND rows > 0")
        return cursor.fetchone()[0]


@pytest.fixture
def acme(db: None) -> Workspace:
    return Workspace.objects.create(name="Acme", retention=30, retention_unit="days")


@pytest.fixture
def umbrella(db: None) -> Workspace:
    return Workspace.objects.create(name="Umbrella")


@pytest.mark.parametrize("is_shared", [True, False], ids=["parts of two workspaces", "parts of one"])
def test_what_is_older_goes_and_all_else_stays(acme: Workspace, umbrella: Workspace, is_shared: bool) -> None:
    ours, theirs = loaded(acme), loaded(umbrella)
    if is_shared:
        with connections["clickhouse"].cursor() as cursor:
            cursor.execute("OPTIMIZE TABLE viewing_session FINAL")
    before = parts()
    assert leaving(acme.pk, NOW - timedelta(days=30)) == (4, 0)
    assert retention_apply(NOW) == 1
    assert kept(acme) == {ours[1], ours[20]}
    assert kept(umbrella) == set(theirs.values())
    assert leaving(acme.pk, NOW - timedelta(days=30)) == (0, 0)
    # Whole parts go at once; what lies beside another workspace's rows is deleted row by row.
    assert (parts() == before) == is_shared
    assert retention_apply(NOW) == 0


def test_a_session_on_the_line_stays(acme: Workspace) -> None:
    video = Video.objects.create(workspace=acme, title="A")
    line = datetime(2026, 2, 13, tzinfo=UTC)
    moments = [line - timedelta(milliseconds=1), line]
    ids = [uuid7(int(moment.timestamp() * 1000)) for moment in moments]
    lines = [{"v": 1, "video": video.public_id, "session": each, "seq": 1} for each in ids]
    sessions_load(acme, {video.public_id: video.public_id}, lines)
    retention_apply(NOW)
    assert kept(acme) == {ids[1]}


def test_a_part_that_is_gone_meanwhile_leaves_its_rows_to_be_deleted(
    acme: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = loaded(acme)
    monkeypatch.setattr(retention, "DROP", "ALTER TABLE viewing_session DROP PART '{part:String}_gone'")
    with connections["clickhouse"].cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(retention.DROP, {"part": "202601_1_1_0"})
    retention_apply(NOW)
    assert kept(acme) == {ours[1], ours[20]}


def test_people_of_whom_nothing_is_left_are_forgotten(acme: Workspace, umbrella: Workspace) -> None:
    video = Video.objects.create(workspace=acme, title="A")
    watched = {"gone": (100, 40), "stays": (100, 2), "new": (1,)}
    lines = [
        {
            "v": 1,
            "video": video.public_id,
            "session": uuid7(int((NOW - timedelta(days=days)).timestamp() * 1000) + number),
            "seq": 1,
            "visitor": f"browser-{name}",
            "identity": {"email": f"{name}@example.com"},
        }
        for number, (name, several) in enumerate(watched.items())
        for days in several
    ]
    sessions_load(acme, {video.public_id: video.public_id}, lines)
    Visitor.objects.create(
        workspace=umbrella, key="browser-gone", identity_digest="x", identifying_session=uuid7(0), first_seen_at=NOW
    )
    assert retention_leaving(acme.pk, NOW - timedelta(days=30)) == Leaving(3, 1, NOW - timedelta(days=30))
    assert sessions_outlived_delete(acme.pk, NOW - timedelta(days=30))
    assert {person.email for person in Visitor.objects.filter(workspace=acme)} == {
        "stays@example.com",
        "new@example.com",
    }
    assert Visitor.objects.filter(workspace=umbrella).count() == 1


def test_who_was_known_before_but_never_watched_is_forgotten_in_time_too(acme: Workspace) -> None:
    for name, days in (("old", 60), ("young", 3)):
        Visitor.objects.create(
            workspace=acme,
            key=name,
            identity_digest=name,
            identifying_session=uuid7(0),
            first_seen_at=NOW - timedelta(days=days),
        )
    retention_apply(NOW)
    assert [person.key for person in Visitor.objects.all()] == ["young"]
