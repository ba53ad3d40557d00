"""Where the line is before which viewing sessions are too old."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from videos.retention import retention_cutoff


@pytest.mark.parametrize(
    ("zone", "number", "unit", "now", "cutoff"),
    [
        ("UTC", 30, "days", "2026-03-31T23:59", "2026-03-01T00:00"),
        ("UTC", 1, "months", "2026-03-31T12:00", "2026-02-28T00:00"),
        ("UTC", 1, "months", "2024-03-31T12:00", "2024-02-29T00:00"),
        ("UTC", 13, "months", "2026-01-15T12:00", "2024-12-15T00:00"),
        ("UTC", 12, "months", "2024-02-29T12:00", "2023-02-28T00:00"),
        # The day is the workspace's: in Kathmandu it is the next one already, and begins at 18:15 UTC.
        ("Asia/Kathmandu", 1, "days", "2026-03-31T20:00", "2026-03-30T18:15"),
        # Summer time began in between; midnight in March was another hour in UTC.
        ("Europe/Berlin", 1, "months", "2026-04-15T12:00", "2026-03-14T23:00"),
    ],
)
def test_the_line_is_the_beginning_of_a_day_of_the_workspace(
    zone: str, number: int, unit: str, now: str, cutoff: str
) -> None:
    found = retention_cutoff(ZoneInfo(zone), number, unit, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(cutoff).replace(tzinfo=UTC)
