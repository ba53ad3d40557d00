from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from videos import services
from videos.errors import Invalid, NotFree
from videos.models import Event, Folder, Project, Talk, Template, Video, Workspace
from videos.services import (
    folder_create,
    folder_delete,
    folder_move,
    folder_rename,
    project_create,
    project_delete,
    video_create,
    video_delete,
    video_move,
    video_update,
)
from videos.signals import video_deleted

pytestmark = pytest.mark.django_db


@pytest.fixture
def courses(workspace: Workspace) -> Project:
    return project_create(workspace, name="Courses")


@pytest.fixture
def archive(workspace: Workspace) -> Project:
    return project_create(workspace, name="Archive")


@pytest.fixture
def tree(workspace: Workspace, courses: Project) -> dict[str, Folder]:
    """maths / algebra / rings, and physics beside maths; a video in each, named like its folder."""
    maths = folder_create(workspace, name="maths", project=courses)
    algebra = folder_create(workspace, name="algebra", parent=maths)
    rings = folder_create(workspace, name="rings", parent=algebra)
    physics = folder_create(workspace, name="physics", project=courses)
    folders = {folder.name: folder for folder in (maths, algebra, rings, physics)}
    for folder in folders.values():
        video_create(workspace, title=folder.name, folder=folder)
    return folders


def place(title: str) -> tuple[str | None, str | None]:
    video = Video.objects.get(title=title)
    return video.project.name if video.project else None, video.folder.name if video.folder else None


def field_of(error: Any) -> list[str]:
    return [each.field for each in error.value.errors]


# --- Folders ----------------------------------------------------------------------------------------------------------


def test_a_nested_folder_takes_its_parents_project(tree: dict[str, Folder], courses: Project) -> None:
    assert {folder.project_id for folder in tree.values()} == {courses.pk}


def test_a_folder_needs_a_project(workspace: Workspace) -> None:
    with pytest.raises(Invalid) as error:
        folder_create(workspace, name="x")
    assert field_of(error) == ["project"]


def test_moving_a_folder_within_its_project_takes_its_subtree_along(tree: dict[str, Folder]) -> None:
    folder_move(tree["algebra"], parent=tree["physics"])
    assert [folder.name for folder in tree["rings"].ancestors(include_self=True)] == ["physics", "algebra", "rings"]
    assert place("rings") == ("Courses", "rings")


def test_moving_a_folder_to_another_project_takes_nested_folders_and_videos_along(
    tree: dict[str, Folder], archive: Project
) -> None:
    folder_move(tree["maths"], project=archive)
    assert Folder.objects.filter(project=archive).count() == 3
    assert [place(title)[0] for title in ("maths", "algebra", "rings")] == ["Archive"] * 3
    assert place("physics") == ("Courses", "physics")


def test_moving_a_nested_folder_to_another_project_puts_it_at_the_top(
    tree: dict[str, Folder], archive: Project
) -> None:
    folder_move(tree["algebra"], project=archive)
    tree["algebra"].refresh_from_db()
    assert (tree["algebra"].project, tree["algebra"].parent) == (archive, None)
    assert place("rings") == ("Archive", "rings")
    assert place("maths") == ("Courses", "maths")


def test_moving_a_folder_into_one_of_another_project_brings_that_project(
    workspace: Workspace, tree: dict[str, Folder], archive: Project
) -> None:
    old = folder_create(workspace, name="old", project=archive)
    folder_move(tree["algebra"], parent=old)
    assert place("algebra") == ("Archive", "algebra")
    assert [folder.name for folder in tree["rings"].ancestors()] == ["old", "algebra"]


def test_moving_a_folder_to_no_parent_puts_it_at_the_top_of_its_project(tree: dict[str, Folder]) -> None:
    folder_move(tree["rings"], parent=None)
    tree["rings"].refresh_from_db()
    assert (tree["rings"].parent, tree["rings"].project.name) == (None, "Courses")


def test_naming_the_project_it_has_leaves_a_folder_where_it_is(tree: dict[str, Folder], courses: Project) -> None:
    folder_move(tree["rings"], project=courses)
    tree["rings"].refresh_from_db()
    assert tree["rings"].parent == tree["algebra"]


@pytest.mark.parametrize("into", ["maths", "algebra", "rings"])
def test_a_folder_cannot_be_put_into_itself(tree: dict[str, Folder], into: str) -> None:
    with pytest.raises(Invalid):
        folder_move(tree["maths"], parent=tree[into])
    tree["maths"].refresh_from_db()
    assert tree["maths"].parent is None


def test_a_parent_and_a_project_that_disagree_are_refused(tree: dict[str, Folder], archive: Project) -> None:
    with pytest.raises(Invalid) as error:
        folder_move(tree["rings"], parent=tree["physics"], project=archive)
    assert field_of(error) == ["parent"]
    assert place("rings") == ("Courses", "rings")


