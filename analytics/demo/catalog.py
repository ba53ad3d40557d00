"""What the demo workspace contains: Lumen Academy, an invented school for office and web skills.

Plain data, without a database; `workspace.py` files it and `sessions.py` has it watched. A video that is rendered
lasts exactly its `seconds`; a broadcast has none, because a live player does not know how long it will be.
"""

from __future__ import annotations

import hashlib
import string
from dataclasses import dataclass
from functools import cache

from videos.models import Provider, TalkKind
from videos.rendering import Clip

WORKSPACE_NAME = "Lumen Academy (demo)"
TIMEZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Member:
    """Someone who signs in to the demo workspace."""

    email: str
    name: str
    role: str


@dataclass(frozen=True)
class Curve:
    """How a video is watched: the share of plays lost in the intro, the share that stays to the end, and its peaks.

    A peak is a passage people go back to: where it begins (share of the video), how long it is (s), and how likely a
    viewer who has passed it is to watch it again.
    """

    hook: float
    finish: float
    peaks: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class DemoVideo:
    """A video of the demo.

    `rank` is its place in popularity (1 first), `age` how long before the last day it came out (days of a year that is
    stretched to the days asked for; more than 365: it was always there), `channels` where it is embedded. `cta`,
    `annotation` and `turnstile` are what the player shows over it.
    """

    key: str
    title: str
    path: tuple[str, ...]
    template: str
    seconds: int | None
    look: str
    rank: int
    age: int
    curve: Curve
    channels: tuple[str, ...]
    cta: str = ""
    annotation: str = ""
    turnstile: str = ""

    @property
    def public_id(self) -> str:
        return demo_id("vid_", self.key)

    @property
    def project(self) -> str:
        return self.path[0]

    @property
    def clip(self) -> Clip:
        """What is rendered; of a broadcast, only the picture shown before it begins is used."""
        return Clip(self.public_id, self.title, self.path[-1], self.seconds or 1, self.look)


@dataclass(frozen=True)
class DemoTalk:
    """A talk of the event, on the event's day at a local time of day.

    `live` is the broadcast that shows it ("" for a talk that our player does not show), `recording` what is kept of it,
    `attendance` what share of all sessions attends it live.
    """

    key: str
    title: str
    kind: TalkKind
    provider: Provider
    live: str
    recording: str
    hour: int
    minutes: int
    attendance: float

    @property
    def public_id(self) -> str:
        return demo_id("ses_", self.key)


@cache
def demo_id(prefix: str, key: str) -> str:
    """Return the public id that a part of the demo always has: the prefix and 10 lower-case letters or digits."""
    alphabet = string.ascii_lowercase + string.digits
    digest = hashlib.sha256(f"{prefix}{key}".encode()).digest()
    return prefix + "".join(alphabet[byte % len(alphabet)] for byte in digest[:10])


MEMBERS = (
    Member("owner@lumen.example", "Olivia Brandt", "owner"),
    Member("editor@lumen.example", "Emil Novak", "editor"),
    Member("viewer@lumen.example", "Vera Lindgren", "viewer"),
)

SHEETS, WEB, STORIES, LIVE = "Spreadsheets & data", "Web craft", "Stories & news", "Lumen Live"
FORMULAS, LOOKUPS, CHARTS = (SHEETS, "Formulas"), (SHEETS, "Formulas", "Lookups"), (SHEETS, "Charts")
LOOKUPS_DEEP = (SHEETS, "Formulas", "Lookups", "Deep dives")
QUERIES = (SHEETS, "Queries")
HTML, MEDIA, ACCESS = (WEB, "HTML & CSS"), (WEB, "HTML & CSS", "Media"), (WEB, "Accessibility")
SCRIPT, GIT = (WEB, "JavaScript"), (WEB, "Working together")
CUSTOMERS, CAMPAIGNS = (STORIES, "Customers"), (STORIES, "Campaigns")
SEASONAL = (STORIES, "Campaigns", "Seasonal")
BROADCASTS, RECORDINGS = (LIVE, "Broadcasts"), (LIVE, "Recordings")

LESSON, STORY, PROMO, TALK = "Lesson", "Customer story", "Promotion", "Talk"
TEMPLATES = (LESSON, STORY, PROMO, TALK)

_COURSE = ("learn", "docs", "blog")
_SITE = ("www", "mail", "partner")
_ALL = ("www", "learn", "blog", "partner")

