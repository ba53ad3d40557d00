"""Who watched one video: how much of it each of its viewers saw, and how they last played it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.expressions import AggregateSQL
from analytics.viewers.history import WATCHED, share_of

_NEWEST = "argMaxIf((starts, ends, watched, duration), (started_at, id), played)"


@dataclass(frozen=True)
class Newest:
    """A viewer's newest play: its stretches and what they cover, in ms; nothing where there is none."""

    starts: Sequence[int]
    ends: Sequence[int]
    watched: int
    duration: int | None


@dataclass(frozen=True)
class Seen:
    """What one viewer saw of a video: `share` is the part that all sessions together cover, None where unknown."""

    share: float | None
    newest: Newest


def seen_by(sessions: Any, keys: list[str], duration: int) -> dict[str, Seen]:
    """Return what each of these viewers saw of the video that the `sessions` are of; `duration` in ms, 0: unknown."""
    if not keys:
        return {}
    found = sessions.filter(visitor__in=keys).order_by().settings(aggregate_functions_null_for_empty=0)
    facts = {"union": AggregateSQL(WATCHED["union"]), "newest": AggregateSQL(_NEWEST)}
    rows = found.values("visitor").annotate(**facts)
    return {row["visitor"]: Seen(share_of(row["union"], duration), Newest(*row["newest"])) for row in rows}
