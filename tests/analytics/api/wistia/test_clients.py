"""Clients that others wrote for Wistia, with nothing changed but the address they call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from wistia import WistiaClient
from wystia import WistiaDataApi, WistiaHelper
from wystia.errors import NoSuchMedia, NoSuchProject
from wystia.models import MediaType, SortBy, SortDir

from tests.analytics.api.wistia.conftest import Stage
from videos.models import Project, Video
from videos.tokens import token_create

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"]),
    # schematics, which wistiapy stands on, calls datetime.utcfromtimestamp and friends.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def token(stage: Stage) -> str:
    bare = Video(workspace=stage.workspace, title="Bare")
    bare.save()
    stage.video.thumbnail_url = "https://cdn.example.com/a.jpg"
    stage.video.url = "https://cdn.example.com/a.mp4"
    stage.video.save()
    return token_create(stage.workspace, "client", ["read"])[1]


@pytest.fixture
def wystia(live_server: Any, token: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[WistiaDataApi]]:
    monkeypatch.setattr(WistiaDataApi, "_API_ENDPOINT", f"{live_server.url}/v1/")
    WistiaDataApi.configure(token)
    yield WistiaDataApi
    WistiaDataApi.configure("")


@pytest.fixture
def wistiapy(live_server: Any, token: str, monkeypatch: pytest.MonkeyPatch) -> WistiaClient:
    monkeypatch.setattr(WistiaClient, "API_BASE_URL", f"{live_server.url}/v1/")
    return WistiaClient(token)


def test_wystia_lists_projects_and_their_videos(stage: Stage, wystia: type[WistiaDataApi]) -> None:
    (project,) = wystia.list_all_projects()
    assert (project.hashed_id, project.id) == (stage.project.public_id, stage.project.pk)
    assert (project.name, project.media_count, project.public) == ("Tutorials", 1, False)
    assert project.created == stage.project.created_at.replace(microsecond=0)
    (video,) = wystia.list_project(project.hashed_id)
    assert (video.hashed_id, video.type, video.duration) == (stage.video.public_id, MediaType.VIDEO, 60.0)
    with pytest.raises(NoSuchProject):
        wystia.list_project("proj_none")
    assert WistiaHelper.project_details(project.hashed_id).name == "Tutorials"


def test_wystia_pages_through_long_lists(stage: Stage, wystia: type[WistiaDataApi]) -> None:
    Video.objects.bulk_create(
        Video(workspace=stage.workspace, project=stage.project, title=f"{n}", public_id=f"vid_{n}") for n in range(250)
    )
    assert len(wystia.list_medias()) == 252
    assert len(wystia.list_project(stage.project.public_id)) == 251
    assert len(wystia.list_project(stage.project.public_id, per_page=100)) == 251


def test_wystia_reads_videos_and_their_stats(stage: Stage, wystia: type[WistiaDataApi]) -> None:
    stage.play()
    stage.play(visitor="ben", plays=0, stretches=[])
    video = wystia.get_video(stage.video.public_id)
    assert (video.name, video.project_id) == ("How They Work", stage.project.public_id)
    assert video.thumbnail.url == "https://cdn.example.com/a.jpg"
    assert [asset.url for asset in video.assets] == ["https://cdn.example.com/a.mp4"]
    stats = wystia.get_stats_for_video(stage.video.public_id).stats
    assert (stats.page_loads, stats.visitors, stats.plays) == (2, 2, 1)
    assert (stats.percent_of_visitors_clicking_play, stats.average_percent_watched) == (50, 50)
    assert WistiaHelper.video_exists(stage.video.public_id)
    assert not WistiaHelper.video_exists("vid_none")
    with pytest.raises(NoSuchMedia):
        wystia.get_stats_for_video("vid_none")


def test_wystia_finds_and_sorts_videos(stage: Stage, wystia: type[WistiaDataApi]) -> None:
    found = wystia.list_videos(sort_by=SortBy.NAME, sort_dir=SortDir.DESC)
    assert [video.name for video in found] == ["How They Work", "Bare"]
    assert [video.name for video in wystia.list_videos(video_name="Bare")] == ["Bare"]
    assert [video.hashed_id for video in wystia.list_videos(video_id=stage.video.public_id)] == [stage.video.public_id]
    assert [video.name for video in wystia.list_videos(project_id=stage.project.public_id)] == ["How They Work"]
    assert wystia.list_medias(media_type=MediaType.AUDIO) == []


def test_wystia_is_told_that_its_token_is_wrong(wystia: type[WistiaDataApi]) -> None:
    WistiaDataApi.configure("wrong")
    with pytest.raises(requests.HTTPError, match="401"):
        wystia.list_all_projects()


def test_wistiapy_lists_and_shows_projects(stage: Stage, wistiapy: WistiaClient) -> None:
    Project.objects.bulk_create(Project(workspace=stage.workspace, name="P", public_id=f"proj_{n}") for n in range(120))
    projects = list(wistiapy.list_all_projects())
    assert len(projects) == 121
    assert projects[0].hashed_id == stage.project.public_id
    assert projects[0].media_count == 1
    projects[0].validate()
    shown = wistiapy.show_project(projects[0].hashed_id)
    assert [media.hashed_id for media in shown.medias] == [stage.video.public_id]


def test_wistiapy_lists_and_shows_medias(stage: Stage, wistiapy: WistiaClient) -> None:
    assert [media.name for media in wistiapy.list_medias()] == ["Bare", "How They Work"]
    assert [media.name for media in wistiapy.list_medias(project_id=stage.project.public_id)] == ["How They Work"]
    media = wistiapy.show_media(stage.video.public_id)
    assert (media.id, media.duration, media.type) == (stage.video.pk, 60.0, "Video")
    assert media.project.hashed_id == stage.project.public_id
    assert media.created == stage.video.created_at.replace(microsecond=0)
    with pytest.raises(requests.HTTPError, match="404"):
        wistiapy.show_media("vid_none")


def test_wistiapy_reads_the_stats_by_its_plain_get(stage: Stage, wistiapy: WistiaClient) -> None:
    key = stage.play()
    assert wistiapy.get("stats/account.json")["play_count"] == 1
    assert wistiapy.get("stats/events.json", {"media_id": stage.video.public_id})[0]["event_key"] == key
    assert wistiapy.get("stats/visitors.json", {"page": 2}) == []