VIDEOS = (
    DemoVideo(
        "welcome", "Welcome to Lumen Academy", (STORIES,), PROMO, 33, "indigo", 1, 400,
        Curve(0.17, 0.46, ((0.42, 4, 0.07),)), _SITE, cta="Start the free course", annotation="See all courses",
    ),
    DemoVideo(
        "sum", "=SUM explained: formulas for beginners", FORMULAS, LESSON, 38, "forest", 2, 390,
        Curve(0.09, 0.41, ((0.3, 5, 0.3), (0.66, 4, 0.16))), (*_COURSE, "www"), cta="Next lesson",
    ),
    DemoVideo(
        "if", "IF, AND, OR: decisions in a cell", FORMULAS, LESSON, 34, "moss", 6, 384,
        Curve(0.1, 0.38, ((0.52, 5, 0.26),)), _COURSE, cta="Next lesson",
    ),
    DemoVideo(
        "percent", "50 % more or 50 % of? Percentages without tears", FORMULAS, LESSON, 30, "night", 11, 300,
        Curve(0.12, 0.43, ((0.38, 4, 0.24),)), _COURSE,
    ),
    DemoVideo(
        "lookup", "VLOOKUP is dead, long live XLOOKUP 🎉", LOOKUPS, LESSON, 45, "slate", 3, 210,
        Curve(0.11, 0.34, ((0.25, 6, 0.34), (0.7, 5, 0.2))), (*_COURSE, "partner"), cta="Download the workbook",
    ),
    DemoVideo(
        "index", "INDEX & MATCH, step by step", LOOKUPS, LESSON, 39, "lagoon", 9, 330,
        Curve(0.1, 0.36, ((0.48, 6, 0.31),)), _COURSE,
    ),
    DemoVideo(
        "arrays", "Spilling ranges: one formula, a thousand rows", LOOKUPS_DEEP, LESSON, 60, "indigo", 20, 150,
        Curve(0.14, 0.24, ((0.55, 7, 0.36),)), ("learn", "docs"),
    ),
    DemoVideo(
        "circular", "Circular references and how to get out of one", LOOKUPS_DEEP, LESSON, 40, "plum", 25, 96,
        Curve(0.16, 0.28, ((0.6, 5, 0.28),)), ("learn", "docs"),
    ),
    DemoVideo(
        "chart", "How to read a chart without being fooled", CHARTS, LESSON, 31, "sky", 5, 400,
        Curve(0.1, 0.47, ((0.33, 4, 0.2), (0.76, 4, 0.13))), ("learn", "blog", "www"), annotation="Try the quiz",
    ),
    DemoVideo(
        "pie", "Pie charts: when (almost never)", CHARTS, LESSON, 26, "coral", 12, 260,
        Curve(0.08, 0.56, ((0.5, 3, 0.17),)), ("learn", "blog"),
    ),
    DemoVideo(
        "pivot", "Pivot tables in six steps", CHARTS, LESSON, 48, "sand", 4, 350,
        Curve(0.09, 0.37, ((0.2, 5, 0.18), (0.46, 6, 0.38))), (*_COURSE, "www", "partner"), cta="Download the workbook",
    ),
    DemoVideo(
        "select", "Your first query: SELECT, WHERE, ORDER BY", QUERIES, LESSON, 36, "night", 10, 240,
        Curve(0.12, 0.35, ((0.4, 5, 0.27),)), _COURSE, cta="Next lesson",
    ),
    DemoVideo(
        "join", "JOIN, drawn on paper", QUERIES, LESSON, 34, "lilac", 13, 200,
        Curve(0.09, 0.44, ((0.5, 5, 0.35),)), _COURSE,
    ),
    DemoVideo(
        "tags", "Q&A: <video> tags in 2026", MEDIA, LESSON, 32, "slate", 8, 130,
        Curve(0.13, 0.42, ((0.44, 4, 0.25),)), ("learn", "docs", "blog"), annotation="Copy the snippet",
    ),
    DemoVideo(
        "captions", "Captions that people actually read", MEDIA, LESSON, 28, "dawn", 22, 88,
        Curve(0.12, 0.49, ((0.3, 3, 0.14),)), ("learn", "blog"),
    ),
    DemoVideo(
        "grid", "CSS Grid in 40 seconds", HTML, LESSON, 40, "lagoon", 7, 280,
        Curve(0.08, 0.52, ((0.22, 4, 0.29), (0.62, 4, 0.26))), ("learn", "docs", "blog", "www", "partner"),
    ),
    DemoVideo(
        "box", 'The box model, or: "why is it 2 px too wide?"', HTML, LESSON, 30, "sand", 16, 310,
        Curve(0.1, 0.45, ((0.55, 4, 0.22),)), ("learn", "docs"),
    ),
    DemoVideo(
        "promise", "await, async and what a promise is", SCRIPT, LESSON, 42, "forest", 14, 180,
        Curve(0.13, 0.31, ((0.36, 6, 0.33),)), ("learn", "docs"), cta="Next lesson",
    ),
    DemoVideo(
        "events", "Events: bubbling up, trickling down", SCRIPT, LESSON, 33, "plum", 19, 160,
        Curve(0.14, 0.33, ((0.5, 5, 0.26),)), ("learn", "docs"),
    ),
    DemoVideo(
        "contrast", "Contrast: can your grandfather read this?", ACCESS, LESSON, 30, "lilac", 17, 120,
        Curve(0.1, 0.5, ((0.4, 3, 0.12),)), ("learn", "blog", "partner"),
    ),
    DemoVideo(
        "keyboard", "Unplug the mouse: a keyboard test anyone can do", ACCESS, LESSON, 31, "moss", 18, 74,
        Curve(0.11, 0.45, ((0.65, 4, 0.16),)), ("learn", "blog"),
    ),
    DemoVideo(
        "rebase", 'Rebase "without fear"', GIT, LESSON, 40, "indigo", 15, 230,
        Curve(0.12, 0.3, ((0.28, 6, 0.32), (0.58, 5, 0.3))), ("learn", "docs"),
    ),
    DemoVideo(
        "northwind", "How Northwind trained 400 people in nine days", CUSTOMERS, STORY, 46, "coral", 21, 220,
        Curve(0.22, 0.29, ((0.7, 4, 0.06),)), ("www", "mail", "partner"), cta="Talk to us", turnstile="Read the case",
    ),
    DemoVideo(
        "fjord", "Fjord & Söner: from paper to pivot", CUSTOMERS, STORY, 36, "sky", 24, 110,
        Curve(0.2, 0.33), ("www", "mail"), cta="Talk to us", turnstile="Read the case",
    ),
    DemoVideo(
        "price", "One price, every course", CAMPAIGNS, PROMO, 22, "dawn", 23, 270,
        Curve(0.24, 0.51), ("www", "mail"), cta="Choose a plan",
    ),
    DemoVideo(
        "autumn", "New courses, new pencils: the next season", SEASONAL, PROMO, 24, "plum", 26, 64,
        Curve(0.2, 0.48), ("www", "mail", "blog"), cta="Choose a plan",
    ),
    DemoVideo(
        "keynote", "Keynote: the spreadsheet at fifty (highlights)", RECORDINGS, TALK, 64, "indigo", 27, 39,
        Curve(0.15, 0.27, ((0.35, 7, 0.2), (0.8, 5, 0.15))), _ALL, turnstile="Watch the recording",
    ),
    DemoVideo(
        "workshop", "Workshop: a dashboard from scratch (highlights)", RECORDINGS, TALK, 58, "slate", 28, 38,
        Curve(0.12, 0.3, ((0.5, 8, 0.35),)), ("www", "learn"), turnstile="Watch the recording",
    ),
    DemoVideo(
        "keynote-live", "Live: the spreadsheet at fifty", BROADCASTS, TALK, None, "night", 40, 0, Curve(0, 0), ("live",)
    ),
    DemoVideo(
        "workshop-live", "Live: a dashboard from scratch", BROADCASTS, TALK, None, "sand", 41, 0, Curve(0, 0), ("live",)
    ),
    DemoVideo(
        "panel-live", "Live: ask us anything", BROADCASTS, TALK, None, "sky", 42, 0, Curve(0, 0), ("live",)
    ),
)  # fmt: skip

