"""What a viewer's page has as files beside its videos: the sessions, the devices and the places."""

from __future__ import annotations

from analytics.query import Row
from analytics.spreadsheets import Cell
from analytics.tables import SECONDS, Column, File, Table
from analytics.viewers.history import Habit, Habits
from videos.models import Video

DEVICE, PLACE = ("Device", "System", "Browser"), ("Country", "Region", "City")


def viewer_files(rows: list[Row], videos: dict[int, Video], habits: Habits) -> tuple[File, ...]:
    """Return the files; `rows` are the sessions, of which these are the videos by primary key."""
    return (
        _sessions(rows, videos),
        _habits("devices", DEVICE, habits.devices),
        _habits("places", PLACE, habits.places),
    )


def _sessions(rows: list[Row], videos: dict[int, Video]) -> File:
    columns = (
        Column("Session"), Column("Began", unit="UTC"), Column("Video"), Column("Video id"), Column("Shown"),
        Column("Plays"), Column("Watched", unit=SECONDS), Column("Watch time", unit=SECONDS), Column("Completed"),
        Column("Page"), *map(Column, DEVICE), Column("Country"), Column("City"),
    )  # fmt: skip
    records = tuple(
        (
            str(row["id"]), f"{row['started_at']:%Y-%m-%d %H:%M:%S}", video.title if video else "",
            video.public_id if video else "", "live" if row["live"] else "recording", row["plays"],
            row["watched"] / 1000, row["watch_time"] / 1000, "yes" if row["completed"] else "no", row["page"],
            row["device"], row["os"], row["browser"], row["country"], row["city"],
        )
        for row, video in ((row, videos.get(row["video_id"])) for row in rows)
    )  # fmt: skip
    return File("sessions", Table(columns, records))


def _habits(name: str, labels: tuple[str, ...], habits: tuple[Habit, ...]) -> File:
    records: tuple[tuple[Cell, ...], ...] = tuple((*habit.values, habit.loads) for habit in habits)
    return File(name, Table((*map(Column, labels), Column("Sessions")), records))
