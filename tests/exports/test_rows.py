from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from analytics.context import Context
from analytics.periods import Period, period_named, period_of_dates
from exports.fields import FIELDS, fields_named
from exports.rows import selected_videos, video_table
from tests.exports.conftest import DATABASES
from tests.exports.facts import store_catalog, store_sessions
from tests.oracle import periods as oracle_periods
from tests.oracle.catalog import Catalog
from tests.oracle.facts import Session, sessions_of
from tests.oracle.metrics import measure
from tests.oracle.sampling import random_catalog, random_sessions
from videos.errors import Invalid, Unknown
from videos.models import Folder, Video, Workspace

pytestmark = pytest.mark.django_db(databases=DATABASES)
# All time; the day of a clock change; days around a year's end.
DAYS = (None, (date(2025, 3, 30), date(2025, 3, 30)), (date(2024, 12, 30), date(2025, 1, 12)))
METRIC_OF = {
    "player_loads": "loads",
    "total_watch_time": "watch_time",
    "peak_concurrent_viewers": "peak_concurrent",
}


def expected_row(catalog: Catalog, public_id: str, sessions: list[Session]) -> dict[str, Any]:
    """What METRICS.md and the reference say about one video, from the oracle."""
    video = catalog.video(public_id)
    lineage = list(catalog.lineage(video.folder))
    row: dict[str, Any] = {
        "project_id": video.project or "",
        "project_name": f"name of {video.project}" if video.project else "",
        "video_id": video.id,
        "stream_id": "",
        "event_id": video.event or "",
        "title": f"name of {video.id}",
        "duration": None if video.duration is None else float(video.duration),
        "folder_name": "/".join(f"name of {each}" for each in reversed(lineage)),
        "folder_id": video.folder or "",
    }
    metrics = measure(one for one in sessions if one.video == public_id)
    for name in FIELDS:
        if name == "view_rate":
            depth = metrics["watch_depth"]
            row[name] = 0 if not metrics["views"] else None if depth is None else depth * 100
        elif name not in row:
            row[name] = metrics[METRIC_OF.get(name, name)]
    return row


def assert_same(row: dict[str, Any], expected: dict[str, Any]) -> None:
    """The same cells under the same names; fractions to the six decimals that a report has."""
    assert list(row) == [name for name in FIELDS if name in row]
    for name, value in row.items():
        if isinstance(value, float) and expected[name] is not None:
            assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-6), name
        else:
            assert value == expected[name], name


def report_rows(workspace: Workspace, period: Period, *, fields: Any = (), **selection: Any) -> list[dict[str, Any]]:
    context = Context(workspace)
    chosen = fields_named(fields)
    table = video_table(context, period, selected_videos(context, **selection), chosen)
    rows = [dict(zip((field.name for field in chosen), row, strict=True)) for row in table.rows]
    assert len(rows) == table.total
    return rows


def all_time(workspace: Workspace) -> Period:
    return period_named("all_time", workspace.zone, datetime.now(UTC))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("days", DAYS)
def test_every_cell_of_random_sessions_is_the_oracles(
    workspace: Workspace, seed: int, days: tuple[date, date] | None
) -> None:
    catalog = random_catalog(seed)
    sessions = sessions_of(random_sessions(seed, 3000, catalog), catalog)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions)
    period = period_of_dates(*days, workspace.zone) if days else all_time(workspace)
    if days:
        span = oracle_periods.days(*days, catalog.zone)
        sessions = [one for one in sessions if span.holds(one.started_at)]
    rows = report_rows(workspace, period)
    assert {row["video_id"] for row in rows} == {video.id for video in catalog.videos}
    assert len(rows) == len(catalog.videos)
    for row in rows:
        assert_same(row, expected_row(catalog, row["video_id"], sessions))


