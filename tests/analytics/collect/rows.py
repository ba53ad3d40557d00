"""Rows of the fact table, as collecting makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from analytics.collect.devices import UNKNOWN
from analytics.collect.enrich import Sender, VideoFacts, Viewer, fact_row
from analytics.collect.facts import FactRow
from analytics.collect.places import NOWHERE
from analytics.collect.snapshot import Snapshot
from tests.analytics.collect.examples import VISIT, snapshot


def fact(**columns: Any) -> FactRow:
    """Return a row of a new session of video 1 in workspace 1, with these columns."""
    one = msgspec.convert(snapshot("vid_0000000000"), Snapshot)
    viewer = Viewer("browser-1", UUID(VISIT))
    row = fact_row(one, VideoFacts(1, 1, 60_000, "none"), Sender("", NOWHERE, UNKNOWN), viewer, datetime.now(UTC))
    return msgspec.structs.replace(row, **columns)
