"""The schedules' part of the background, apart from exports.tasks, which ordering a report needs itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from exports.services.schedule_runs import schedules_run
from videos.background import fresh_connections


@shared_task(name="exports.schedules_run")
@fresh_connections()
def schedules_run_task() -> None:
    """Order the reports of all schedules whose time has come."""
    schedules_run(timezone.now())
