"""Catalogs and snapshots in realistic mixes, quickly and the same for the same seed; and UUIDv7s for given moments."""

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from .catalog import Catalog, Folder, Video

PLACES = (
    ("DE", "Berlin", "Berlin"),
    ("DE", "Bayern", "München"),
    ("US", "New York", "New York"),
    ("US", "California", "San José"),
    ("NP", "Bagmati", "काठमाडौं"),
    ("GB", "England", "King's Lynn"),
    ("", "", ""),
)
CLIENTS = (
    ("desktop", "Windows", "Chrome"),
    ("desktop", "Mac OS X", "Safari"),
    ("desktop", "Linux", "Firefox"),
    ("smartphone", "iOS", "Mobile Safari"),
    ("smartphone", "Android", "Chrome Mobile"),
    ("tablet", "iOS", "Mobile Safari"),
    ("tv", "Tizen", "Samsung Internet"),
    ("other", "", ""),
)
PAGES = (
    "https://www.example.com/",
    "https://www.example.com/pricing?plan=pro&utm_source=newsletter&utm_medium=e-mail&utm_campaign=Spring%2026#top",
    "https://blog.example.org/a/b?utm_source=google&gclid=Cj0",
    "http://localhost:3000/demo",
    "",
)
REFERRERS = ("https://www.google.com/", "https://news.example.net/item?id=1", "", "")
DURATIONS = (None, "4.2", "18", "60", "95.5", "300", "754.321", "1800", "5400")
YEAR_START, YEAR_END = datetime(2024, 10, 1, tzinfo=UTC), datetime(2025, 10, 1, tzinfo=UTC)


def uuid7(at: int, salt: int = 0) -> str:
    """The UUIDv7 of the moment `at` (ms since 1970), the same for the same salt."""
    noise = int.from_bytes(sha256(f"uuid7 {salt}".encode()).digest()[:10], "big")
    low = noise & ((1 << 62) - 1) | 0b10 << 62
    return str(UUID(int=at << 80 | 7 << 76 | (noise >> 62 & 0xFFF) << 64 | low))


def uuid4(salt: int) -> str:
    """A random-looking UUID, the same for the same salt."""
    return str(UUID(bytes=sha256(f"uuid4 {salt}".encode()).digest()[:16], version=4))


def random_catalog(seed: int, videos: int = 40, zone: str = "Europe/Berlin") -> Catalog:
    """A workspace of two projects, a three-level folder tree in each, templates, events and videos of many lengths."""
    draw = Random(seed)
    projects = [f"proj_{number:010}" for number in range(2)]
    folders: list[Folder] = []
    for number in range(10):
        project = projects[number % 2]
        above = [one.id for one in folders if one.project == project]
        parent = draw.choice([None, *above]) if number > 1 else None
        folders.append(Folder(f"fold_{number:010}", parent, project))
    made = []
    for number in range(videos):
        folder = draw.choice([None, *folders])
        seconds = draw.choice(DURATIONS)
        made.append(
            Video(
                id=f"vid_{number:010}",
                duration=None if seconds is None else Decimal(seconds),
                project=folder.project if folder else draw.choice([None, *projects]),
                folder=folder.id if folder else None,
                template=draw.choice([None, "tmpl_0000000000", "tmpl_0000000001"]),
                event=draw.choice([None, None, None, "evt_0000000000"]),
            )
        )
    return Catalog(zone, tuple(made), tuple(folders))


def random_sessions(
    seed: int,
    n: int,
    catalog: Catalog | None = None,
    start: datetime = YEAR_START,
    end: datetime = YEAR_END,
) -> list[dict[str, Any]]:
    """The snapshots of `n` sessions loaded in [start, end), some with older snapshots too, in no order."""
    draw = Random(seed)
    catalog = catalog or random_catalog(seed)
    first, last = int(start.timestamp() * 1000), int(end.timestamp() * 1000)
    people = max(1, n * 2 // 3)
    snapshots = []
    for number in range(n):
        video = catalog.videos[min(int(draw.expovariate(0.1)), len(catalog.videos) - 1)]
        session = uuid7(draw.randrange(first, last), seed * 1_000_003 + number)
        newest = _snapshot(draw, video, session, draw.randrange(people))
        snapshots.append(newest)
        if draw.random() < 0.1 and newest["stretches"]:
            snapshots.append({**newest, "seq": newest["seq"] - 1, "stretches": newest["stretches"][:-1], "actions": []})
    draw.shuffle(snapshots)
    return snapshots


def _snapshot(draw: Random, video: Video, session: str, person: int) -> dict[str, Any]:
    duration = int((video.duration or 120) * 1000)
    country, region, city = PLACES[person % len(PLACES)]
    device, os, browser = draw.choice(CLIENTS)
    played = draw.random() < 0.7
    stretches: list[list[float]] = []
    position = 0
    while played and position < duration and len(stretches) < 8:
        stop = min(duration, position + int(draw.expovariate(2 / duration)))
        stretches.append([position / 1000, stop / 1000])
        position = draw.choice([stop, stop, draw.randrange(duration)])
        if draw.random() < 0.4:
            break
    snapshot: dict[str, Any] = {
        "v": 1,
        "video": video.id,
        "session": session,
        "seq": draw.randrange(1, 20),
        "visit": uuid4(person * 10 + draw.randrange(3)),
        "visitor": f"visitor-{person}",
        "consent": True,
        "page": draw.choice(PAGES),
        "referrer": draw.choice(REFERRERS),
        "plays": draw.choice([1, 1, 2, 5]) if played else 0,
        "stretches": stretches,
        "elapsed": (int(sum(end - start for start, end in stretches) * 1000) + draw.randrange(60_000)) / 1000,
        "live": video.event is not None and draw.random() < 0.5,
        "actions": [_action(draw, duration) for _ in range(draw.choice([0, 0, 0, 0, 1, 3]))] if played else [],
        "country": country,
        "region": region,
        "city": city,
        "device": device,
        "os": os,
        "browser": browser,
        "bot": draw.random() < 0.03,
    }
    if played:
        snapshot["quality"] = _quality(Random(session))
    if video.duration is None and draw.random() < 0.8:
        snapshot["duration"] = 120.0
    return {key: value for key, value in snapshot.items() if value != ""}


def _quality(draw: Random) -> dict[str, Any]:
    quality: dict[str, Any] = {"startup": draw.randrange(50, 4000) / 1000} if draw.random() < 0.9 else {}
    if draw.random() < 0.15:
        quality |= {"rebuffers": draw.randrange(1, 5), "rebuffering": draw.randrange(5000) / 1000}
    if draw.random() < 0.05:
        quality["error"] = draw.choice(["MEDIA_ERR_NETWORK", "MEDIA_ERR_DECODE", "<b>no picture</b>"])
    return quality


def _action(draw: Random, duration: int) -> dict[str, Any]:
    kind = draw.choice(["click", "share", "reaction", "reaction", "cta", "annotation", "turnstile"])
    name = draw.choice(["like", "love", "🎉"]) if kind == "reaction" else draw.choice(["buy", "footer", "Über uns"])
    return {"type": kind, "name": name, "at": draw.randrange(duration) / 1000, "converted": draw.random() < 0.3}
