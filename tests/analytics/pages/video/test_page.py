"""The video as a whole: headline, curve, moments, quarters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.analytics.pages.conftest import member
from tests.analytics.pages.test_pages import TILES, text, tiles, words
from tests.analytics.pages.video.conftest import Watched
from tests.analytics.worlds import sessions_load
from tests.oracle import curves, metrics
from tests.oracle.sampling import uuid4, uuid7
from videos.models import Video, Workspace

pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
NOON = 1_760_000_000_000


def plays(sessions: list[list[tuple[float, float]]], **more: Any) -> list[dict[str, Any]]:
    """Return the snapshots of plays with these stretches, each of a viewer of its own."""
    return [
        {
            "v": 1, "video": "it", "session": uuid7(NOON + place, place), "seq": 1, "plays": 1, "visit": uuid4(place),
            "visitor": f"viewer-{place}", "stretches": [list(each) for each in stretches], **more,
        }
        for place, stretches in enumerate(sessions)
    ]  # fmt: skip


def test_the_page_is_about_this_video_alone_beside_the_whole_workspace(watched: Watched) -> None:
    response = watched.get()
    assert tiles(response) == pytest.approx(metrics.measure(watched.sessions, TILES))
    everywhere = metrics.measure(watched.world.sessions, TILES)
    beside = {tile.name: tile.beside.replace("\u00a0", " ").strip() for tile in response.context["page"].head.tiles}
    assert beside["engagement"] == f"{round(everywhere['engagement'] * 100)} % in the workspace"
    part = metrics.measure(watched.sessions, ["loads"])["loads"] / everywhere["loads"]
    assert beside["loads"] == f"{round(part * 100)} % of the workspace’s"
    assert beside["unique_views"] == ""


def test_curve_and_quarters_are_the_oracles(watched: Watched) -> None:
    page = watched.get().context["page"]
    rows = page.curve.chart.table.rows
    assert [int(row[1]) for row in rows] == curves.engagement_data(watched.sessions, watched.duration)
    assert [int(row[3]) for row in rows] == curves.rewatch_data(watched.sessions, watched.duration)
    reached = metrics.measure(watched.sessions, ["quarter_reach"])["quarter_reach"]
    assert [bar.views for bar in page.quarters.bars] == reached


def test_a_video_of_unknown_length_is_cut_by_what_players_reported(watched: Watched) -> None:
    Video.objects.filter(pk=watched.video.pk).update(duration=None)
    page = watched.get().context["page"]
    assert len(page.curve.chart.table.rows) == len(curves.midpoints(watched.duration))


def test_a_video_of_which_nobody_knows_the_length_still_has_its_tabs(db: None) -> None:
    workspace = Workspace.objects.create(name="New")
    video = Video.objects.create(workspace=workspace, title="Endless")
    actions = [{"type": "reaction", "name": "like", "at": 3}, {"type": "cta", "name": "Buy", "at": 3}]
    sessions_load(workspace, {"it": video.public_id}, plays([[(0, 9)]], actions=actions))
    client = member(workspace)
    for tab in ("audience", "referrers", "actions", "reactions", "quality", "compare"):
        body = text(client.get(f"/videos/{video.public_id}/?period=all_time&tab={tab}"))
        assert "No engagement curve yet" in body
        assert "lanes-plot" not in body
        assert "along-plot" not in body


def test_hot_spots_and_drop_offs_are_buttons_that_say_when_and_how_much(db: None) -> None:
    workspace = Workspace.objects.create(name="New")
    video = Video.objects.create(workspace=workspace, title="A minute", duration=60)
    stay, leave, again = [(0.0, 60.0)], [(0.0, 20.0)], [(0.0, 60.0), (42.0, 51.0)]
    sessions_load(workspace, {"it": video.public_id}, plays([stay] * 49 + [leave] * 20 + [again] * 31))
    response = member(workspace).get(f"/videos/{video.public_id}/?period=all_time")
    hot, drops = response.context["page"].curve.lists
    assert [(each.second, each.passage) for each in hot.moments] == [(42, "0:42–0:51")]
    assert [(each.second, each.passage) for each in drops.moments] == [(19.5, "0:19–0:20")]
    shown = words(response)
    assert "0:42–0:51 39 % rewatched" in shown  # 31 of the 80 who were there
    assert "0:19–0:20 a fifth of viewers leave 20 viewers fewer" in shown
    assert re.findall(r'data-seek="([^"]+)"', text(response)) == ["42.0", "19.5"]
    assert "Most leave at 0:19–0:20 (a fifth of viewers). Rewatched most at 0:42–0:51" in shown


def test_of_a_few_plays_nothing_is_said_to_stand_out(db: None) -> None:
    workspace = Workspace.objects.create(name="New", timezone="Europe/Berlin")
    video = Video.objects.create(workspace=workspace, title="Ten seconds", duration=10)
    sessions_load(workspace, {"it": video.public_id}, plays([[(0, 6.0), (2.0, 4.0)]]))
    response = member(workspace).get(f"/videos/{video.public_id}/?period=all_time")
    shown = tiles(response)
    assert (shown["views"], shown["loads"], shown["watch_time"], shown["engagement"]) == (1, 1, 8, 0.6)
    rows = response.context["page"].curve.chart.table.rows
    assert [row[1] for row in rows] == ["1"] * 6 + ["0"] * 4
    assert [row[3] for row in rows] == ["0", "0", "1", "1", "0", "0", "0", "0", "0", "0"]
    assert "data-seek" not in text(response)
    assert words(response).count("Too little to tell: this takes 30 plays") == 2
