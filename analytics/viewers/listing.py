"""The list of viewers: the engine ranks and pages, and the rest is looked up for the page's viewers alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, IntegerField, TextField
from django.db.models.expressions import RawSQL

from analytics.context import Context
from analytics.countries import country_names
from analytics.expressions import AggregateSQL
from analytics.metrics import METRICS
from analytics.viewers.known import (
    KEYS_TEXT,
    keys_found,
    keys_text,
    known_keys,
    known_keys_by_name,
    one_of,
    persons_by_key,
)
from analytics.viewers.marks import NUMBER_SQL, marks_meant

IDENTIFIED, ANONYMOUS = "identified", "anonymous"
MOST_MARKED = 10_000
_FACTS = {
    "loads": "count()",
    "plays": METRICS["plays"].sql,
    "videos": "uniqExactIf(video_id, played)",
    "finished": "uniqExactIf(video_id, completed)",
    "watch_time": METRICS["watch_time"].sql,
    "engagement": METRICS["engagement"].sql,
    "first_at": "min(started_at)",
    "last_at": "max(started_at)",
    "client": "argMax((country, city, device, os, browser), (started_at, video_id))",
}
_CLIENT = ("country", "city", "device", "os", "browser")
# The columns that a list can be sorted by.
SORTS = ("name", "place", "device", "videos", "plays", "watch_time", "engagement", "first_at", "last_at")


@dataclass(frozen=True)
class Wanted:
    """Which viewers of a list: `who` is `identified`, `anonymous` or '' for both.

    `search` finds persons by what is known of them and anonymous viewers by their mark. `sort` is one of SORTS, with
    `-` for the largest first; where two are equal, who was seen last comes first, and what is unknown comes last.
    """

    who: str = ""
    search: str = ""
    sort: str = "-last_at"
    begin: int = 0
    size: int = 50


@dataclass(frozen=True)
class Activity:
    """What a viewer did in the sessions asked about; the place and the client are those of the last one.

    `videos` counts those that were started, `finished` those that were completed, `watch_time` is in seconds,
    `engagement` the mean part of a video seen by a play, None without one.
    """

    key: str
    loads: int
    plays: int
    videos: int
    finished: int
    watch_time: float
    engagement: float | None
    first_at: datetime
    last_at: datetime
    country: str
    city: str
    device: str
    os: str
    browser: str


def activities_page(context: Context, sessions: Any, wanted: Wanted) -> tuple[list[Activity], int]:
    """Return the wanted page of the sessions' viewers, and how many are wanted in all.

    A handful of statements, however many they are; nothing, and 0, for a page beyond the last one.
    """
    rank = F("rank").desc(nulls_last=True) if wanted.sort.startswith("-") else F("rank").asc(nulls_last=True)
    ranked = _narrowed(context, sessions, wanted).settings(aggregate_functions_null_for_empty=0).values("visitor")
    ranked = ranked.annotate(
        rank=_rank(context, wanted.sort.removeprefix("-")),
        latest=AggregateSQL("max(started_at)"),
        in_all=AggregateSQL("count() OVER ()"),
    ).order_by(rank, "-latest", "visitor")
    page = list(ranked.values_list("visitor", "in_all")[wanted.begin : wanted.begin + wanted.size])
    found = activities(sessions, [key for key, _ in page])
    return [found[key] for key, _ in page if key in found], page[0][1] if page else 0


def activities(sessions: Any, keys: list[str]) -> dict[str, Activity]:
    """Return what each of these viewers did in the sessions."""
    if not keys:
        return {}
    facts = {f"fact_{name}": AggregateSQL(sql) for name, sql in _FACTS.items()}
    found = sessions.filter(one_of(keys)).settings(aggregate_functions_null_for_empty=0)
    return {row["visitor"]: _activity(row) for row in found.values("visitor").annotate(**facts)}


def _narrowed(context: Context, sessions: Any, wanted: Wanted) -> Any:
    if wanted.search:
        known = keys_found(context, wanted.search) if wanted.who != ANONYMOUS else []
        marked = _marked(context, sessions, wanted.search) if wanted.who != IDENTIFIED else []
        return sessions.filter(one_of(known + marked))
    if wanted.who == IDENTIFIED:
        return sessions.filter(one_of(known_keys(context)))
    if wanted.who == ANONYMOUS:
        return sessions.exclude(one_of(known_keys(context)))
    return sessions


def _marked(context: Context, sessions: Any, search: str) -> list[str]:
    """Return the keys of the anonymous viewers whose mark is searched for."""
    marks = marks_meant(search)
    if marks is None:
        return []
    condition = f"{NUMBER_SQL.replace('%', '%%')} BETWEEN %s AND %s"
    meant = sessions.filter(RawSQL(condition, (marks[0], marks[-1]), BooleanField()))  # noqa: S611
    keys = list(meant.order_by().values_list("visitor", flat=True).distinct()[:MOST_MARKED])
    known = persons_by_key(context, keys)
    return [key for key in keys if key not in known]


def _activity(row: dict[str, Any]) -> Activity:
    values = {name: row[f"fact_{name}"] for name in _FACTS if name != "client"}
    return Activity(row["visitor"], **values, **dict(zip(_CLIENT, row["fact_client"], strict=True)))


def _rank(context: Context, name: str) -> AggregateSQL:
    """Return the expression that the viewers are sorted by, null where it is unknown."""
    if name == "name":
        keys = known_keys_by_name(context)
        # Whoever is not known is in no place of the alphabet.
        place = f"transform(any(visitor), {KEYS_TEXT}, range(1, {len(keys) + 1}), NULL)"
        return AggregateSQL(place, IntegerField(), (keys_text(keys),)) if keys else AggregateSQL("NULL")
    if name == "place":
        codes, names = zip(*country_names().items(), strict=True)
        place = "nullIf(argMax(concat(transform(country, %s, %s, country), ' ', city), started_at), ' ')"
        return AggregateSQL(place, TextField(), (list(codes), list(names)))
    if name == "device":
        return AggregateSQL("nullIf(argMax(concat(device, ' ', os, ' ', browser), started_at), '  ')", TextField())
    return AggregateSQL(_FACTS[name])
