from typing import Any

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

    def ready(self) -> None:
        from videos.signals import video_deleted

        video_deleted.connect(_erase_sessions, dispatch_uid="analytics.erasure")


def _erase_sessions(**kwargs: Any) -> None:
    from analytics.tasks import orphaned_sessions_erase_task

    orphaned_sessions_erase_task.delay()
