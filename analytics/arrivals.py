"""What has come in of a video so far: its first snapshot and its latest, and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from analytics.collect.counters import drop_counts
from analytics.models import ViewingSession
from videos.models import Video, Workspace

COLUMNS = ("id", "seq", "video_id", "started_at", "page", "browser", "browser_version", "os", "bot")
# What may be a page's fault, in words; docs/collect.md has all reasons.
REFUSALS = {
    "unknown_video": "with an id that no video has",
    "invalid": "with values that cannot be",
    "unparsable": "that could not be read",
    "clock_skew": "from clocks that are wrong, which try again with the right time",
    "too_many_requests": "from an address that sends too much",
    "unavailable": "that could not be stored, which try again",
}


@dataclass(frozen=True)
class Arrival:
    """One viewing session as whoever sets a player up knows it again; `version` is that of its newest snapshot."""

    version: str
    video_id: int
    at: datetime
    page: str
    browser: str
    is_bot: bool


@dataclass(frozen=True)
class Arrivals:
    """The first and the latest session of a video; `elsewhere`, where it has none, the workspace's latest one."""

    first: Arrival | None
    latest: Arrival | None
    elsewhere: Arrival | None


def arrivals_of(workspace: Workspace, video: Video) -> Arrivals:
    """Return what has come in of the video. Bots are shown too: a test may be one."""
    of_video = ViewingSession.objects.filter(workspace_id=workspace.pk, video_id=video.pk)
    first = _one(of_video, "started_at")
    if first is not None:
        return Arrivals(first, _one(of_video, "-started_at"), None)
    return Arrivals(None, None, _one(ViewingSession.objects.filter(workspace_id=workspace.pk), "-started_at"))


def refusals() -> list[tuple[int, str]]:
    """Return how many snapshots this process has refused since it started, whosever they were, and why."""
    counts = drop_counts()
    return [(counts[reason], words) for reason, words in REFUSALS.items() if counts.get(reason)]


def _one(sessions: object, order: str) -> Arrival | None:
    row = sessions.order_by(order).values_list(*COLUMNS).first()  # type: ignore[attr-defined]
    if row is None:
        return None
    session, seq, video_id, at, page, browser, version, os, is_bot = row
    program = " ".join(part for part in (browser, version.partition(".")[0]) if part) or "an unknown browser"
    return Arrival(f"{session}-{seq}", video_id, at, page, f"{program} on {os}" if os else program, is_bot)
