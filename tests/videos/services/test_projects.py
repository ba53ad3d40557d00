from __future__ import annotations

from typing import Any

import pytest

from tests.videos.services.looking import fields_of
from videos import services
from videos.errors import Invalid, NotFree
from videos.models import Event, Folder, Project, Talk, Template, Video, Workspace
from videos.services import (
    folder_create,
    project_create,
    project_delete,
    video_create,
)

pytestmark = pytest.mark.django_db


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
    stream = services.stream_create(workspace, video=video, recording=video)
    services.talk_create(event, title=" Opening ", stream=stream, public_id="ses_opening")
    assert Talk.objects.get().title == "Opening"
    services.event_delete(event)
    assert (Event.objects.count(), Talk.objects.count(), Video.objects.count()) == (0, 0, 1)


def test_a_talk_shows_videos_of_its_own_workspace(workspace: Workspace, other_workspace: Workspace) -> None:
    event = services.event_create(workspace, name="Days")
    with pytest.raises(Invalid) as error:
        services.talk_create(event, title="T", recording=video_create(other_workspace, title="V"))
    assert fields_of(error) == ["recording"]


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
    assert fields_of(error) == ["id"]


def test_an_id_taken_between_the_check_and_the_saving_is_not_free_either(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_create(workspace, name="A", public_id="proj_a")
    monkeypatch.setattr(Project, "validate_unique", lambda self, exclude=None: None)
    with pytest.raises(NotFree):
        project_create(workspace, name="B", public_id="proj_a")


def test_what_is_at_hand_is_not_asked_for_again(workspace: Workspace, django_assert_num_queries: Any) -> None:
    # Whether the id is free, the row, and (its transaction apart) nothing else.
    with django_assert_num_queries(2 + 2):
        project = project_create(workspace, name="A")
    with pytest.raises(Invalid, match="There is no such project"):
        folder_create(Workspace.objects.create(name="Other"), name="F", project=project)
