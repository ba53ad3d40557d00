"""The list of the sessions behind a number: what each viewer did, as far as a metric looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics.formats import clock_shown, duration_shown, part_shown
from analytics.heatmap import Heatmap, heatmap_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import title_of
from analytics.pages.viewers.faces import Face, face_of
from analytics.pages.viewers.listed import device_shown, moment_shown, place_shown
from analytics.query import Row
from analytics.spreadsheets import Cell
from analytics.tables import RATIO, SECONDS, Column, Table
from analytics.team import team_marked
from analytics.viewers.known import persons_by_key
from videos.models import Video

FIELDS = (
    "id", "started_at", "video_id", "visitor", "country", "city", "device", "os", "browser", "starts", "ends", "plays",
    "watched", "longest_run", "watch_time", "duration", "live", "bot",
)  # fmt: skip


@dataclass(frozen=True)
class SessionRow:
    """One session. `video` is None where the catalog has it no more; `is_team` where the viewer is one of the own
    people, `is_marked` where by a mark. What is to be read is put into words when it is: a file has thousands."""

    inquiry: Inquiry
    fact: Row
    video: Video | None
    face: Face
    is_team: bool
    is_marked: bool

    @property
    def id(self) -> str:
        return str(self.fact["id"])

    @property
    def key(self) -> str:
        """The viewer's."""
        return str(self.fact["visitor"])

    @property
    def moment(self) -> str:
        return moment_shown(self.fact["started_at"], self.inquiry)

    @property
    def public_id(self) -> str:
        """The video's, '' where there is none."""
        return self.video.public_id if self.video else ""

    @property
    def title(self) -> str:
        return title_of(self.video)

    @property
    def place(self) -> str:
        return place_shown(self.fact["country"], self.fact["city"])

    @property
    def device(self) -> str:
        return device_shown(self.fact["device"], self.fact["os"], self.fact["browser"])

    @property
    def share(self) -> float | None:
        """The part of the video that was seen, None where its length is unknown."""
        return min(1.0, self.fact["watched"] / self.fact["duration"]) if self.fact["duration"] else None

    @property
    def watched(self) -> str:
        share = self.share
        return part_shown(share) if share is not None else duration_shown(self.fact["watched"] / 1000)

    @property
    def longest_run(self) -> str:
        return duration_shown(self.fact["longest_run"] / 1000)

    @property
    def facts(self) -> tuple[str, ...]:
        fact = self.fact
        length = f"of {clock_shown(fact['duration'] / 1000)}" if fact["duration"] else "of unknown duration"
        return tuple(each for each in (length, "live" if fact["live"] else "", "bot" if fact["bot"] else "") if each)

    @cached_property
    def heatmap(self) -> Heatmap | None:
        """What of the video was watched, None where nothing was."""
        fact = self.fact
        return heatmap_of(fact["starts"], fact["ends"], fact["duration"], self.share) if fact["starts"] else None

    @property
    def record(self) -> tuple[Cell, ...]:
        """The session for a file."""
        fact = self.fact
        return (
            self.id, f"{fact['started_at']:%Y-%m-%d %H:%M:%S}", self.video.title if self.video else "", self.public_id,
            self.key, fact["country"], fact["city"], fact["device"], fact["os"], fact["browser"], fact["plays"],
            self.share, fact["watch_time"] / 1000, fact["longest_run"] / 1000,
        )  # fmt: skip


def session_rows(inquiry: Inquiry, sessions: Any, begin: int, size: int) -> tuple[SessionRow, ...]:
    """Return so many of the sessions from `begin`: one question and four statements."""
    rows = list(sessions.values(*FIELDS)[begin : begin + size])
    videos = inquiry.context.workspace.videos.in_bulk({row["video_id"] for row in rows})
    persons = persons_by_key(inquiry.context, {row["visitor"] for row in rows})
    team, marked = set(inquiry.context.own_people), team_marked(inquiry.context.workspace)
    return tuple(
        SessionRow(
            inquiry=inquiry,
            fact=row,
            video=videos.get(row["video_id"]),
            face=face_of(row["visitor"], persons.get(row["visitor"])),
            is_team=row["visitor"] in team,
            is_marked=row["visitor"] in marked,
        )
        for row in rows
    )


def sessions_table(rows: Iterable[SessionRow]) -> Table:
    """Return the sessions for a file."""
    columns = (
        Column("Session"), Column("Began", unit="UTC"), Column("Video"), Column("Video id"), Column("Viewer"),
        Column("Country"), Column("City"), Column("Device"), Column("System"), Column("Browser"), Column("Plays"),
        Column("Watched", unit=RATIO), Column("Watch time", unit=SECONDS), Column("Longest run", unit=SECONDS),
    )  # fmt: skip
    return Table(columns, tuple(row.record for row in rows))
