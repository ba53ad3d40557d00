"""Background jobs: the Celery application, what runs when, and where workers may run.

Where `settings.JOBS_IN_PROCESS`, the worker and the schedule are threads of `serve` (config.jobs), whatever the queue.
Else they are processes of their own: `celery -A config worker` and `celery -A config beat`.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("viewprint")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="schedule_tasks")

# Every entry is harmless to run twice and catches up on what an earlier run missed.
app.conf.beat_schedule = {
    "due schedules": {"task": "exports.schedules_run", "schedule": crontab()},
    "unfinished reports": {"task": "exports.reports_resume", "schedule": 300.0},
    "expired reports": {"task": "exports.reports_expire", "schedule": crontab(minute="17")},
    "waiting webhook messages": {"task": "videos.hooks_resume", "schedule": 60.0},
    "old webhook messages": {"task": "videos.hook_deliveries_trim", "schedule": crontab(hour="3", minute="29")},
    "outlived salts": {"task": "analytics.old_salts_destroy", "schedule": crontab(minute="5")},
    "sessions kept for too long": {"task": "analytics.retention_apply", "schedule": crontab(hour="2", minute="11")},
    "sessions of deleted videos": {
        "task": "analytics.orphaned_sessions_erase",
        "schedule": crontab(minute="41"),
    },
}
# What a serving process begins with: the queue in memory is empty, and an hour that was slept through is made up for.
AT_START = (
    "exports.reports_resume_at_start",
    "exports.reports_expire",
    "videos.hooks_resume_at_start",
    "videos.mails_resume_at_start",
    "videos.hook_deliveries_trim",
    "analytics.old_salts_destroy",
    "analytics.orphaned_sessions_erase",
    "analytics.retention_apply",
)


@signals.setup_logging.connect
def keep_djangos_logging(**kwargs: Any) -> None:
    """Having a receiver of this signal is what keeps Celery from replacing settings.LOGGING."""


@signals.celeryd_init.connect
@signals.beat_init.connect
def refuse_outside_serve(**kwargs: Any) -> None:
    """End `celery worker` and `celery beat` where the jobs run inside `serve`: they could only wait or be refused."""
    if settings.ENGINE_IS_EMBEDDED:
        raise SystemExit(
            "The engine is embedded in `manage.py serve`, and so are the background jobs. "
            "To run workers of their own, set CLICKHOUSE_URL to a ClickHouse server and REDIS_URL to a Redis."
        )
    if not settings.REDIS_URL:
        raise SystemExit(
            "Without REDIS_URL the background jobs run inside `manage.py serve`. "
            "To run workers of their own, set REDIS_URL for them and for `serve`."
        )
