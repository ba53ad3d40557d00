"""For how long viewing sessions are kept: where the line is, and what would go. The analytics delete them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from videos.models import RetentionUnit
from videos.signals import retention_asked


@dataclass(frozen=True)
class Leaving:
    """What the next run of a retention deletes: viewing sessions, and people of whom nothing is left then."""

    sessions: int
    people: int
    cutoff: datetime


def retention_cutoff(zone: ZoneInfo, number: int, unit: str, now: datetime) -> datetime:
    """Return the instant (UTC) before which sessions are too old: the beginning of a day in the workspace's zone."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=number) if unit == RetentionUnit.DAYS else _months_before(today, number)
    return datetime.combine(first, time(), zone).astimezone(UTC)


def retention_leaving(workspace_id: int, cutoff: datetime) -> Leaving:
    """Return what is older than `cutoff`, as whoever keeps the sessions counts it."""
    sessions = people = 0
    answers: Any = retention_asked.send(None, workspace_id=workspace_id, cutoff=cutoff)
    for _, (more_sessions, more_people) in answers:
        sessions, people = sessions + more_sessions, people + more_people
    return Leaving(sessions, people, cutoff)


def _months_before(day: date, months: int) -> date:
    """Return the same day of the month so many months before; of a shorter month the last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