EVENT_NAME = "Lumen Live"
EVENT_ADMIN = MEMBERS[-1]
EVENT_AGE = 40
"""How long before the last day the event was, in days of a year that is stretched to the days asked for."""
STAGE, BREAKOUT = TalkKind.MAIN_STAGE, TalkKind.BREAKOUT
WORKSHOP, NETWORKING = TalkKind.WORKSHOP, TalkKind.NETWORKING
OURS, YOUTUBE, TOKBOX, ZOOM = Provider.VIEWPRINT, Provider.YOUTUBE, Provider.TOKBOX, Provider.ZOOM
TALKS = (
    DemoTalk("keynote", "The spreadsheet at fifty", STAGE, OURS, "keynote-live", "keynote", 10, 45, 0.007),
    DemoTalk("workshop", "A dashboard from scratch", WORKSHOP, OURS, "workshop-live", "workshop", 11, 60, 0.005),
    DemoTalk("lunch", "Lunch tables: meet your teachers", NETWORKING, TOKBOX, "", "", 12, 60, 0.002),
    DemoTalk("panel", "Ask us anything", STAGE, YOUTUBE, "panel-live", "", 14, 30, 0.003),
    DemoTalk("clinic", "Formula clinic: bring your own file", BREAKOUT, ZOOM, "", "", 15, 45, 0.0025),
)
