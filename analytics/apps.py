from typing import Any

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from clickhouse_backend.models import UInt32Field
        from django.db.models.signals import post_delete, post_save

        from analytics.clickhouse.lookups import InNumbers
        from videos.models import Video, Workspace
        from videos.signals import retention_asked, video_deleted

        UInt32Field.register_lookup(InNumbers)
        video_deleted.connect(_erase_sessions, dispatch_uid="analytics.erasure")
        retention_asked.connect(_leaving, dispatch_uid="analytics.retention")
        for sender in (Video, Workspace):
            for signal in (post_save, post_delete):
                signal.connect(_forget_videos, sender=sender, dispatch_uid="analytics.lookups")


def _erase_sessions(**kwargs: Any) -> None:
    from analytics.tasks import orphaned_sessions_erase_task

    orphaned_sessions_erase_task.delay()


def _leaving(workspace_id: int, cutoff: Any, **kwargs: Any) -> tuple[int, int]:
    from analytics.retention import leaving

    return leaving(workspace_id, cutoff)


def _forget_videos(using: str, **kwargs: Any) -> None:
    from django.db import transaction

    from analytics.collect.lookups import videos_forget

    transaction.on_commit(videos_forget, using=using)
