"""Who is watching now: the sessions that a player has just told of and whose video has not come to its end.

A player tells every 60 seconds while it plays, and once when it pauses, so somebody who pauses stays for as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, BooleanField

from analytics.context import Context, Scope
from analytics.expressions import AggregateSQL, RowSQL
from analytics.formats import count_shown
from analytics.periods import Period
from analytics.sessions import Filter, viewing_sessions

# Longer than a player waits, by what a snapshot takes to arrive.
WINDOW = timedelta(seconds=75)
# No player may tell of a load that is older.
OLDEST_LOAD = timedelta(hours=48)
# What is older by the player's own clock is history that was imported, or told late.
CLOCKS_DIFFER = timedelta(minutes=10)
RULE = (
    f"Somebody is watching now whose player, of a session that was played, was last heard of less than"
    f" {WINDOW.seconds} seconds ago (and did not tell of more than {CLOCKS_DIFFER.seconds // 60} minutes before),"
    " unless the last stretch ended within half a second of the video's end; a live stream has none."
    " Bots are left out."
)
_TOLD = {
    "has_ended": RowSQL("ifNull(NOT live AND ends[-1] + 500 >= duration, false)", BooleanField()),
    "told_of": RowSQL("toUnixTimestamp64Milli(started_at) + elapsed", BigIntegerField()),
}
_COUNTS = {"viewers": AggregateSQL("uniqExact(visitor)"), "sessions": AggregateSQL("count()")}


@dataclass(frozen=True)
class Watching:
    """How many people, and in how many sessions."""

    viewers: int
    sessions: int

    rule = RULE

    @property
    def said(self) -> str:
        """The people, in words."""
        if not self.viewers:
            return "Nobody is watching now"
        return f"{count_shown(self.viewers)} {'person' if self.viewers == 1 else 'people'} watching now"


def sessions_now(context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()) -> Any:
    """Return the queryset of the sessions in which somebody is watching at `now`. Raises Invalid and Unknown."""
    period = Period(context.zone, now - OLDEST_LOAD, None)
    sessions = viewing_sessions(context, period, scope, filters).filter(played=True, received_at__gt=now - WINDOW)
    oldest = int((now - CLOCKS_DIFFER).timestamp() * 1000)
    return sessions.alias(**_TOLD).filter(has_ended=False, told_of__gte=oldest)


def watching_now(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> Watching:
    """Return how many are watching at `now`. Raises as sessions_now."""
    return Watching(**sessions_now(context, now, scope, filters).aggregate(**_COUNTS))


def watching_by_video(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> dict[int, Watching]:
    """Return how many are watching which video (by its primary key), most viewers first. Raises as sessions_now."""
    rows = sessions_now(context, now, scope, filters).values("video_id").annotate(**_COUNTS)
    counted = rows.order_by("-viewers", "-sessions", "video_id")
    return {row["video_id"]: Watching(row["viewers"], row["sessions"]) for row in counted}
