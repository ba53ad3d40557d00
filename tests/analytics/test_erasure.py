"""A deleted video's viewing sessions are forgotten, and nobody else's."""

from __future__ import annotations

import pytest

from analytics.erasure import orphaned_sessions_erase
from analytics.models import ViewingSession
from analytics.tasks import orphaned_sessions_erase_task
from tests.analytics.worlds import catalog_load, sessions_load
from tests.oracle.sampling import random_catalog, random_sessions
from videos import services
from videos.models import Video

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])


def test_a_deleted_videos_sessions_go_and_all_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(orphaned_sessions_erase_task, "delay", lambda: asked.append(True))
    for seed in (1, 2):
        catalog = random_catalog(seed, videos=3)
        workspace, ids = catalog_load(catalog)
        sessions_load(workspace, ids, random_sessions(seed, 40, catalog))
    video = Video.objects.filter(workspace=workspace).exclude(pk=None).first()
    assert video is not None
    gone, before = ViewingSession.objects.filter(video_id=video.pk).count(), ViewingSession.objects.count()
    assert orphaned_sessions_erase() == 0
    services.video_delete(video)
    assert asked == [True]
    assert orphaned_sessions_erase() == (1 if gone else 0)
    assert ViewingSession.objects.count() == before - gone
    assert gone > 0
    assert orphaned_sessions_erase() == 0