def test_places_of_another_workspace_do_not_exist(
    workspace: Workspace, other_workspace: Workspace, tree: dict[str, Folder], courses: Project
) -> None:
    theirs = project_create(other_workspace, name="Theirs")
    their_folder = folder_create(other_workspace, name="theirs", project=theirs)
    with pytest.raises(Invalid, match="no such project in this workspace"):
        folder_create(workspace, name="x", project=theirs)
    with pytest.raises(Invalid, match="no such folder in this workspace"):
        folder_move(tree["maths"], parent=their_folder, project=courses)
    with pytest.raises(Invalid, match="no such project in this workspace"):
        folder_move(tree["maths"], project=theirs)
    with pytest.raises(Invalid, match="no such folder in this workspace"):
        video_create(workspace, title="x", folder=their_folder)
    template = services.template_create(other_workspace, name="theirs")
    with pytest.raises(Invalid) as error:
        video_create(workspace, title="x", template=template)
    assert field_of(error) == ["template"]


def test_the_videos_of_a_deleted_folder_and_of_all_nested_ones_move_to_its_parent(tree: dict[str, Folder]) -> None:
    folder_delete(tree["algebra"])
    assert set(Folder.objects.values_list("name", flat=True)) == {"maths", "physics"}
    assert [place(title) for title in ("algebra", "rings")] == [("Courses", "maths")] * 2


def test_the_videos_of_a_deleted_top_folder_move_to_the_top_of_the_project(tree: dict[str, Folder]) -> None:
    folder_delete(tree["maths"])
    assert [place(title) for title in ("maths", "algebra", "rings")] == [("Courses", None)] * 3
    assert Video.objects.count() == 4


def test_a_renamed_folder_stays_where_it_is(tree: dict[str, Folder]) -> None:
    folder_rename(tree["algebra"], "  Algebra I ")
    tree["algebra"].refresh_from_db()
    assert (tree["algebra"].name, tree["algebra"].parent) == ("Algebra I", tree["maths"])


# --- Projects, templates, events --------------------------------------------------------------------------------------


def test_the_videos_of_a_deleted_project_stay_without_one(tree: dict[str, Folder], courses: Project) -> None:
    project_delete(courses)
    assert Folder.objects.count() == 0
    assert set(Video.objects.values_list("project", "folder")) == {(None, None)}
    assert Video.objects.count() == 4


def test_the_videos_of_a_deleted_template_stay_without_one(workspace: Workspace) -> None:
    template = services.template_create(workspace, name="T")
    video_create(workspace, title="V", template=template)
    services.template_delete(template)
    assert Video.objects.get().template is None
    assert Template.objects.count() == 0


def test_the_videos_of_a_deleted_event_stay(workspace: Workspace) -> None:
    event = services.event_create(workspace, name="Days", public_id="evt_days")
    video = video_create(workspace, title="V")
    services.talk_create(event, title=" Opening ", video=video, recording=video, public_id="ses_opening")
    assert Talk.objects.get().title == "Opening"
    services.event_delete(event)
    assert (Event.objects.count(), Talk.objects.count(), Video.objects.count()) == (0, 0, 1)


def test_a_talk_shows_videos_of_its_own_workspace(workspace: Workspace, other_workspace: Workspace) -> None:
    event = services.event_create(workspace, name="Days")
    with pytest.raises(Invalid) as error:
        services.talk_create(event, title="T", recording=video_create(other_workspace, title="V"))
    assert field_of(error) == ["recording"]


@pytest.mark.parametrize(
    ("create", "prefix"),
    [
        (services.project_create, "proj_"),
        (services.template_create, "tmpl_"),
        (services.event_create, "evt_"),
    ],
)
def test_an_id_is_free_once(workspace: Workspace, other_workspace: Workspace, create: Any, prefix: str) -> None:
    create(other_workspace, name="A", public_id=f"{prefix}a")
    with pytest.raises(NotFree):
        create(workspace, name="B", public_id=f"{prefix}a")
    with pytest.raises(Invalid) as error:
        create(workspace, name="B", public_id="other_a")
    assert field_of(error) == ["id"]


def test_an_id_taken_between_the_check_and_the_saving_is_not_free_either(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_create(workspace, name="A", public_id="proj_a")
    monkeypatch.setattr(Project, "full_clean", lambda self, exclude=None: None)
    with pytest.raises(NotFree):
        project_create(workspace, name="B", public_id="proj_a")


# --- Videos -----------------------------------------------------------------------------------------------------------


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
    assert field_of(error) == ["duration"]


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
    assert set(field_of(error)) == {"url", "thumbnail_url"}


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
    assert field_of(error) == ["embed_domains"]


def test_all_that_is_wrong_is_said_at_once(workspace: Workspace) -> None:
    with pytest.raises(Invalid) as error:
        video_create(workspace, title=" ", public_id="x", url="x", embed_domains=["/"])
    assert set(field_of(error)) == {"title", "id", "url", "embed_domains"}
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
    assert field_of(error) == ["folder"]


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
