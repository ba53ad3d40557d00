"""Who watched: what each visitor did, by the engine, and who they said to be, by the relational database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex

from analytics.api.wistia.base import Page, WistiaError
from analytics.context import Context, all_time
from analytics.expressions import AggregateSQL
from analytics.sessions import viewing_sessions
from analytics.viewers.known import one_of, persons_of

# 100,000 keys are one part as a rule; statements much longer than that hold up others.
BYTES_OF_KEYS = 4_000_000
FILTERS = {
    "has_name": ~Q(name=""),
    "has_email": ~Q(email=""),
    "identified_by_email_gate": Q(source="turnstile") & ~Q(email=""),
}
_LATEST = "(started_at, id)"
_FACTS = {
    "loads": "count()",
    "plays": "countIf(played)",
    "created": "min(started_at)",
    "active": "maxIf(started_at, played)",
    "last": f"argMaxIf(id, {_LATEST}, played)",
    "client": f"argMax((browser, browser_version, os, device), {_LATEST})",
}


@dataclass(frozen=True)
class Activity:
    """What a visitor did, bots' sessions apart, and the browser of the last load.

    `last_active_at` and `last_event` are the last load that was played, None where none was.
    """

    key: str
    loads: int
    plays: int
    created_at: datetime
    last_active_at: datetime | None
    last_event: UUID | None
    browser: str
    browser_version: str
    os: str
    device: str


def visitors_known(context: Context, filter_name: str, search: str) -> list[str] | None:
    """Return the keys of the persons that a list is narrowed to, None where nothing narrows it.

    `search` is a part of the name, letter by letter, or of the e-mail address, which is kept in lower case.
    Raises WistiaError for an unknown filter.
    """
    if filter_name and filter_name not in FILTERS:
        raise WistiaError(f"filter takes {', '.join(FILTERS)}, not {filter_name[:64]!r}.")
    if not filter_name and not search:
        return None
    known = persons_of(context)
    if filter_name:
        known = known.filter(FILTERS[filter_name])
    if search:
        # Not `contains`, which ignores case in some databases.
        in_name, in_email = StrIndex("name", Value(search)), StrIndex("email", Value(search.lower()))
        known = known.alias(in_name=in_name, in_email=in_email).filter(Q(in_name__gt=0) | Q(in_email__gt=0))
    return list(known.values_list("key", flat=True))


def visitors_page(context: Context, page: Page, keys: list[str] | None) -> list[Activity]:
    """Return a page of the visitors, of those with one of `keys` where given; who played last comes first.

    Who never played comes after all who did, the latest load first.
    """
    if keys is None:
        chosen = _ranked(context)[page.begin : page.end]
    else:
        ranked = (_ranked(context, part)[: page.end] for part in _parts(keys))
        chosen = sorted(chain.from_iterable(ranked), key=_rank)[page.begin : page.end]
    names = [visitor for visitor, _, _ in chosen]
    found = {activity.key: activity for activity in _activities(context, names)}
    return [found[name] for name in names if name in found]


def visitor_activity(context: Context, key: str) -> Activity | None:
    """Return what one visitor did, None where no person's session has this key."""
    return next(iter(_activities(context, [key])), None)


def _ranked(context: Context, keys: list[str] | None = None) -> Any:
    """Return a queryset of (visitor, last play, last load) in the list's order."""
    sessions = viewing_sessions(context, all_time(context))
    if keys is not None:
        sessions = sessions.filter(one_of(keys))
    times = {"active": AggregateSQL(_FACTS["active"]), "loaded": AggregateSQL("max(started_at)")}
    order = (F("active").desc(nulls_last=True), F("loaded").desc(), F("visitor").asc())
    return sessions.values("visitor").annotate(**times).order_by(*order).values_list("visitor", "active", "loaded")


def _parts(keys: list[str]) -> Iterator[list[str]]:
    """Yield the keys in as many lists as statements are needed to hold them."""
    part: list[str] = []
    size = 0
    for key in keys:
        length = len(json.dumps(key)) + 2
        if part and size + length > BYTES_OF_KEYS:
            yield part
            part, size = [], 0
        part.append(key)
        size += length
    if part:
        yield part


def _rank(row: tuple[str, datetime | None, datetime]) -> tuple[float, float, str]:
    visitor, active, loaded = row
    return (-active.timestamp() if active else 0.0, -loaded.timestamp(), visitor)


def _activities(context: Context, keys: list[str]) -> list[Activity]:
    if not keys:
        return []
    sessions = viewing_sessions(context, all_time(context)).filter(visitor__in=keys)
    facts = {f"fact_{name}": AggregateSQL(sql) for name, sql in _FACTS.items()}
    return [_activity(row) for row in sessions.values("visitor").annotate(**facts)]


def _activity(row: dict[str, Any]) -> Activity:
    played = bool(row["fact_plays"])
    return Activity(
        row["visitor"],
        row["fact_loads"],
        row["fact_plays"],
        row["fact_created"],
        row["fact_active"] if played else None,
        row["fact_last"] if played else None,
        *row["fact_client"],
    )
