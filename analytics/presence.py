"""Who is watching now: the sessions that a player has just told of and whose video has not come to its end.

A player tells every 60 seconds while it plays, and once when it pauses, so somebody who pauses stays for as long.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, BooleanField, F, IntegerField

from analytics.clickhouse.compiler import grouped
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
    f"People with a session that was played, whose player was heard of within the last {WINDOW.seconds} seconds. A"
    " session no longer counts when its last stretch ends within half a second of the video's end (a live stream has"
    f" none), or when what it tells of is more than {CLOCKS_DIFFER.seconds // 60} minutes old. Bots are left out."
)
MINUTE, MINUTES = 60_000, 30
MINUTES_RULE = (
    f"The last {MINUTES} minutes show, for each, the different people of whom a played session was present in any part"
    " of it: from the load to the last snapshot, and until now where somebody is watching now."
)
_HAS_ENDED = "ifNull(NOT live AND ends[-1] + 500 >= duration, false)"
_BEGAN, _TOLD_OF = "toUnixTimestamp64Milli(started_at)", "toUnixTimestamp64Milli(started_at) + elapsed"
_TOLD = {"has_ended": RowSQL(_HAS_ENDED, BooleanField()), "told_of": RowSQL(_TOLD_OF, BigIntegerField())}
# What people who watch now can be told apart by; `stream` is the video of those who watch live, 0 for others.
_APART = {
    "video": F("video_id"),
    "stream": RowSQL("if(live, video_id, 0)", IntegerField()),
    "country": F("country"),
    "device": F("device"),
    "page": F("page"),
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
    oldest = _milliseconds(now - CLOCKS_DIFFER)
    return sessions.alias(**_TOLD).filter(has_ended=False, told_of__gte=oldest)


def watching_now(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> Watching:
    """Return how many are watching at `now`. Raises as sessions_now."""
    return Watching(**sessions_now(context, now, scope, filters).aggregate(**_COUNTS))


def watching_apart(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> dict[str, list[tuple[Any, Watching]]]:
    """Return how many are watching by video, live video, country, device and page, each most viewers first.

    One reading for all. Videos are primary keys, what is unknown is ''. Raises as sessions_now.
    """
    keys = {f"k_{name}": key for name, key in _APART.items()}
    rows = sessions_now(context, now, scope, filters).annotate(**keys).values(*keys).annotate(**_COUNTS)
    left_out = AggregateSQL(f"grouping({', '.join(keys)})")
    counted = grouped(rows.order_by("-viewers", "-sessions", *keys), "GROUPING SETS").annotate(left_out=left_out)
    # A bit for each key that a row is not grouped by, that of the first key being the highest.
    every = (1 << len(keys)) - 1
    names = {every - (1 << place): name for place, name in enumerate(reversed(_APART))}
    found: dict[str, list[tuple[Any, Watching]]] = {name: [] for name in _APART}
    for row in counted:
        name = names[row["left_out"]]
        found[name].append((row[f"k_{name}"], Watching(row["viewers"], row["sessions"])))
    return found


@dataclass(frozen=True)
class SessionNow:
    """A session in which somebody is watching. `position` is the end of the last stretch; it and `duration` in ms."""

    id: UUID
    video_id: int
    visitor: str
    country: str
    city: str
    device: str
    os: str
    browser: str
    page: str
    started_at: datetime
    live: bool
    duration: int | None
    position: int


def sessions_listed(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = (), *, most: int
) -> list[SessionNow]:
    """Return at most so many of the sessions of `now`, live ones first, then the latest. Raises as sessions_now."""
    rows = sessions_now(context, now, scope, filters).annotate(position=RowSQL("ends[-1]", BigIntegerField()))
    ordered = rows.order_by("-live", "-started_at", "id")
    return [SessionNow(**row) for row in ordered.values(*(each.name for each in fields(SessionNow)))[:most]]


def people_by_minute(
    context: Context, now: datetime, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> list[tuple[datetime, int]]:
    """Return the last minutes, the present one last, each with how many people were there. Raises as sessions_now."""
    first = now.replace(second=0, microsecond=0) - timedelta(minutes=MINUTES - 1)
    sessions = viewing_sessions(context, Period(context.zone, now - OLDEST_LOAD, None), scope, filters)
    # Nobody can have told earlier of what happened since, but for clocks.
    sessions = sessions.filter(played=True, received_at__gte=first - CLOCKS_DIFFER)
    minute = RowSQL(_minutes_sql(_milliseconds(first), now), IntegerField())
    rows = sessions.annotate(minute=minute).values("minute").annotate(viewers=_COUNTS["viewers"]).order_by()
    people = {row["minute"]: row["viewers"] for row in rows}
    return [(first + timedelta(minutes=place), people.get(place, 0)) for place in range(MINUTES)]


def _minutes_sql(first: int, now: datetime) -> str:
    """Return the SQL that makes a row of each minute, counted from `first` (ms), in which a session was present."""
    moment = _milliseconds(now)
    is_now = (
        f"toUnixTimestamp64Milli(received_at) > {_milliseconds(now - WINDOW)}"
        f" AND {_TOLD_OF} >= {_milliseconds(now - CLOCKS_DIFFER)} AND NOT {_HAS_ENDED}"
    )
    begin = f"greatest(least({_BEGAN}, {moment - 1}), {first})"
    end = f"if({is_now}, {moment}, least({_TOLD_OF}, {moment}))"
    return (
        f"arrayJoin(if({end} > {begin}, range(toUInt32(intDiv({begin} - {first}, {MINUTE})),"
        f" toUInt32(intDiv({end} - 1 - {first}, {MINUTE}) + 1)), []))"
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
