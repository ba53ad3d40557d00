"""The command, into the real databases: what it files, prints and stores, and that doing it twice changes nothing."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from analytics.collect.facts import FactRow
from analytics.demo.catalog import MEMBERS, TALKS, VIDEOS, demo_id
from analytics.demo.workspace import demo_calendar
from analytics.models import ViewingSession, Visitor
from videos.models import Event, Folder, Membership, Registration, Stream, Video, Workspace
from videos.rendering import Clip, clip_files, clip_render
from videos.services import video_create
from videos.tokens import token_of

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
RENDERED_HERE = next(video for video in VIDEOS if video.key == "price")


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """A MEDIA_ROOT that lacks one of the demo's videos; one short file stands for the others, to save their time."""
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "media" / "demo"
    folder.mkdir(parents=True)
    short = clip_render(Clip("short", "Any", "", 1, "sky"), tmp_path)
    for video in VIDEOS:
        files = clip_files(video.clip, folder)
        if video != RENDERED_HERE:
            files.video.hardlink_to(short.video)
            files.thumbnail.hardlink_to(short.thumbnail)
    return folder


def seed(*options: str) -> tuple[dict[str, Any], str]:
    """Return what the command printed: its JSON and its progress."""
    out, err = io.StringIO(), io.StringIO()
    call_command("seed_demo", "--sessions", "300", *options, stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


def rows() -> list[tuple[Any, ...]]:
    columns = [name for name in FactRow.__struct_fields__ if name != "received_at"]
    return sorted(ViewingSession.objects.values_list(*columns), key=str)


def test_it_prints_what_create_workspace_prints(media: Path) -> None:
    printed, progress = seed()
    workspace = Workspace.objects.get()
    assert printed["workspace"] == {"id": workspace.pk, "name": "Lumen Academy (demo)", "timezone": "Europe/Berlin"}
    assert printed["public_token"] == workspace.public_token
    token = token_of(printed["token"])
    assert token is not None
    assert (token.workspace, token.scopes) == (workspace, ["read", "write"])
    assert Client().login(email=printed["email"], password=printed["password"])
    assert [member.email in progress for member in MEMBERS] == [False, True, True]
    assert list(Membership.objects.order_by("pk").values_list("user__email", "role")) == [
        (member.email, member.role) for member in MEMBERS
    ]


def test_it_files_the_catalog(media: Path) -> None:
    seed()
    videos = {video.public_id: video for video in Video.objects.select_related("folder", "project", "template")}
    assert set(videos) == {video.public_id for video in VIDEOS}
    for planned in VIDEOS:
        video = videos[planned.public_id]
        assert video.title == planned.title
        assert video.duration == planned.seconds
        assert video.project is not None
        names = [video.project.name, *(folder.name for folder in _path(video.folder))]
        assert tuple(names) == planned.path


def test_it_files_an_event_with_talks_of_every_kind_and_those_who_registered(media: Path) -> None:
    seed()
    event = Event.objects.get()
    assert list(event.admins.values_list("email", flat=True)) == ["viewer@lumen.example"]
    talks = list(event.talks.order_by("starts_at"))
    assert [(talk.public_id, talk.title, talk.kind, talk.provider) for talk in talks] == [
        (talk.public_id, talk.title, talk.kind, talk.provider) for talk in TALKS
    ]
    assert [bool(talk.stream) for talk in talks] == [bool(talk.live) for talk in TALKS]
    assert [bool(talk.recorded) for talk in talks] == [bool(talk.recording) for talk in TALKS]
    assert Stream.objects.filter(recording=None).count() == 1
    for talk in talks:
        assert talk.starts_at is not None
        assert talk.registrations.count() == 24
        assert not talk.registrations.filter(registered_at__gte=talk.starts_at).exists()
    again = list(Registration.objects.order_by("pk").values())
    seed()
    assert list(Registration.objects.order_by("pk").values()) == again


def test_the_missing_video_is_rendered_and_every_address_is_served(media: Path, client: Client) -> None:
    seed()
    with av.open(clip_files(RENDERED_HERE.clip, media).video) as container:
        assert container.duration == (RENDERED_HERE.seconds or 0) * av.time_base
    for video in Video.objects.all():
        for address in filter(None, (video.url, video.thumbnail_url)):
            response = client.get(address, headers={"Range": "bytes=0-3"})
            assert (response.status_code, response["Content-Range"].split("/")[0]) == (206, "bytes 0-3")
            response.close()
        assert bool(video.url) == (video.duration is not None)


def test_it_stores_exactly_the_sessions_asked_for_before_the_last_midnight(media: Path) -> None:
    seed("--days", "20")
    workspace = Workspace.objects.get()
    calendar = demo_calendar(workspace, 20)
    started = list(ViewingSession.objects.order_by("started_at").values_list("started_at", flat=True))
    assert len(started) == 300
    assert started[-1].timestamp() * 1000 < calendar.end_ms
    assert workspace.created_at - started[0] < timedelta(days=22)
    assert Visitor.objects.filter(workspace=workspace).exclude(email="").exists()
    assert ViewingSession.objects.filter(bot=False, viewed=True).count() > 100


def test_a_second_time_changes_nothing_but_makes_a_token(media: Path) -> None:
    first, _ = seed()
    before = rows(), list(Video.objects.order_by("pk").values()), list(Visitor.objects.order_by("pk").values("key"))
    again, progress = seed()
    assert before == (
        rows(), list(Video.objects.order_by("pk").values()), list(Visitor.objects.order_by("pk").values("key")),
    )  # fmt: skip
    assert "there already" in progress
    assert "password" not in again
    assert again["token"] != first["token"]
    assert {key: again[key] for key in ("workspace", "public_token", "email")} == {
        key: first[key] for key in ("workspace", "public_token", "email")
    }


def test_the_days_end_with_the_demos_own_first_day_whenever_it_is_seeded(media: Path) -> None:
    seed()
    workspace = Workspace.objects.get()
    until = demo_calendar(workspace, 365).until
    Workspace.objects.update(created_at=workspace.created_at - timedelta(days=40), timezone="Asia/Kathmandu")
    assert demo_calendar(Workspace.objects.get(), 365).until == until - timedelta(days=40)


def test_a_demo_whose_ids_are_taken_is_refused_and_leaves_nothing(media: Path, other_workspace: Workspace) -> None:
    project = other_workspace.projects.create(name="Ours", public_id=demo_id("proj_", VIDEOS[0].project))
    with pytest.raises(CommandError, match="cannot be created"):
        seed()
    assert list(Workspace.objects.all()) == [other_workspace]
    project.delete()
    video_create(other_workspace, title="Ours")
    assert seed()[0]["workspace"]["id"] != other_workspace.pk


@pytest.mark.parametrize("option", ["--sessions=0", "--sessions=many", "--days=0", "--days=-3", "--days=9999"])
def test_an_option_out_of_bounds_is_refused(option: str, media: Path) -> None:
    with pytest.raises(CommandError, match="not a whole number"):
        call_command("seed_demo", option)
    assert not Workspace.objects.exists()


def _path(folder: Folder | None) -> list[Folder]:
    return [*_path(folder.parent), folder] if folder else []
