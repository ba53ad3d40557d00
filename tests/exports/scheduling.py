"""What the tests of schedules have in common."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from exports.models import Schedule
from exports.schedule_times import Timing
from exports.services.schedules import ScheduleOrder, schedule_create
from tests.exports.building import eml_files
from videos.models import User, Workspace

MONDAYS = ScheduleOrder(
    name="Weekly numbers",
    period_name="last_week",
    timing=Timing("weekly", 7, weekday=0),
    emails=("anna@example.com", "ben@example.com"),
    fields=("title", "views"),
)


def scheduled(workspace: Workspace, user: User | None = None, **changes: Any) -> Schedule:
    """Every Monday at seven, of last week, to two people, unless `changes` say otherwise."""
    return schedule_create(workspace, replace(MONDAYS, **changes), user=user)


def due_at(schedule: Schedule, moment: datetime) -> None:
    """Let the schedule's next run be at `moment`."""
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=moment)


def next_run_of(schedule: Schedule) -> str:
    """When the schedule runs next in its workspace's time zone, such as `Monday 07:00`."""
    schedule.refresh_from_db()
    assert schedule.next_run_at
    return f"{schedule.next_run_at.astimezone(schedule.workspace.zone):%A %H:%M}"


def mails(settings: Any) -> list[EmailMessage]:
    """The mails that were written to files, in the order they were sent."""
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in eml_files(settings)]  # type: ignore[misc]


def plain(message: EmailMessage) -> str:
    return str(message.get_body(("plain",)).get_content())
