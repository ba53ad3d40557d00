"""The clients that others wrote, against the product as it is served, under both of its addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from wistia import WistiaClient
from wystia import WistiaDataApi, WistiaHelper

from tests.oracle.sampling import uuid4, uuid7
from tests.served import Served

pytestmark = [
    pytest.mark.served,
    pytest.mark.xdist_group("served"),
    # schematics, which wistiapy stands on, calls datetime.utcfromtimestamp and friends.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FIRST = 1_746_515_289_000


@pytest.fixture
def watched(served: Served) -> dict[str, Any]:
    """A video of its own project, loaded by two visitors, one of whom saw half of it."""
    _, project = served.post("/v1/catalog/projects", {"name": "Tutorials"})
    body = {"title": "Tour", "duration": 60, "project": project["id"], "thumbnail_url": "/media/tour.jpg"}
    _, video = served.post("/v1/catalog/videos", body)
    line = {"v": 1, "video": video["id"], "seq": 1, "consent": True}
    lines: list[dict[str, Any]] = [
        {**line, "session": uuid7(FIRST, 1), "visitor": "anna", "visit": uuid4(1), "plays": 1, "stretches": [[0, 30]]},
        {**line, "session": uuid7(FIRST + 1000, 2), "visitor": "ben", "visit": uuid4(2)},
    ]
    history = "".join(json.dumps(each) + "\n" for each in lines).encode()
    assert served.post("/v1/import/sessions", history)[1] == {"stored": 2, "rejected": 0, "errors": []}
    return video


@pytest.mark.parametrize("prefix", ["v1", "modern"])
def test_they_work_with_nothing_changed_but_their_address(
    served: Served, watched: dict[str, Any], prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WistiaDataApi, "_API_ENDPOINT", f"{served.url}/{prefix}/")
    monkeypatch.setattr(WistiaClient, "API_BASE_URL", f"{served.url}/{prefix}/")
    WistiaDataApi.configure(served.token)
    wistiapy = WistiaClient(served.token)
    try:
        assert watched["project"] in {project.hashed_id for project in WistiaDataApi.list_all_projects()}
        assert [video.name for video in WistiaDataApi.list_project(watched["project"])] == ["Tour"]
        picture = f"{served.url}/media/tour.jpg"
        assert WistiaDataApi.get_video(watched["id"]).thumbnail.url == picture
        stats = WistiaDataApi.get_stats_for_video(watched["id"]).stats
        assert (stats.page_loads, stats.plays, stats.percent_of_visitors_clicking_play) == (2, 1, 50)
        assert not WistiaHelper.video_exists("vid_nobody")
    finally:
        WistiaDataApi.configure("")
    assert [media.hashed_id for media in wistiapy.show_project(watched["project"]).medias] == [watched["id"]]
    assert wistiapy.show_media(watched["id"]).thumbnail.url == picture
    assert wistiapy.get(f"stats/medias/{watched['id']}.json")["hours_watched"] == pytest.approx(30 / 3600)
    newest, first = wistiapy.get("stats/events.json", {"media_id": watched["id"]})
    assert (newest["visitor_key"], first["visitor_key"], first["percent_viewed"]) == ("ben", "anna", 0.5)
    heatmap = requests.get(first["iframe_heatmap_url"], timeout=60)
    assert (heatmap.status_code, heatmap.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(requests.HTTPError, match="404"):
        wistiapy.show_media("vid_nobody")
