"""From snapshots (the lines of /v1/import/sessions) to viewing sessions: the columns derived on arrival."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit
from uuid import UUID

from .catalog import Catalog

Snapshot = Mapping[str, Any]
Stretch = tuple[int, int]
CLICK_IDS = ("gclid", "fbclid", "msclkid")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Action:
    """Something a viewer did, at `at` ms into the video."""

    type: str
    name: str
    at: int
    converted: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One viewing session in its newest state. Every time is whole milliseconds; None: needs an unknown duration."""

    id: str
    seq: int
    video: str
    started: int  # ms since 1970 in UTC
    visitor: str
    visit: str
    page: str
    domain: str
    source: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    live: bool
    stretches: tuple[Stretch, ...]
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
    quarters: tuple[bool, ...]  # four, or none where the duration is unknown
    actions: tuple[Action, ...]
    startup: int | None  # None: not told
    rebuffers: int
    rebuffering: int
    error: str
    country: str
    region: str
    city: str
    device: str
    os: str
    browser: str
    bot: bool

    @property
    def started_at(self) -> datetime:
        """The moment of the load, in UTC."""
        return EPOCH + timedelta(milliseconds=self.started)


def sessions_of(snapshots: Iterable[Snapshot], catalog: Catalog) -> list[Session]:
    """The viewing sessions these snapshots leave behind, oldest load first (of one moment: by id)."""
    newest: dict[UUID, Snapshot] = {}
    for snapshot in snapshots:
        key = UUID(snapshot["session"])
        if key not in newest or snapshot["seq"] >= newest[key]["seq"]:
            newest[key] = snapshot
    return sorted((session_of(one, catalog) for one in newest.values()), key=lambda one: (one.started, one.id))


def session_of(snapshot: Snapshot, catalog: Catalog) -> Session:
    """What is derived from one snapshot. It must name its visitor and visit, agree to be identified, and not be
    left to somebody's guess about a raw user agent: ValueError otherwise. An unknown video is a KeyError."""
    if not (snapshot.get("visitor") and snapshot.get("visit") and snapshot.get("consent", True)):
        raise ValueError("the oracle knows no keyed hashes: give visitor, visit and consent")
    if "user_agent" in snapshot or "identity" in snapshot:
        raise ValueError("the oracle reads no user agents and knows no people: give device, os, browser, bot, visitor")
    key = UUID(snapshot["session"])
    duration = duration_of(snapshot, catalog)
    stretches = tuple(clipped(stretch, duration) for stretch in snapshot.get("stretches", ()))
    watched = union(stretches)
    longest_run = max((end - start for start, end in stretches), default=0)
    plays = snapshot.get("plays", 0)
    page = snapshot.get("page") or ""
    quality = snapshot.get("quality") or {}
    return Session(
        id=str(key),
        seq=snapshot["seq"],
        video=snapshot["video"],
        started=key.int >> 80,
        visitor=snapshot["visitor"],
        visit=str(UUID(snapshot["visit"])),
        page=page_of(page),
        domain=domain_of(page),
        source=domain_of(snapshot.get("referrer") or ""),
        utm_source=query_value(page, "utm_source"),
        utm_medium=query_value(page, "utm_medium"),
        utm_campaign=query_value(page, "utm_campaign"),
        live=snapshot.get("live", False),
        stretches=stretches,
        watch_time=sum(end - start for start, end in stretches),
        watched=watched,
        longest_run=longest_run,
        duration=duration,
        elapsed=milliseconds(snapshot.get("elapsed", 0)),
        plays=plays,
        played=plays > 0,
        viewed=is_viewed(longest_run, duration),
        completed=is_completed(stretches, duration),
        watched_30=is_watched_30(watched, duration),
        quarters=quarters(stretches, duration),
        actions=tuple(
            Action(one["type"], one.get("name", ""), milliseconds(one.get("at", 0)), one.get("converted", False))
            for one in snapshot.get("actions", ())
        ),
        startup=None if quality.get("startup") is None else milliseconds(quality["startup"]),
        rebuffers=quality.get("rebuffers") or 0,
        rebuffering=milliseconds(quality.get("rebuffering") or 0),
        error=quality.get("error") or "",
        country=snapshot.get("country", ""),
        region=snapshot.get("region", ""),
        city=snapshot.get("city", ""),
        device=snapshot.get("device", "other"),
        os=snapshot.get("os", ""),
        browser=snapshot.get("browser", ""),
        bot=snapshot.get("bot", False),
    )


