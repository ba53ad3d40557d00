from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.videos.services.looking import fields_of, place
from videos.errors import Invalid
from videos.models import Folder, Project, Video, Workspace
from videos.services import (
    folder_create,
    video_create,
    video_delete,
    video_move,
    video_update,
)
from videos.signals import video_deleted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None), (0, None), (0.0, None), (-0.0, None), (0.0004, None), (0.0005, Decimal("0.001")),
        (12.3456, Decimal("12.346")), (300, Decimal(300)), (604800, Decimal(604800)), (1.0005, Decimal("1.001")),
        (Decimal("12.3455"), Decimal("12.346")),
    ],
)  # fmt: skip
def test_a_duration_is_kept_to_the_millisecond(workspace: Workspace, given: Any, kept: Any) -> None:
    video = video_create(workspace, title="V", duration=given)
    video.refresh_from_db()
    assert video.duration == kept


@pytest.mark.parametrize("given", [-1, -0.001, 604800.001, float("nan"), float("inf"), Decimal("NaN"), 10**400])
def test_a_duration_is_within_a_week(workspace: Workspace, given: Any) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="V", duration=given)
    assert fields_of(error) == ["duration"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.mp4?x=1#t=2",
        "http://localhost:8000/a",
        "/media/a.mp4",
        "/",
        "https://bücher.example/ü.mp4",
        "",
    ],
)
def test_a_url_is_an_address_or_a_path_of_this_site(workspace: Workspace, url: str) -> None:
    assert video_create(workspace, title="V", url=url, thumbnail_url=url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/a", "javascript:alert(1)", "data:text/html,x", "ftp://example.com/a", "media/a.mp4", "https://",
        "https:///a", "https://exa mple.com", "/\\evil.example", "/a\nb", "http://[::1", "https://example.com:99999/a",
        'https://example.com/"><script>', "HTTPS//x", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_any_other_url_is_refused(workspace: Workspace, url: str) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="V", url=url, thumbnail_url=url)
    assert set(fields_of(error)) == {"url", "thumbnail_url"}


def test_embed_domains_are_kept_in_one_form(workspace: Workspace) -> None:
    given = ["Example.COM", " example.com. ", "*.example.com", "bücher.example", "localhost:3000", "127.0.0.1"]
    video = video_create(workspace, title="V", embed_domains=given)
    assert video.embed_domains == [
        "example.com", "*.example.com", "xn--bcher-kva.example", "localhost:3000", "127.0.0.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "*",
        "https://example.com",
        "example.com/path",
        "a b",
        "example..com",
        "-a.com",
        "'self'",
        "a;b",
        "*.*.com",
        "x" * 254,
    ],
)
def test_what_is_no_domain_is_refused(workspace: Workspace, domain: str) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="V", embed_domains=["example.com", domain])
    assert fields_of(error) == ["embed_domains"]


def test_all_that_is_wrong_is_said_at_once(workspace: Workspace) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title=" ", public_id="x", url="x", embed_domains=["/"])
    assert set(fields_of(error)) == {"title", "id", "url", "embed_domains"}
    assert Video.objects.count() == 0


def test_a_video_may_be_in_a_project_and_no_folder(workspace: Workspace, courses: Project) -> None:
    video_create(workspace, title="V", project=courses)
    assert place("V") == ("Courses", None)


def test_a_video_in_a_folder_is_in_the_folders_project(tree: dict[str, Folder]) -> None:
    assert place("rings") == ("Courses", "rings")


def test_a_video_cannot_be_in_a_folder_of_another_project(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="V", folder=tree["maths"], project=archive)
    assert fields_of(error) == ["folder"]


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ({"folder": None}, ("Courses", None)),
        ({"folder": "physics"}, ("Courses", "physics")),
        ({"project": "Archive"}, ("Archive", None)),
        ({"project": None}, (None, None)),
        ({"project": "Courses"}, ("Courses", "rings")),
        ({"project": "Courses", "folder": None}, ("Courses", None)),
        ({"project": None, "folder": "maths"}, ("Courses", "maths")),
        ({"folder": "old"}, ("Archive", "old")),
        ({}, ("Courses", "rings")),
    ],
)
def test_a_video_moves_where_it_is_told(
    workspace: Workspace, tree: dict[str, Folder], archive: Project, courses: Project, to: dict[str, Any], where: Any
) -> None:
    known: dict[str, Any] = {**tree, "Archive": archive, "Courses": courses}
    known["old"] = folder_create(workspace, name="old", project=archive)
    video = Video.objects.get(title="rings")
    video_move(video, **{name: known.get(value) for name, value in to.items()})  # type: ignore[misc]
    assert place("rings") == where


def test_a_change_touches_only_what_it_names(workspace: Workspace, tree: dict[str, Folder]) -> None:
    video = Video.objects.get(title="rings")
    Video.objects.filter(pk=video.pk).update(url="/media/new.mp4")
    before = video.updated_at
    video_update(video, title="Rings and ideals")
    video.refresh_from_db()
    assert (video.title, video.url, video.folder) == ("Rings and ideals", "/media/new.mp4", tree["rings"])
    assert video.updated_at > before


def test_a_refused_change_changes_nothing(tree: dict[str, Folder]) -> None:
    with pytest.raises(Invalid):
        video_update(Video.objects.get(title="rings"), title="", duration=-1)
    assert Video.objects.get(title="rings").duration is None


def test_deleting_a_video_is_told_once_it_is_committed(
    workspace: Workspace, django_capture_on_commit_callbacks: Any
) -> None:
    told = []

    def listener(sender: object, **facts: Any) -> None:
        told.append((facts["workspace_id"], facts["video_id"], Video.objects.count()))

    video_deleted.connect(listener)
    try:
        video = video_create(workspace, title="V")
        pk = video.pk
        with django_capture_on_commit_callbacks(execute=True):
            video_delete(video)
            assert told == []
        assert told == [(workspace.pk, pk, 0)]
    finally:
        video_deleted.disconnect(listener)
