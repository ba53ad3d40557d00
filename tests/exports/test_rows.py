from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from analytics.context import Context
from analytics.models import Visitor
from analytics.periods import Period, period_named, period_of_dates
from exports.fields import BREAKDOWNS, FIELDS, breakdown_named, fields_named
from exports.rows import report_table, selected_contents
from tests.exports.conftest import DATABASES
from tests.exports.expected import assert_same, expected_rows
from tests.exports.facts import stage_of, store_catalog, store_sessions
from tests.oracle import periods as oracle_periods
from tests.oracle.catalog import Catalog
from tests.oracle.facts import Session, sessions_of
from tests.oracle.sampling import random_catalog, random_sessions
from videos.errors import Unknown
from videos.models import Event, Folder, Stream, Video, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
# All time; the day of a clock change; days around a year's end.
DAYS = (None, (date(2025, 3, 30), date(2025, 3, 30)), (date(2024, 12, 30), date(2025, 1, 12)))


def report_rows(
    workspace: Workspace, period: Period | None = None, *, fields: Any = (), breakdown: str = "", **selection: Any
) -> list[dict[str, Any]]:
    context = Context(workspace)
    contents = selected_contents(context, **selection)
    table = report_table(
        context, period or all_time(workspace), contents, fields_named(fields), breakdown_named(breakdown)
    )
    rows = list(table.rows)
    assert {row.place for row in rows} == set(range(table.places))
    assert [row.place for row in rows] == sorted(row.place for row in rows)
    assert [row.is_summed for row in rows] == [row.place < len(contents.contents) for row in rows]
    names = [column.name for column in table.columns]
    return [
        {
            name: cell or "" if column.is_text else cell
            for name, column, cell in zip(names, table.columns, row.cells, strict=True)
        }
        for row in rows
    ]


def all_time(workspace: Workspace) -> Period:
    return period_named("all_time", workspace.zone, datetime.now(UTC))


@cache
def world(seed: int, count: int) -> tuple[Catalog, list[Session]]:
    catalog = random_catalog(seed)
    return catalog, sessions_of(random_sessions(seed, count, catalog), catalog)


def stored(workspace: Workspace, seed: int, count: int) -> tuple[Catalog, list[Session]]:
    catalog, sessions = world(seed, count)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    return catalog, sessions


def periods_of(
    workspace: Workspace, catalog: Catalog, sessions: list[Session]
) -> Iterator[tuple[Period, list[Session]]]:
    """Each period of DAYS, and the sessions that the oracle counts to it."""
    for days in DAYS:
        if days is None:
            yield all_time(workspace), sessions
        else:
            span = oracle_periods.days(*days, catalog.zone)
            yield period_of_dates(*days, workspace.zone), [one for one in sessions if span.holds(one.started_at)]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_cell_of_random_sessions_is_the_oracles(workspace: Workspace, seed: int) -> None:
    catalog, sessions = stored(workspace, seed, 3000)
    for period, counted in periods_of(workspace, catalog, sessions):
        rows = report_rows(workspace, period)
        assert list(rows[0]) == list(FIELDS)
        assert {row["kind"] for row in rows} == {"video", "stream", "event"}
        assert_same(rows, expected_rows(catalog, counted))


@pytest.mark.parametrize("breakdown", BREAKDOWNS)
def test_every_cell_broken_down_is_the_oracles(workspace: Workspace, breakdown: str) -> None:
    catalog, sessions = stored(workspace, 12, 1500)
    people = known_people(workspace)
    for period, counted in periods_of(workspace, catalog, sessions):
        rows = report_rows(workspace, period, breakdown=breakdown)
        assert_same(rows, expected_rows(catalog, counted, breakdown=breakdown, people=people))


