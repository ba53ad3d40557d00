"""What one viewer watched: devices, places, how much of each video, and the sessions themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F
from django.db.models.expressions import RawSQL

from analytics.context import Context, all_time
from analytics.curves import union_sql, video_durations
from analytics.expressions import AggregateSQL
from analytics.models import ViewingSession
from analytics.periods import Period
from analytics.query import Row
from analytics.sessions import Filter, viewing_sessions

DEFINITIONS = {
    "Watched": (
        "How much of a video a viewer watched in all sessions together: the length of the union of all their stretches"
        " ÷ the duration, at most 1. What was seen in two sessions counts once. The duration is the catalog's; where it"
        " has none, the longest that players ever reported of the video; without either there is no share."
    ),
    "Finished": "Some session of the viewer's completed the video: a stretch ended in its last 5 %.",
    "Started": "Some session of the viewer's was played, and none completed the video.",
    "Never watched": "No session of the viewer's was played, or there is none; loading the player is not watching.",
    "Progress": (
        "Of a person and several videos: how many are finished, then the mean of Watched over those whose duration is"
        " known, in which a video never watched is 0. A person is everybody known by the same e-mail address: their"
        " sessions count together."
    ),
}
# Sessions named one by one; of a viewer with more, the engine looks through all of the workspace's.
MOST_NAMED = 5_000
WATCHED = {
    "loads": "count()",
    "plays": "countIf(played)",
    "completed": "countIf(completed)",
    "seconds": "sum(watch_time) / 1000",
    "union": union_sql("groupArrayArray(arrayZip(starts, ends))"),
    "last_at": "max(started_at)",
}
SESSION_FIELDS = (
    "id", "video_id", "started_at", "page", "domain", "source", "live", "starts", "ends", "watch_time", "watched",
    "duration", "plays", "completed", "country", "city", "device", "os", "browser",
)  # fmt: skip


@dataclass(frozen=True)
class Habit:
    """A device with its system and browser, or a place, and how many of the viewer's sessions were with it."""

    values: tuple[str, ...]
    loads: int


@dataclass(frozen=True)
class Habits:
    """The devices (device, system, browser) and places (country, region, city), the most used in front."""

    devices: tuple[Habit, ...]
    places: tuple[Habit, ...]


@dataclass(frozen=True)
class WatchedVideo:
    """How much of a video was watched in a set of sessions, rewatching apart: METRICS' `watched` over all of them.

    `share` is the length of the union of all their stretches ÷ the duration, 1 at most; None where that is unknown.
    """

    video_id: int
    loads: int
    plays: int
    is_completed: bool
    seconds: float
    share: float | None
    last_at: datetime


def viewer_sessions(context: Context, period: Period, key: str, filters: tuple[Filter, ...] = ()) -> Any:
    """Return the queryset of one viewer's sessions, quick however many others there are.

    Who is asked for by name is shown, of the workspace's own people too.
    """
    sessions = viewing_sessions(context, period, filters=filters, with_team=True).filter(visitor=key)
    # The index of visitors finds all snapshots of theirs; whether these are the newest, it cannot say. Where a session
    # lies in the table is the same for all its snapshots.
    snapshots = ViewingSession.objects.filter(workspace_id=context.workspace.pk, visitor=key).settings(final=0)
    places = list(snapshots.order_by().values_list("video_id", "started_at", "id").distinct()[: MOST_NAMED + 1])
    if not places:
        return sessions.none()
    if len(places) > MOST_NAMED:
        return sessions
    return sessions.filter(RawSQL("(video_id, started_at, id) IN %s", [places], BooleanField()))


def is_known(context: Context, key: str) -> bool:
    """Return whether the workspace has any session of a viewer with this key, those of bots apart."""
    return bool(viewer_sessions(context, all_time(context), key).exists())


def habits_of(sessions: Any) -> Habits:
    """Return with what and from where the sessions were watched: one statement."""
    devices, places = (
        AggregateSQL(f"sumMap([({columns})], [toUInt64(1)])")
        for columns in ("device, os, browser", "country, region, city")
    )
    found = sessions.order_by().aggregate(devices=devices, places=places)
    return Habits(_habits(found["devices"]), _habits(found["places"]))


def _habits(counted: tuple[list[tuple[str, ...]], list[int]] | None) -> tuple[Habit, ...]:
    pairs = zip(*counted, strict=True) if counted else ()
    habits = [Habit(tuple(values), int(loads)) for values, loads in pairs if any(values)]
    return tuple(sorted(habits, key=lambda habit: (-habit.loads, habit.values)))


def videos_watched(context: Context, sessions: Any, most: int) -> tuple[list[WatchedVideo], int]:
    """Return how much of each video was watched in one viewer's sessions, and of how many videos there are in all.

    The `most` videos watched last are returned, the last one in front; of those that the catalog has not any more too.
    """
    facts = {f"fact_{name}": AggregateSQL(sql) for name, sql in WATCHED.items()}
    found = sessions.order_by().settings(aggregate_functions_null_for_empty=0).values("video_id")
    found = found.annotate(in_all=AggregateSQL("count() OVER ()"), **facts).order_by(
        F("fact_last_at").desc(), "video_id"
    )
    rows = list(found[:most])
    durations = durations_of(context, [row["video_id"] for row in rows])
    return [_watched(row, durations.get(row["video_id"])) for row in rows], rows[0]["in_all"] if rows else 0


def durations_of(context: Context, videos: list[int]) -> dict[int, int]:
    """Return how long the videos are, ms, as far as it is known."""
    rows = context.workspace.videos.filter(pk__in=videos).order_by()
    return video_durations(context, dict.fromkeys(videos) | dict(rows.values_list("pk", "duration")))


def share_of(union: int, duration: int | None) -> float | None:
    """Return the part of a video of `duration` that a union of stretches covers."""
    return min(1.0, union / duration) if duration else None


def _watched(row: Row, duration: int | None) -> WatchedVideo:
    return WatchedVideo(
        video_id=row["video_id"],
        loads=row["fact_loads"],
        plays=row["fact_plays"],
        is_completed=bool(row["fact_completed"]),
        seconds=row["fact_seconds"],
        share=share_of(row["fact_union"], duration),
        last_at=row["fact_last_at"],
    )


def sessions_newest(sessions: Any, begin: int, size: int) -> list[Row]:
    """Return a page of the sessions with their SESSION_FIELDS, newest first."""
    return list(sessions.order_by("-started_at", "-id").values(*SESSION_FIELDS)[begin : begin + size])
