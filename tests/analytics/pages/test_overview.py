"""What only an overview has: who is watching now, the week by hour, the map, campaigns, the videos in any order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from analytics.pages.timeline import sparkline
from tests.analytics.pages.conftest import World
from tests.analytics.pages.test_pages import SPRING, TILES, figure, inside, text, tiles, words
from tests.analytics.test_presence import session
from tests.analytics.worlds import sessions_load
from tests.oracle import breakdowns, metrics
from tests.oracle.breakdowns import Filter
from videos.tokens import token_create

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FILTERS = (
    (),
    (Filter("country", "in", ("DE", "US")),),
    (Filter("device", "not_in", ("desktop",)), Filter("live", "in", (False,))),
    (Filter("source", "in", (None,)), Filter("weekday", "in", ("monday", "friday"))),
)


def written(value: str | bool | None) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value


def oracles(value: str | bool | None) -> str | bool:
    return "" if value is None else value


@pytest.mark.parametrize("rules", FILTERS)
def test_the_page_the_api_and_the_oracle_agree_under_any_filters(
    world: World, viewer: Client, rules: tuple[Filter, ...]
) -> None:
    query = "".join(f"&filter={rule.dimension}:{rule.op}:{written(value)}" for rule in rules for value in rule.values)
    response = viewer.get(f"/?from=2025-02-01&to=2025-08-31&metric=watch_time{query}")
    _, token = token_create(world.workspace, "tests", ["read"])

    def asked(by: list[str], *names: str) -> list[dict[str, Any]]:
        body = {
            "metrics": names, "by": by, "period": {"from": "2025-02-01", "to": "2025-08-31"},
            "filters": [{"dimension": r.dimension, "op": r.op, "values": r.values} for r in rules], "per_page": 1000,
        }  # fmt: skip
        header = f"Bearer {token}"
        return viewer.post("/v1/query", body, "application/json", HTTP_AUTHORIZATION=header).json()["rows"]

    known = [Filter(rule.dimension, rule.op, tuple(map(oracles, rule.values))) for rule in rules]
    sessions = breakdowns.kept(inside(world, date(2025, 2, 1), date(2025, 8, 31)), known, world.catalog)
    assert sessions
    (total,) = asked([], *TILES)
    assert tiles(response) == pytest.approx(total)
    assert total == pytest.approx(metrics.measure(sessions, TILES))
    page = response.context["page"]
    for breakdown in (page.audience.countries, *page.audience.breakdowns):
        rows = {row[breakdown.name]: row["views"] for row in asked([breakdown.name], "views") if row["views"]}
        bars = breakdown.everything or breakdown.bars
        assert sorted(bar.views for bar in bars) == sorted(rows.values()), breakdown.name
    by_hour = asked(["weekday", "hour_of_day"], "watch_time")
    hours = {(row["weekday"], row["hour_of_day"]): row["watch_time"] for row in by_hour}
    for hour, *values in page.audience.week.table.records:
        assert values == [hours.get((day, f"{hour:02}"), 0) for day in DAYS]
    by_video = {row["video"]: row for row in asked(["video"], "views", "engagement")}
    for _, video, views, *_, engagement in page.lists.videos.table.records:
        assert (views, engagement) == (by_video[video]["views"], by_video[video]["engagement"])


def test_the_week_by_hour_is_the_oracles_in_the_metric_chosen(world: World, viewer: Client) -> None:
    for metric in ("views", "engagement"):
        response = viewer.get(f"/?period=all_time&metric={metric}")
        expected = breakdowns.table(world.sessions, ["weekday", "hour_of_day"], [metric], world.catalog)
        drawn = figure(response, "week")["data"][0]["z"]
        empty = 0 if metric == "views" else None
        for day, row in zip(DAYS, drawn, strict=True):
            known = [expected.get((day, f"{hour:02}"), {metric: empty})[metric] for hour in range(24)]
            assert row == pytest.approx(known)


def test_the_map_has_every_country_that_has_a_shape_and_says_what_it_leaves_out(world: World, viewer: Client) -> None:
    sessions_load(world.workspace, world.ids, [session(30, video=world.catalog.videos[0].id, country="GF")])
    response = viewer.get("/?period=all_time")
    land, counted = figure(response, "world")["data"]
    expected = breakdowns.table(world.sessions, ["country"], ["views"], world.catalog)
    views = {key: row["views"] for (key,), row in expected.items() if key and row["views"]}
    assert set(counted["locations"]) == set(views)
    assert set(views) < set(land["locations"])
    said = dict(zip(counted["locations"], counted["customdata"], strict=True))
    assert said["DE"]["said"].startswith(f"Germany<br>{views['DE']} views (")
    assert said["DE"]["url"] == "/?period=all_time&filter=country%3Ain%3ADE"
    most = max(views, key=lambda code: views[code])
    assert counted["z"][counted["locations"].index(most)] == 4
    assert "Not on the map: unknown (" in words(response)
    assert "French Guiana (1)" in words(response)
    assert counted["geojson"] == "/static/world/countries.json"


def test_videos_are_listed_in_the_order_that_the_address_names(world: World, viewer: Client) -> None:
    expected = breakdowns.table(world.sessions, ["video"], ["views", "engagement"], world.catalog)
    shown = {world.ids[str(key)]: row for (key,), row in expected.items()}
    orders = (("-views", "views", True), ("views", "views", False), ("-engagement", "engagement", True))
    for order, metric, reverse in orders:
        response = viewer.get(f"/?period=all_time&sort={order}")
        videos = response.context["page"].lists.videos
        values = [shown[row.public_id][metric] for row in videos.rows]
        assert values == sorted(values, reverse=reverse), order
        assert len(values) == len(shown)
        assert all(row.spark for row in videos.rows)
    body = text(response)
    assert re.search(r'aria-sort="descending">\s*<a href="/\?period=all_time&amp;sort=engagement">Engagement', body)
    assert 'href="/?period=all_time">Views</a>' in body
    assert "has the highest engagement (" in words(response)
    assert 'name="sort" value="-engagement"' in body
    assert "Videos are not sorted by “fame”" in words(viewer.get("/?sort=fame"))


def test_each_video_has_its_views_a_day_as_a_line(world: World, viewer: Client) -> None:
    rows = viewer.get(f"/{SPRING}").context["page"].lists.videos.rows
    first, last = date(2025, 3, 1), date(2025, 5, 31)
    counted = breakdowns.table(inside(world, first, last), ["video", "day"], ["views"], world.catalog)
    views = {(world.ids[str(video)], day): row["views"] for (video, day), row in counted.items()}
    days = [(first + timedelta(days=day)).isoformat() for day in range((last - first).days + 1)]
    assert rows
    for row in rows:
        assert row.spark == sparkline([views.get((row.public_id, day), 0) for day in days])


def test_who_is_watching_now_is_counted_in_the_pages_scope_and_filters(
    world: World, world_of: Callable[..., World], viewer: Client
) -> None:
    first, second = (world.catalog.videos[place].id for place in (0, 1))
    known = [
        session(30, video=first, live=True, country="DE"), session(40, video=first, live=True),
        session(50, video=second, live=True),
    ]  # fmt: skip
    sessions_load(world.workspace, world.ids, known)
    response = viewer.get("/?period=last_year")
    assert "3 people watching now" in words(response)
    body = text(viewer.get("/?filter=country:in:DE"))
    assert "1 person watching now" in body
    assert 'hx-get="/watching/?filter=country%3Ain%3ADE"' in body

    def counted(query: str) -> str:
        found = re.search(r'<data id="watching"\s+value="(\d+)"', text(viewer.get(f"/watching/{query}")))
        assert found is not None
        return found.group(1)

    assert counted("") == "3"
    assert counted(f"?video={world.ids[first]}") == "2"
    assert counted(f"?video={world.ids[second]}&filter=country:in:DE") == "0"
    theirs = world_of(2, 5).video(0).public_id
    assert viewer.get(f"/watching/?video={theirs}").status_code == 404
    assert Client().get("/watching/").status_code == 302


def test_what_is_unknown_is_no_leader(world: World, viewer: Client) -> None:
    *_, campaigns = viewer.get("/?period=all_time").context["page"].audience.breakdowns
    assert campaigns.name == "utm_campaign"
    assert any(bar.label == "No campaign" for bar in campaigns.bars)
    leader = next(bar for bar in campaigns.bars if bar.label != "No campaign")
    assert campaigns.caption.startswith(f"{leader.label} leads with ")