def known_people(workspace: Workspace) -> dict[str, tuple[str, str]]:
    """People behind every third key, some without a name; as many of another workspace that has nothing to say."""
    other = Workspace.objects.create(name="Other", timezone="UTC")
    people = {f"visitor-{n}": (f"Person {n}" if n % 2 else "", f"{n}@example.com") for n in range(0, 1000, 3)}
    for place, who in ((workspace, people), (other, dict.fromkeys(people, ("Wrong", "wrong@example.com")))):
        Visitor.objects.bulk_create(
            Visitor(
                workspace=place,
                key=key,
                identity_digest=key,
                name=name,
                email=email,
                identifying_session=UUID(int=0),
                first_seen_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            for key, (name, email) in who.items()
        )
    return people


def test_names_and_addresses_are_only_in_the_breakdown_by_viewer(workspace: Workspace) -> None:
    stored(workspace, 13, 200)
    known_people(workspace)
    for breakdown in ("", "day", "country", "domain"):
        for row in report_rows(workspace, breakdown=breakdown):
            assert not any("@example.com" in str(cell) for cell in row.values())


def test_a_folder_brings_its_nested_ones_their_streams_and_events_and_adds_up_with_projects(
    workspace: Workspace,
) -> None:
    catalog, sessions = stored(workspace, 3, 600)
    folder, project = catalog.folders[0].id, "proj_0000000001"
    within = {video.id for video in catalog.videos if folder in catalog.lineage(video.folder)}
    both = within | {video.id for video in catalog.videos if video.project == project}
    for breakdown in ("", "country"):
        rows = report_rows(workspace, folders=[folder], breakdown=breakdown)
        assert_same(rows, expected_rows(catalog, sessions, within, breakdown))
        rows = report_rows(workspace, folders=[folder], projects=[project], breakdown=breakdown)
        assert_same(rows, expected_rows(catalog, sessions, both, breakdown))


def test_an_event_is_there_if_one_of_its_videos_is_and_always_in_the_whole_workspace(workspace: Workspace) -> None:
    catalog, _ = stored(workspace, 14, 10)
    stage = stage_of(catalog)
    assert stage.shown("evt_silent") == set()
    rows = [row for row in report_rows(workspace) if row["kind"] == "event"]
    assert [row["event_id"] for row in rows] == ["evt_0000000000", "evt_second", "evt_silent"]
    video = Video.objects.get(public_id=next(iter(stage.shown("evt_second"))))
    project = workspace.projects.create(name="Alone")
    Video.objects.filter(pk=video.pk).update(project=project, folder=None)
    rows = report_rows(workspace, projects=[project.public_id])
    assert [row["event_id"] for row in rows] == ["", "evt_0000000000", "evt_second"]


def test_a_stream_whose_recording_is_its_own_video_has_one_row(workspace: Workspace) -> None:
    live, recording = (Video.objects.create(workspace=workspace, title=title) for title in ("Live", "Recording"))
    stream = Stream.objects.create(workspace=workspace, video=live, recording=recording)
    kinds = [(row["title"], row["video_id"], row["stream_id"], row["event_id"]) for row in report_rows(workspace)]
    assert kinds == [("Live", "", stream.public_id, ""), ("Recording", recording.public_id, "", "")]
    Stream.objects.update(recording=live)
    Video.objects.filter(pk=recording.pk).delete()
    assert [row["stream_id"] for row in report_rows(workspace)] == [stream.public_id]


def test_an_empty_folder_is_an_empty_report_and_not_the_whole_workspace(workspace: Workspace) -> None:
    store_catalog(workspace, random_catalog(4))
    project = workspace.projects.first()
    folder = Folder.objects.create(workspace=workspace, project=project, name="Empty")
    assert report_rows(workspace, folders=[folder.public_id]) == []
    assert report_rows(workspace, folders=[folder.public_id], breakdown="day") == []


@pytest.mark.parametrize("breakdown", ["", *BREAKDOWNS])
def test_what_nobody_loaded_has_a_row_of_zeros(workspace: Workspace, breakdown: str) -> None:
    Video.objects.create(workspace=workspace, title="Alone", duration=60)
    Stream.objects.create(workspace=workspace, video=Video.objects.create(workspace=workspace, title="Live"))
    Event.objects.create(workspace=workspace, name="Event")
    rows = report_rows(workspace, breakdown=breakdown)
    assert [row["kind"] for row in rows] == ["video", "stream", "event"]
    for row in rows:
        counts = ("player_loads", "unique_views", "views", "total_watch_time", "view_rate")
        assert [row[name] for name in counts] == [0] * 5
        assert row["peak_concurrent_viewers"] == (None if row["kind"] == "video" else 0)
        assert row["engagement"] is None
        if breakdown:
            assert not any(row[column.name] for column in BREAKDOWNS[breakdown].columns)


def test_another_workspaces_videos_sessions_and_folders_are_not_there(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    catalog, _ = stored(other_workspace, 5, 200)
    assert report_rows(workspace) == []
    with pytest.raises(Unknown):
        report_rows(workspace, folders=[catalog.folders[0].id])
    with pytest.raises(Unknown):
        report_rows(other_workspace, folders=["proj_0000000000"])


def test_the_number_of_questions_does_not_grow(workspace: Workspace) -> None:
    def asked() -> dict[str, tuple[int, int]]:
        counts = {}
        for breakdown in ("", "day", "viewer"):
            relational, engine = (CaptureQueriesContext(connections[alias]) for alias in DATABASES)
            with relational as one, engine as two:
                report_rows(workspace, breakdown=breakdown)
            counts[breakdown] = len(one), len(two)
        return counts

    catalog, _ = stored(workspace, 15, 50)
    few = asked()
    Video.objects.bulk_create(
        Video(workspace=workspace, title=f"Video {number}", public_id=f"vid_many{number:06}") for number in range(500)
    )
    store_sessions(workspace, sessions_of(random_sessions(16, 1000, catalog), catalog))
    assert asked() == few
    # One about videos and streams, one about events.
    assert {engine for _, engine in few.values()} == {2}


def test_identification_alone_asks_the_engine_nothing(workspace: Workspace) -> None:
    stored(workspace, 17, 20)
    with CaptureQueriesContext(connections["clickhouse"]) as captured:
        rows = report_rows(workspace, fields=["title", "kind"])
    assert len(captured) == 0
    assert {row["kind"] for row in rows} == {"video", "stream", "event"}


def test_a_breakdown_of_nothing_measured_has_the_values_that_occur(workspace: Workspace) -> None:
    stored(workspace, 18, 60)
    for breakdown in BREAKDOWNS:
        columns = [column.name for column in BREAKDOWNS[breakdown].columns]
        whole = [[row[name] for name in ("title", *columns)] for row in report_rows(workspace, breakdown=breakdown)]
        assert [list(row.values()) for row in report_rows(workspace, breakdown=breakdown, fields=["title"])] == whole


def test_more_than_one_question_takes_is_asked_in_parts(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(workspace, 7, 300)
    known_people(workspace)
    whole = {breakdown: report_rows(workspace, breakdown=breakdown) for breakdown in ("", "domain", "viewer")}
    monkeypatch.setattr("exports.rows.CONTENTS_PER_QUESTION", 7)
    monkeypatch.setattr("exports.rows.NAMES_AT_ONCE", 3)
    monkeypatch.setattr("analytics.query.asking.ROWS_AT_ONCE", 3)
    for breakdown, rows in whole.items():
        assert report_rows(workspace, breakdown=breakdown) == rows


def test_what_the_engine_cannot_hold_it_groups_and_sorts_on_disk(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(workspace, 19, 500)
    whole = report_rows(workspace, breakdown="viewer")
    monkeypatch.setattr("analytics.query.asking.MOST_MEMORY", 1)
    assert report_rows(workspace, breakdown="viewer") == whole
