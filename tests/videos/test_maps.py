from __future__ import annotations

from typing import Any

import pytest

from videos.maps import catalog_maps
from videos.models import Event, Folder, Project, Template, Video, Workspace
from videos.services import (
    event_create,
    folder_create,
    project_create,
    stream_create,
    talk_create,
    template_create,
    video_create,
)

pytestmark = pytest.mark.django_db


def test_each_video_is_mapped_to_all_it_belongs_to(workspace: Workspace, other_workspace: Workspace) -> None:
    project = project_create(workspace, name="P")
    outer = folder_create(workspace, name="outer", project=project)
    inner = folder_create(workspace, name="inner", parent=outer)
    template = template_create(workspace, name="T")
    events = [event_create(workspace, name=name) for name in ("E1", "E2")]
    video = video_create(workspace, title="V", folder=inner, template=template)
    loose, replay = video_create(workspace, title="L"), video_create(workspace, title="R")
    stream = stream_create(workspace, video=video, recording=replay)
    first, second = (talk_create(event, title="talk", stream=stream, recording=video) for event in events)
    third = talk_create(events[0], title="another", stream=stream)
    video_create(other_workspace, title="theirs")

    maps = catalog_maps(workspace)

    assert maps.video == {video.pk: (video.public_id,), loose.pk: (loose.public_id,), replay.pk: (replay.public_id,)}
    assert maps.project == {video.pk: (project.public_id,), loose.pk: (), replay.pk: ()}
    assert maps.folder == {video.pk: (inner.public_id, outer.public_id), loose.pk: (), replay.pk: ()}
    assert maps.template == {video.pk: (template.public_id,), loose.pk: (), replay.pk: ()}
    shown_at = tuple(event.public_id for event in events)
    assert maps.event == {video.pk: shown_at, loose.pk: (), replay.pk: shown_at}
    # The first two have a recording of their own, which is not the stream's.
    ids = tuple(talk.public_id for talk in (first, second, third))
    assert maps.talk == {video.pk: ids, loose.pk: (), replay.pk: ids[2:]}
    titled = (video, loose, replay, first, second, third)
    named: list[Project | Folder | Template | Event] = [project, outer, inner, template, *events]
    assert maps.names == {row.public_id: row.title for row in titled} | {row.public_id: row.name for row in named}
    assert maps.videos_of("folder", outer.public_id) == [video.pk]
    assert maps.videos_of("folder", "fold_none") == []


def test_ten_thousand_videos_are_mapped_in_four_queries(workspace: Workspace, django_assert_num_queries: Any) -> None:
    project = Project.objects.create(workspace=workspace, name="P")
    folders = [Folder.objects.create(workspace=workspace, project=project, name=str(number)) for number in range(50)]
    template = Template.objects.create(workspace=workspace, name="T")
    Video.objects.bulk_create(
        Video(
            workspace=workspace, title=f"V{number}", project=project, folder=folders[number % 50], template=template,
            public_id=f"vid_{number}",
        )
        for number in range(10_000)
    )  # fmt: skip
    with django_assert_num_queries(4):
        assert len(catalog_maps(workspace).video) == 10_000
