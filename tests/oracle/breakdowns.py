"""Sessions by dimension, under filters, and shares in per cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from .catalog import Catalog
from .facts import Session
from .metrics import measure
from .periods import UNITS, label

Key = str | bool | None
COLUMNS = (
    "video",
    "country",
    "region",
    "city",
    "device",
    "os",
    "browser",
    "domain",
    "page",
    "source",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "visitor",
    "error",
    "live",
)
SHELVES = ("project", "folder", "template", "event", "talk")
CLOCKS = ("weekday", "hour_of_day")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Nobody says who they are in these worlds.
ANONYMOUS = "identified"
DIMENSIONS = (*COLUMNS, *SHELVES, *UNITS, *CLOCKS, ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps sessions by a dimension: op is in, not_in or contains (any of the texts, in either case)."""

    dimension: str
    op: str
    values: tuple[Key, ...]


def keys(session: Session, dimension: str, catalog: Catalog) -> tuple[Key, ...]:
    """The values a session counts for: one, or its folder and each ancestor; (None,) where its video has none."""
    if dimension in UNITS:
        return (label(session.started_at, dimension, catalog.zone),)
    if dimension in CLOCKS:
        local = session.started_at.astimezone(ZoneInfo(catalog.zone))
        return (DAYS[local.weekday()] if dimension == "weekday" else f"{local:%H}",)
    if dimension in SHELVES:
        value = getattr(catalog.video(session.video), dimension)
        return tuple(catalog.lineage(value)) or (None,) if dimension == "folder" else (value,)
    if dimension == ANONYMOUS:
        return (False,)
    if dimension not in COLUMNS:
        raise KeyError(dimension)
    return (getattr(session, dimension),)


def passes(session: Session, rule: Filter, catalog: Catalog) -> bool:
    """Whether a session gets through one filter. With folders, one of its ancestors suffices (or rules it out)."""
    found = keys(session, rule.dimension, catalog)
    if rule.op == "contains":
        return any(str(text).lower() in str(key or "").lower() for key in found for text in rule.values)
    if rule.op not in ("in", "not_in"):
        raise KeyError(rule.op)
    return any(key in rule.values for key in found) == (rule.op == "in")


def kept(sessions: Iterable[Session], rules: Iterable[Filter], catalog: Catalog) -> list[Session]:
    """The sessions that pass every filter."""
    rules = list(rules)
    return [one for one in sessions if all(passes(one, rule, catalog) for rule in rules)]


def groups(sessions: Iterable[Session], by: Sequence[str], catalog: Catalog) -> dict[tuple[Key, ...], list[Session]]:
    """The sessions by one or more dimensions; () has one group, even of nothing. Empty buckets are not added."""
    found: dict[tuple[Key, ...], list[Session]] = {} if by else {(): []}
    for one in sessions:
        for key in product(*(keys(one, dimension, catalog) for dimension in by)):
            found.setdefault(key, []).append(one)
    return found


def table(
    sessions: Iterable[Session], by: Sequence[str], names: Iterable[str], catalog: Catalog, *, bots: bool = False
) -> dict[tuple[Key, ...], dict[str, Any]]:
    """The named metrics of each group. Bots are left out before grouping, so a group of bots alone does not appear."""
    counted = [one for one in sessions if bots or not one.bot]
    names = list(names)
    return {key: measure(group, names, bots=True) for key, group in groups(counted, by, catalog).items()}


def percent_shares(values: Sequence[int | Fraction], places: int = 0) -> list[float | None]:
    """Each value's share of the total in per cent, rounded to `places` so that they add up to 100.

    Every share is cut off; what is then missing goes, one unit each, to the largest remainders (of equal ones to
    the larger value, then to the earlier). Shares of nothing are None.
    """
    total = Fraction(sum(values))
    if not total:
        return [None] * len(values)
    units = 100 * 10**places
    exact = [Fraction(value) * units / total for value in values]
    whole = [int(share) for share in exact]
    order = sorted(range(len(values)), key=lambda row: (whole[row] - exact[row], -values[row], row))
    for row in order[: units - sum(whole)]:
        whole[row] += 1
    return [share / 10**places for share in whole]