def milliseconds(seconds: float | Decimal) -> int:
    """Whole milliseconds nearest to the number as written; half a millisecond counts as a whole one."""
    return floor(Fraction(Decimal(str(seconds))) * 1000 + Fraction(1, 2))


def duration_of(snapshot: Snapshot, catalog: Catalog) -> int | None:
    """The catalog's duration, else the player's, in ms; None where neither is more than nothing."""
    for seconds in (catalog.video(snapshot["video"]).duration, snapshot.get("duration")):
        if seconds is not None and milliseconds(seconds) > 0:
            return milliseconds(seconds)
    return None


def clipped(stretch: Iterable[float], duration: int | None) -> Stretch:
    """The stretch in ms, ending where the video ends; one that lies beyond the end is left with no length."""
    start, end = (milliseconds(seconds) for seconds in stretch)
    return (start, end) if duration is None else (min(start, duration), min(end, duration))


def union(stretches: tuple[Stretch, ...]) -> int:
    """Milliseconds covered at least once: each piece between neighbouring edges counts where a stretch covers it."""
    edges = sorted({edge for stretch in stretches for edge in stretch})
    return sum(b - a for a, b in pairwise(edges) if any(start <= a and b <= end for start, end in stretches))


def is_viewed(longest_run: int, duration: int | None) -> bool:
    """Played without a break for 5 s, or for 95 % of what is shorter than that."""
    enough = Fraction(5000) if duration is None else min(Fraction(5000), Fraction(95, 100) * duration)
    return longest_run >= enough


def is_completed(stretches: tuple[Stretch, ...], duration: int | None) -> bool | None:
    """Whether some stretch ended in the last 5 %; None where nobody knows how long the video is."""
    return None if duration is None else any(end >= Fraction(95, 100) * duration for _, end in stretches)


def is_watched_30(watched: int, duration: int | None) -> bool:
    """30 different seconds watched, or 99 % of a video shorter than that."""
    short = duration is not None and duration < 30_000
    return watched >= (Fraction(99, 100) * duration if short and duration is not None else 30_000)


def quarters(stretches: tuple[Stretch, ...], duration: int | None) -> tuple[bool, ...]:
    """For each quarter of the video whether any part of it was played; () where the duration is unknown."""
    if duration is None:
        return ()
    edges = [Fraction(duration * quarter, 4) for quarter in range(5)]
    return tuple(
        any(start < end and start < high and end > low for start, end in stretches) for low, high in pairwise(edges)
    )


def page_of(url: str) -> str:
    """The address without its fragment and without the parameters that only track; all else letter by letter."""
    address, _, query = url.partition("#")[0].partition("?")
    kept = "&".join(pair for pair in query.split("&") if not tracks(unquote_plus(pair.partition("=")[0])))
    return f"{address}?{kept}" if kept else address


def tracks(parameter: str) -> bool:
    """Whether a query parameter of this name says where a visitor came from, not which page it is."""
    return parameter.startswith("utm_") or parameter in CLICK_IDS


def domain_of(url: str) -> str:
    """The host in lower case, without a port; '' for no address."""
    return urlsplit(url).hostname or ""


def query_value(url: str, parameter: str) -> str:
    """The decoded value of the query's first such parameter; '' where there is none."""
    return parse_qs(urlsplit(url).query, keep_blank_values=True).get(parameter, [""])[0]
