"""Migrations that move what people have entered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.mark.django_db(transaction=True)
def test_a_video_that_talks_showed_live_becomes_one_stream() -> None:
    def at(name: str) -> Any:
        executor = MigrationExecutor(connection)
        executor.migrate([("videos", name)])
        return executor.loader.project_state([("videos", name)]).apps

    try:
        apps = at("0001_initial")
        workspace = apps.get_model("videos", "Workspace").objects.create(name="W")
        event = apps.get_model("videos", "Event").objects.create(workspace=workspace, name="E", public_id="evt_e")
        videos = apps.get_model("videos", "Video").objects
        live, kept = (videos.create(workspace=workspace, title=name, public_id=f"vid_{name}") for name in "ab")
        talks = apps.get_model("videos", "Talk").objects
        for name, video, recording in (("x", live, kept), ("y", live, None), ("z", None, kept)):
            talks.create(event=event, title=name, public_id=f"ses_{name}", video=video, recording=recording)

        apps = at("0002_streams_and_registrations")
        stream = apps.get_model("videos", "Stream").objects.get()
        assert (stream.video_id, stream.recording_id, stream.workspace_id) == (live.pk, kept.pk, workspace.pk)
        assert stream.public_id.startswith("strm_")
        shown = apps.get_model("videos", "Talk").objects.order_by("title").values_list("stream_id", "recording_id")
        assert list(shown) == [(stream.pk, kept.pk), (stream.pk, None), (None, kept.pk)]

        apps = at("0001_initial")
        assert list(apps.get_model("videos", "Talk").objects.order_by("title").values_list("video_id", flat=True)) == [
            live.pk,
            live.pk,
            None,
        ]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
