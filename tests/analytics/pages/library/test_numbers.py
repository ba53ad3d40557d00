"""The numbers of the library's lines, against the oracle."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from analytics.formats import value_shown
from tests.analytics.pages.conftest import NOW, World
from tests.analytics.pages.library.conftest import listed
from tests.oracle import metrics
from tests.oracle.facts import Session
from videos.models import Video

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
METRICS = ("views", "watch_time", "engagement", "completion_rate")


def sessions_in(world: World, public_id: str) -> list[Session]:
    """Return the sessions of a video, or of all videos in a project or folder with all nested ones."""
    catalog = world.catalog
    names = {public: name for name, public in world.ids.items()}
    name = names[public_id]
    videos = {video.id for video in catalog.videos if name in {video.id, video.project, *catalog.lineage(video.folder)}}
    return [one for one in world.sessions if one.video in videos]


def places(world: World, viewer: Client, query: str) -> list[str]:
    """Return the addresses of the library's top, of all its branches and of all its videos."""
    tree = viewer.get(f"/library/{query}").context["page"].tree
    return ["/library/", "/library/?nested=1", *(node.branch.url for node in tree)]


def test_every_line_has_the_oracles_numbers_nested_videos_included(world: World, viewer: Client) -> None:
    seen = set()
    for url in places(world, viewer, ""):
        joint = "&" if "?" in url else "?"
        for line in viewer.get(f"{url}{joint}period=all_time").context["page"].listing.lines:
            expected = metrics.measure(sessions_in(world, line.menu.public_id), METRICS)
            assert [value for _, value in line.cells] == [value_shown(name, expected[name]) for name in METRICS]
            seen.add(line.menu.kind)
    assert seen == {"project", "folder", "video"}


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_orders_all_videos_those_without_sessions_included(world: World, viewer: Client, metric: str) -> None:
    spring = "from=2025-05-01&to=2025-05-04&nested=1"
    days = date(2025, 5, 1), date(2025, 5, 4)
    inside = [
        one for one in world.sessions if days[0] <= one.started_at.astimezone(world.workspace.zone).date() <= days[1]
    ]
    values = {}
    for video in world.catalog.videos:
        its = [one for one in inside if one.video == video.id]
        values[world.ids[video.id]] = metrics.measure(its, [metric])[metric]
    for sort, is_descending in ((metric, False), (f"-{metric}", True)):
        lines = viewer.get(f"/library/?{spring}&sort={sort}").context["page"].listing.lines
        shown = [values[line.menu.public_id] for line in lines]
        known = [value for value in shown if value is not None]
        assert known == sorted(known, reverse=is_descending)
        assert shown[len(known) :] == [None] * (len(shown) - len(known))
        assert len(lines) == len(world.catalog.videos)


def test_projects_are_ordered_by_what_was_watched_in_them(world: World, viewer: Client) -> None:
    lines = viewer.get("/library/?period=all_time&sort=-views").context["page"].listing.lines
    views = [
        metrics.measure(sessions_in(world, line.menu.public_id), ["views"])["views"]
        for line in lines
        if line.menu.kind == "project"
    ]
    assert len(views) > 1
    assert views == sorted(views, reverse=True)


def test_the_sparkline_counts_the_last_30_days_whatever_the_period(
    world: World, viewer: Client, at_noon: datetime
) -> None:
    zone = world.workspace.zone
    today = NOW.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(29, -1, -1)]
    for query in ("?nested=1", "?nested=1&period=last_year", ""):
        for line in viewer.get(f"/library/{query}").context["page"].listing.lines:
            sessions = sessions_in(world, line.menu.public_id)
            by_day = [
                metrics.measure([one for one in sessions if one.started_at.astimezone(zone).date() == day], ["views"])[
                    "views"
                ]
                for day in days
            ]
            if not any(by_day):
                assert (line.spark.points, line.spark.said) == ("", "No views in the last 30 days")
                continue
            assert line.spark.said.startswith(f"{sum(by_day)} view")
            heights = [float(point.split(",")[1]) for point in line.spark.points.split(" ")]
            heights.append(float(line.spark.today.split(" ")[-1].split(",")[1]))
            top = max(by_day)
            assert heights == [pytest.approx(23 - 22 * views / top, abs=0.06) for views in by_day]


def test_the_order_of_the_trend_is_by_the_views_of_the_last_30_days(
    world: World, viewer: Client, at_noon: datetime
) -> None:
    recent = viewer.get("/library/?nested=1&sort=-recent&period=last_year")
    assert listed(recent) == listed(viewer.get("/library/?nested=1&sort=-views"))


def test_filters_narrow_the_numbers(world: World, viewer: Client) -> None:
    query = "?nested=1&period=all_time&filter=country:in:DE"
    response = viewer.get(f"/library/{query}")
    for line in response.context["page"].listing.lines:
        its = [one for one in sessions_in(world, line.menu.public_id) if one.country == "DE"]
        assert line.cells[0][1] == value_shown("views", metrics.measure(its, ["views"])["views"])
    assert "Country is Germany" in response.content.decode()


def test_the_file_has_all_that_is_listed_with_raw_values_in_its_order(world: World, viewer: Client) -> None:
    answer = viewer.get("/library/?nested=1&period=all_time&sort=-views&csv=library")
    assert 'filename="library-' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Title"] for row in rows] == listed(viewer.get("/library/?nested=1&period=all_time&sort=-views"))
    for row in rows:
        expected = metrics.measure(sessions_in(world, row["Id"]), METRICS)
        shown = [row[name] for name in ("Views", "Watch time (s)", "Engagement (0–1)", "Completion rate (0–1)")]
        values = [float(value) if value else None for value in shown]
        assert values == pytest.approx([expected[name] for name in METRICS])
        video = Video.objects.get(public_id=row["Id"])
        assert (row["Kind"], row["Place"].split(" › ")[-1]) == ("video", str(video.folder or video.project or ""))
    assert viewer.get("/library/?csv=nothing").status_code == 404