def test_a_folder_brings_its_nested_ones_and_adds_up_with_projects(workspace: Workspace) -> None:
    catalog = random_catalog(3)
    store_catalog(workspace, catalog)
    folder = catalog.folders[0].id
    within = {video.id for video in catalog.videos if folder in catalog.lineage(video.folder)}
    assert {row["video_id"] for row in report_rows(workspace, all_time(workspace), folders=[folder])} == within
    project = "proj_0000000001"
    both = within | {video.id for video in catalog.videos if video.project == project}
    rows = report_rows(workspace, all_time(workspace), folders=[folder], projects=[project])
    assert {row["video_id"] for row in rows} == both
    assert len(rows) == len(both)


def test_an_empty_folder_is_an_empty_report_and_not_the_whole_workspace(workspace: Workspace) -> None:
    store_catalog(workspace, random_catalog(4))
    project = workspace.projects.first()
    folder = Folder.objects.create(workspace=workspace, project=project, name="Empty")
    assert report_rows(workspace, all_time(workspace), folders=[folder.public_id]) == []


def test_a_video_that_nobody_loaded_has_a_row_of_zeros(workspace: Workspace) -> None:
    Video.objects.create(workspace=workspace, title="Alone", duration=60)
    [row] = report_rows(workspace, all_time(workspace))
    reference = ("player_loads", "unique_views", "views", "total_watch_time", "view_rate", "peak_concurrent_viewers")
    assert [row[name] for name in reference] == [0] * 6
    assert row["engagement"] is None


def test_another_workspaces_videos_sessions_and_folders_are_not_there(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    catalog = random_catalog(5)
    store_catalog(other_workspace, catalog)
    store_sessions(other_workspace, sessions_of(random_sessions(5, 200, catalog), catalog))
    assert report_rows(workspace, all_time(workspace)) == []
    with pytest.raises(Unknown):
        report_rows(workspace, all_time(workspace), folders=[catalog.folders[0].id])
    with pytest.raises(Unknown):
        report_rows(other_workspace, all_time(workspace), folders=["proj_0000000000"])


def test_rows_stand_in_the_catalogs_order(workspace: Workspace) -> None:
    store_catalog(workspace, random_catalog(6))
    rows = report_rows(workspace, all_time(workspace))
    keys = [(not row["project_id"], row["project_name"], row["folder_name"].split("/"), row["title"]) for row in rows]
    keys = [(last, name, path if path != [""] else [], title) for last, name, path, title in keys]
    assert keys == sorted(keys)


def test_the_number_of_questions_does_not_grow_with_the_videos(workspace: Workspace) -> None:
    def asked() -> tuple[int, int]:
        relational, engine = (CaptureQueriesContext(connections[alias]) for alias in DATABASES)
        with relational as one, engine as two:
            report_rows(workspace, all_time(workspace))
        return len(one), len(two)

    Video.objects.create(workspace=workspace, title="First")
    few = asked()
    Video.objects.bulk_create(
        Video(workspace=workspace, title=f"Video {number}", public_id=f"vid_many{number:06}") for number in range(500)
    )
    assert asked() == few
    assert few[1] == 1


def test_more_videos_than_one_question_takes_are_asked_about_in_parts(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = random_catalog(7)
    store_catalog(workspace, catalog)
    store_sessions(workspace, sessions_of(random_sessions(7, 500, catalog), catalog))
    whole = report_rows(workspace, all_time(workspace))
    monkeypatch.setattr("exports.rows.VIDEOS_PER_QUESTION", 7)
    assert report_rows(workspace, all_time(workspace)) == whole


def test_fields_come_in_the_order_asked_and_unknown_ones_list_the_known() -> None:
    assert [field.name for field in fields_named(["views", "title"])] == ["views", "title"]
    assert [field.name for field in fields_named([])] == list(FIELDS)
    with pytest.raises(Invalid, match=r"There is no field 'viewz'; there are project_id, .*peak_concurrent_viewers"):
        fields_named(["title", "viewz"])
    with pytest.raises(Invalid, match="only once"):
        fields_named(["title", "title"])
