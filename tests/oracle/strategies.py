"""Hypothesis strategies for workspaces full of nasty viewing sessions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .catalog import Catalog, Folder, Video
from .facts import milliseconds
from .periods import midnight
from .sampling import uuid4, uuid7

ZONES = ("Europe/Berlin", "Asia/Kathmandu", "America/New_York", "UTC")
CLOCK_CHANGES = tuple(
    datetime(*moment, tzinfo=UTC)
    for moment in ((2024, 3, 31, 1), (2024, 10, 27, 1), (2024, 3, 10, 7), (2024, 11, 3, 6), (2025, 3, 30, 1))
)
# Leap day and the day after, new year, the Monday whose week spans two years, an ordinary day.
DAYS = tuple(datetime(*day).date() for day in ((2024, 2, 29), (2024, 3, 1), (2025, 1, 1), (2024, 12, 30), (2025, 6, 4)))
SECOND, HOUR, DAY = 1000, 3_600_000, 86_400_000
OFFSETS = (-DAY, -HOUR, -HOUR // 2, -SECOND, -1, 0, 0, 1, SECOND, 2 * SECOND, HOUR // 2, HOUR, DAY, 7 * DAY)
# Tiny ones, both sides of the limits at 5 s (and 5 s / 0.95), 30 s and 1,000 s, and long ones.
DURATIONS = (1, 19, 40, 1000, 3001, 4999, 5000, 5001, 5263, 5264, 10_500, 29_999, 30_000, 30_001, 60_000, 300_250)
LONG = (999_001, 999_999, 1_000_000, 1_000_001, 1_234_567, 86_400_000)
MAXIMUM = 604_800_000
LENGTHS = (0, 1, 500, 999, 1000, 4999, 5000, 5001, 29_999, 30_000, 30_001, 90_000)
ELAPSED = (0, 1, 999, 1000, 1001, 2000, 3000, HOUR, DAY)
NASTY = (
    "plain",
    "it's",
    '"quoted"',
    "back\\slash",
    "100%",
    "%s %(x)s {0}",
    "_",
    "a,b;c d",
    "=1+1",
    "<b>&amp;",
    "Zürich",
    "काठमाडौं",
    "🎉👩‍👩‍👧",
    "e\u0301",
    "שלום",
    "null",
    "'; DROP TABLE x; --",
)
DEVICES = ("desktop", "tablet", "smartphone", "tv", "other")
KINDS = ("click", "share", "reaction", "reaction", "cta", "annotation", "turnstile")
HOSTS = ("example.com", "Example.COM", "www.example.com:8443", "localhost", "xn--mnchen-3ya.de", "192.0.2.7")
PARAMETERS = ("a", "b[]", "utm_source", "utm_medium", "utm_campaign", "utm_x", "gclid", "fbclid", "msclkid", "gclid2")
LONGEST_PAGE = "https://example.com/".ljust(2048, "a")


def in_seconds(ms: int) -> float:
    return ms / 1000


@dataclass(frozen=True, slots=True)
class World:
    """A workspace, the snapshots sent to it in this order, and a moment to ask about periods."""

    catalog: Catalog
    snapshots: list[dict[str, Any]]
    now: datetime


# Strategies are made once, up here: making and validating them costs more than drawing from them.
# Short names without control characters, surrogates, or white space at either end; never empty.
TEXTS: SearchStrategy[str] = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp")), min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool),
)
QUERIES = st.lists(
    st.tuples(st.sampled_from(PARAMETERS), TEXTS), max_size=5, unique_by=lambda parameter: parameter[0]
).map(lambda pairs: "?" * bool(pairs) + "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs))
ADDRESSES: SearchStrategy[str] = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(("https", "http")),
    st.sampled_from(HOSTS),
    st.sampled_from(("", "/", "/a/b.html", "/raw/ü🎉/it's/100%", '/"x"\\y'))
    | TEXTS.map(lambda text: "/" + quote(text)),
    QUERIES,
    st.sampled_from(("", "#", "#top?utm_source=no")),
)
# http(s), most with a query that tracks and a fragment; one in twenty as long as the protocol allows.
PAGES = st.integers(1, 20).flatmap(lambda n: st.just(LONGEST_PAGE) if n == 20 else ADDRESSES)
# A click or share may say that it converted, which means nothing.
ACTIONS: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS), "name": TEXTS, "at": st.integers(0, 60_000).map(in_seconds)},
    optional={"converted": st.booleans()},
)
QUALITIES: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "startup": st.none() | st.integers(0, 9_000).map(in_seconds),
        "rebuffers": st.integers(0, 3),
        "rebuffering": st.sampled_from((0, 1, 499, 30_000)).map(in_seconds),
        "error": TEXTS,
    },
)
# All of a snapshot but what depends on its session; visitor and visit are always given.
CONTENTS: SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "v": st.just(1),
        "seq": st.integers(0, 4) | st.sampled_from((255, 256, 100_000)),
        "visit": st.sampled_from([uuid4(number) for number in range(5)]),
        "visitor": st.sampled_from(("a", "b", "B", "it's", "🎉", "back\\slash%")),
        "consent": st.just(True),
        "plays": st.sampled_from((0, 1, 1, 3)),
        "elapsed": st.one_of(st.sampled_from(ELAPSED), st.integers(0, 5000)).map(in_seconds),
        "live": st.booleans(),
        "actions": st.lists(ACTIONS, max_size=3),
        "device": st.sampled_from(DEVICES),
        "bot": st.sampled_from((False, False, False, True)),
    },
    optional={
        "page": PAGES,
        "referrer": PAGES,
        "country": st.sampled_from(("DE", "US", "NP")),
        "region": TEXTS,
        "city": TEXTS,
        "os": st.sampled_from(("iOS", "Windows")),
        "browser": st.sampled_from(("Chrome", "Mobile Safari")),
        "quality": QUALITIES,
        "duration": st.sampled_from((0, *DURATIONS, *LONG)).map(in_seconds),
    },
)


@st.composite
def catalogs(draw: DrawFn) -> Catalog:
    """A workspace in one of four zones: up to five nested folders in two projects, up to five videos."""
    projects = ["proj_0000000000", "proj_0000000001"]
    folders: list[Folder] = []
    for number in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([None, *folders]))
        project = parent.project if parent else draw(st.sampled_from(projects))
        folders.append(Folder(f"fold_{number:010}", parent.id if parent else None, project))
    videos = []
    for number in range(draw(st.integers(1, 5))):
        folder = draw(st.sampled_from([None, *folders]))
        length = draw(st.none() | st.sampled_from(DURATIONS) | st.sampled_from(LONG) | st.integers(1, 40_000))
        videos.append(
            Video(
                id=f"vid_{number:010}",
                duration=None if length is None else Decimal(length) / 1000,
                project=folder.project if folder else draw(st.sampled_from([None, *projects])),
                folder=folder.id if folder else None,
                template=draw(st.sampled_from((None, "tmpl_0000000000", "tmpl_0000000001"))),
                event=draw(st.sampled_from((None, "evt_0000000000", "evt_0000000001"))),
            )
        )
    return Catalog(draw(st.sampled_from(ZONES)), tuple(videos), tuple(folders))


@cache
def stretches(duration: int | None) -> SearchStrategy[list[list[float]]]:
    """Up to eight stretches in any order: overlapping, repeated, empty, beyond the end, at the limits of `duration`."""
    length = duration or 20_000
    limits = {0, length, length - 1, length + 1, length + 60_000}
    limits |= {length * part // 100 + more for part in (25, 50, 75, 95, 99) for more in (-1, 0, 1)}
    limits |= {limit + more for limit in (500, 5000, 30_000) for more in (-1, 0)}
    points = st.sampled_from(sorted(point for point in limits if 0 <= point <= MAXIMUM))
    points |= st.integers(0, min(length + 5000, MAXIMUM))
    from_zero = points.map(lambda end: (0, end))
    between = st.tuples(points, points).map(lambda pair: (min(pair), max(pair)))
    lasting = st.tuples(points, st.sampled_from(LENGTHS)).map(lambda it: (it[0], min(MAXIMUM, sum(it))))
    lists = st.lists(from_zero | between | lasting, max_size=6)
    # Players report parts of milliseconds too: 0.4 ms are rounded down, 0.6 ms up.
    return st.tuples(lists, st.integers(0, 2), st.sampled_from((0, 0, 0, 4, 6))).map(
        lambda it: [[(10 * ms + it[2]) / 10_000 for ms in stretch] for stretch in it[0] + it[0][: it[1]]]
    )


@st.composite
def snapshots_of(draw: DrawFn, video: Video, session: str) -> list[dict[str, Any]]:
    """One to four snapshots of one session with unrelated contents; a seq may come twice."""
    made = []
    for _ in range(draw(st.sampled_from((1, 1, 1, 2, 4)))):
        content = draw(CONTENTS)
        seconds = video.duration or content.get("duration")
        played = draw(stretches(milliseconds(seconds) if seconds else None))
        made.append({**content, "video": video.id, "session": session, "stretches": played})
    return made


@st.composite
def worlds(draw: DrawFn, max_sessions: int = 8) -> World:
    """A catalog, its sessions around one or two awkward moments of its zone, and `now` near the first of them."""
    catalog = draw(catalogs())
    awkward = (*CLOCK_CHANGES, *(midnight(day, catalog.zone) for day in DAYS))
    centres = draw(st.lists(st.sampled_from(awkward), min_size=1, max_size=2))
    offsets = st.sampled_from(OFFSETS) | st.integers(0, 5).map(lambda n: n * SECOND) | st.integers(-40 * DAY, 40 * DAY)
    snapshots = []
    for number in range(draw(st.integers(0, max_sessions))):
        at = int(draw(st.sampled_from(centres)).timestamp()) * 1000 + draw(offsets)
        snapshots += draw(snapshots_of(draw(st.sampled_from(catalog.videos)), uuid7(at, number)))
    now = centres[0] + timedelta(milliseconds=draw(st.sampled_from((*OFFSETS, 40 * DAY, 400 * DAY))))
    return World(catalog, draw(st.permutations(snapshots)), now)
