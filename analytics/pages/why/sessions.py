"""The list of the sessions behind a number: what each viewer did, as far as a metric looks at it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    """One session in words. `public_id` is '' where the catalog has its video no more; `heatmap` None where nothing
    was played. `key` is the viewer's: `is_team` where they are one of the own people, `is_marked` where by a mark.
    `record` is the session for a file."""

    id: str
    moment: str
    public_id: str
    title: str
    face: Face
    key: str
    place: str
    device: str
    watched: str
    longest_run: str
    facts: tuple[str, ...]
    heatmap: Heatmap | None
    is_team: bool
    is_marked: bool
    record: tuple[Cell, ...]


def session_rows(inquiry: Inquiry, sessions: Any, begin: int, size: int) -> tuple[SessionRow, ...]:
    """Return so many of the sessions from `begin`: one question and four statements."""
    rows = list(sessions.values(*FIELDS)[begin : begin + size])
    videos = inquiry.context.workspace.videos.in_bulk({row["video_id"] for row in rows})
    persons = persons_by_key(inquiry.context, {row["visitor"] for row in rows})
    team, marked = set(inquiry.context.own_people), team_marked(inquiry.context.workspace)
    return tuple(
        _session_row(
            inquiry,
            row,
            videos.get(row["video_id"]),
            face_of(row["visitor"], persons.get(row["visitor"])),
            team,
            marked,
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


def _session_row(
    inquiry: Inquiry, row: Row, video: Video | None, face: Face, team: set[str], marked: set[str]
) -> SessionRow:
    share = min(1.0, row["watched"] / row["duration"]) if row["duration"] else None
    length = f"of {clock_shown(row['duration'] / 1000)}" if row["duration"] else "of unknown duration"
    facts = [length, "live" if row["live"] else "", "bot" if row["bot"] else ""]
    return SessionRow(
        id=str(row["id"]),
        moment=moment_shown(row["started_at"], inquiry),
        public_id=video.public_id if video else "",
        title=title_of(video),
        face=face,
        key=row["visitor"],
        place=place_shown(row["country"], row["city"]),
        device=device_shown(row["device"], row["os"], row["browser"]),
        watched=part_shown(share) if share is not None else duration_shown(row["watched"] / 1000),
        longest_run=duration_shown(row["longest_run"] / 1000),
        facts=tuple(fact for fact in facts if fact),
        heatmap=heatmap_of(row["starts"], row["ends"], row["duration"], share) if row["starts"] else None,
        is_team=row["visitor"] in team,
        is_marked=row["visitor"] in marked,
        record=(
            str(row["id"]),
            f"{row['started_at']:%Y-%m-%d %H:%M:%S}",
            video.title if video else "",
            video.public_id if video else "",
            row["visitor"],
            row["country"],
            row["city"],
            row["device"],
            row["os"],
            row["browser"],
            row["plays"],
            share,
            row["watch_time"] / 1000,
            row["longest_run"] / 1000,
        ),
    )
