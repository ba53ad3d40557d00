"""Medias and projects as the Data API lists them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.analytics.api.wistia.conftest import Stage
from videos.models import Project, Video

pytestmark = [
    pytest.mark.django_db(databases=["default", "clickhouse"]),
]


def dated(row: Any, created: datetime, updated: datetime | None = None) -> Any:
    type(row).objects.filter(pk=row.pk).update(created_at=created, **({"updated_at": updated} if updated else {}))
    return row


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["hashed_id"] for row in rows]


def test_a_media_has_the_data_apis_fields(stage: Stage) -> None:
    video = stage.video
    video.url, video.thumbnail_url = "https://cdn.example.com/a.mp4", "https://cdn.example.com/a.png"
    video.save()
    dated(video, datetime(2010, 8, 13, 18, 47, 39, tzinfo=UTC), datetime(2010, 8, 19, 21, 47, tzinfo=UTC))
    expected = {
        "id": video.pk,
        "name": "How They Work",
        "type": "Video",
        "archived": False,
        "created": "2010-08-13T18:47:39+00:00",
        "updated": "2010-08-19T21:47:00+00:00",
        "hashed_id": video.public_id,
        "description": "",
        "progress": 1.0,
        "status": "ready",
        "thumbnail": {"url": "https://cdn.example.com/a.png", "width": None, "height": None},
        "assets": [
            {
                "url": "https://cdn.example.com/a.mp4",
                "width": None,
                "height": None,
                "fileSize": None,
                "contentType": "video/mp4",
                "type": "OriginalFile",
            }
        ],
        "duration": 60.0,
        "project": {"id": stage.project.pk, "name": "Tutorials", "hashed_id": stage.project.public_id},
    }
    assert stage.get("medias.json") == [expected]
    assert stage.get(f"medias/{video.public_id}.json") == expected
    del expected["project"]
    assert stage.get(f"projects/{stage.project.public_id}.json")["medias"] == [expected]


def test_what_a_media_has_not_is_left_out(stage: Stage) -> None:
    bare = Video.objects.create(workspace=stage.workspace, title="Bare")
    body = stage.get(f"medias/{bare.public_id}")
    assert "duration" not in body
    assert "project" not in body
    assert (body["assets"], body["thumbnail"]) == ([], {"url": None, "width": None, "height": None})


def test_files_of_this_site_have_addresses_that_other_hosts_can_use(stage: Stage) -> None:
    stage.video.url, stage.video.thumbnail_url = "/media/a.mp4", "/media/a.png"
    stage.video.save()
    stage.play()
    shown = stage.get(f"medias/{stage.video.public_id}.json")
    (event,) = stage.get("stats/events.json")
    assert shown["assets"][0]["url"] == "http://127.0.0.1:8000/media/a.mp4"
    assert shown["thumbnail"]["url"] == event["thumbnail"]["url"] == "http://127.0.0.1:8000/media/a.png"


def test_a_project_has_the_data_apis_fields(stage: Stage) -> None:
    dated(stage.project, datetime(2010, 8, 13, 18, 47, 39, tzinfo=UTC))
    dated(stage.video, datetime(2011, 1, 1, tzinfo=UTC), datetime(2011, 2, 3, 4, 5, 6, tzinfo=UTC))
    expected = {
        "id": stage.project.pk,
        "name": "Tutorials",
        "description": "",
        "mediaCount": 1,
        "created": "2010-08-13T18:47:39+00:00",
        "updated": "2011-02-03T04:05:06+00:00",
        "hashedId": stage.project.public_id,
        "hashed_id": stage.project.public_id,
        "anonymousCanUpload": False,
        "anonymousCanDownload": False,
        "public": False,
        "publicId": stage.project.public_id,
    }
    assert stage.get("projects.json") == [expected]
    body = stage.get(f"projects/{stage.project.public_id}.json")
    assert ids(body.pop("medias")) == [stage.video.public_id]
    assert body == expected


def test_an_empty_project_was_last_changed_when_it_was_made(stage: Stage) -> None:
    Video.objects.all().delete()
    (row,) = stage.get("projects")
    assert row["mediaCount"] == 0
    assert row["updated"] == row["created"]


@pytest.fixture
def five(stage: Stage) -> list[str]:
    """Five videos, whose names, creations and changes are in different orders; their public ids by primary key."""
    made = [stage.video]
    made += [Video.objects.create(workspace=stage.workspace, title=title) for title in ("Bees", "ants", "Ants", "Dogs")]
    for place, video in enumerate(made):
        dated(video, datetime(2025, 1, 5 - place, tzinfo=UTC), datetime(2025, 2, 1 + (3 * place) % 5, tzinfo=UTC))
    return [video.public_id for video in made]


@pytest.mark.parametrize(
    ("parameters", "places"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"sort_direction": "0"}, [4, 3, 2, 1, 0]),
        ({"sort_by": "name"}, [3, 1, 4, 0, 2]),
        ({"sort_by": "name", "sort_direction": "0"}, [2, 0, 4, 1, 3]),
        ({"sort_by": "created"}, [4, 3, 2, 1, 0]),
        ({"sort_by": "updated", "sort_direction": "1"}, [0, 2, 4, 1, 3]),
        ({"per_page": "2"}, [0, 1]),
        ({"per_page": "2", "page": "3"}, [4]),
        ({"page": "2"}, []),
        ({"name": "ants"}, [2]),
        ({"type": "Video"}, [0, 1, 2, 3, 4]),
        ({"type": "Audio"}, []),
        ({"hashed_id": "vid_nothing"}, []),
    ],
)
def test_medias_are_sorted_paged_and_found(
    stage: Stage, five: list[str], parameters: dict[str, str], places: list[int]
) -> None:
    assert ids(stage.get("medias.json", **parameters)) == [five[place] for place in places]


def test_medias_are_found_by_their_project_and_id(stage: Stage, five: list[str]) -> None:
    assert ids(stage.get("medias.json", project_id=stage.project.public_id)) == five[:1]
    assert ids(stage.get("medias.json", project_id=stage.project.pk)) == five[:1]
    assert ids(stage.get("medias.json", hashed_id=five[3])) == [five[3]]


@pytest.mark.parametrize(("word", "direction"), [("name", 1), ("created", 1), ("updated", 0), ("", 0)])
def test_projects_are_sorted(stage: Stage, word: str, direction: int) -> None:
    names = {"Aaa": 3, "Zzz": 2}
    for name, day in names.items():
        dated(Project.objects.create(workspace=stage.workspace, name=name), datetime(2020, 1, day, tzinfo=UTC))
    dated(stage.project, datetime(2020, 1, 1, tzinfo=UTC))
    expected = {
        "name": ["Aaa", "Tutorials", "Zzz"],
        "created": ["Tutorials", "Zzz", "Aaa"],
        "updated": ["Tutorials", "Aaa", "Zzz"],
        "": ["Zzz", "Aaa", "Tutorials"],
    }[word]
    assert [row["name"] for row in stage.get("projects.json", sort_by=word, sort_direction=direction)] == expected


def test_a_project_shows_500_medias_a_page(stage: Stage) -> None:
    Video.objects.bulk_create(
        Video(workspace=stage.workspace, project=stage.project, title=f"{n}", public_id=f"vid_{n}") for n in range(504)
    )
    path = f"projects/{stage.project.public_id}.json"
    assert len(stage.get(path)["medias"]) == len(stage.get(path, per_page=1000)["medias"]) == 500
    assert len(stage.get(path, page=2)["medias"]) == 5
    assert stage.get(path, page=3)["medias"] == []
    assert len(stage.get("medias.json", per_page=500)) == 100


def test_the_number_that_lists_give_does_as_an_id(stage: Stage) -> None:
    stage.play()
    for path in ("medias/{}.json", "medias/{}/stats.json", "stats/medias/{}.json", "stats/medias/{}/engagement.json"):
        assert stage.get(path.format(stage.video.pk)) == stage.get(path.format(stage.video.public_id))
    for path in ("projects/{}.json", "stats/projects/{}.json"):
        assert stage.get(path.format(stage.project.pk)) == stage.get(path.format(stage.project.public_id))
    assert len(stage.get("stats/events.json", media_id=stage.video.pk)) == 1
