"""One row of the fact table, as it goes to the engine and, when that refuses, into the spool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connections

from analytics.clickhouse.driver import Connection
from analytics.clickhouse.errors import translated
from analytics.models import ViewingSession


class FactRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A viewing session as one snapshot left it. Times within a video and waits are ms, instants UTC.

    A column that is added later needs a default here: spooled rows of an older release do not have it.
    """

    workspace_id: int
    video_id: int
    started_at: datetime
    id: UUID
    seq: int
    received_at: datetime
    visitor: str
    visit: UUID
    page: str
    domain: str
    referrer: str
    source: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    live: bool
    starts: list[int]
    ends: list[int]
    watch_time: int
    watched: int
    longest_run: int
    duration: int | None
    elapsed: int
    plays: int
    played: bool
    viewed: bool
    completed: bool | None
    watched_30: bool
    quarters: list[int]
    action_type: list[str]
    action_name: list[str]
    action_at: list[int]
    action_converted: list[bool]
    startup: int | None
    rebuffers: int
    rebuffering: int
    error: str
    screen_width: int
    screen_height: int
    language: str
    country: str
    region: str
    city: str
    lat: float | None
    lon: float | None
    network: str
    ip: str
    device: str
    os: str
    os_version: str
    browser: str
    browser_version: str
    bot: bool


_encode_lines = msgspec.json.Encoder().encode_lines
_SETTINGS = {
    "date_time_input_format": "best_effort",
    # History may span more months than the hundred that one block may have by default.
    "max_partitions_per_insert_block": 0,
}


def facts_encoded(rows: Sequence[FactRow]) -> bytes:
    """Return the rows as the lines that `lines_insert` takes."""
    return _encode_lines(rows)


def facts_insert(rows: Sequence[FactRow]) -> None:
    """Store the rows durably, all or none. Raises the classes of django.db for whatever the engine refuses."""
    lines_insert(facts_encoded(rows))


def lines_insert(lines: bytes) -> None:
    """Store encoded rows durably, all or none, as `facts_insert` does.

    The engine reads JSON lines on its own threads. Its native blocks, which Python would have to build column by
    column, cost this process's interpreter ten times as much, and requests would wait for that.
    """
    wrapper = connections["clickhouse"]
    wrapper.ensure_connection()
    table = ViewingSession._meta.db_table
    Connection.written_tables.add(table)
    with wrapper.wrap_database_errors, translated():
        wrapper.connection.client.raw_insert(f"`{table}`", None, lines, settings=_SETTINGS, fmt="JSONEachRow")
