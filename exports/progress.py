"""The progress of a list of people as a table: a row a person, a column a video, and a row for each state's totals."""

from __future__ import annotations

from collections.abc import Iterator

from analytics.formats import percent_number
from analytics.viewers.progress import FINISHED, NEVER, STARTED, Cell, PersonProgress, Progress
from exports.tables import Cell as Value
from exports.tables import Column, Row, Table

PEOPLE = (
    Column(name="email", label="E-mail", unit="text", definition="The address on the list."),
    Column(name="name", label="Name", unit="text", definition="As far as it is known."),
    Column(name="seen", label="Seen", unit="text", definition="Whether the person was ever seen, watching anything."),
    Column(name="finished", label="Finished", unit="count", definition="Videos of which a session reached 95 %."),
    Column(name="started", label="Started", unit="count", definition="Videos started and not finished."),
    Column(name="never", label="Never", unit="count", definition="Videos never watched."),
    Column(
        name="watched",
        label="Watched",
        unit="ratio",
        definition="The part of a video seen, on average over all.",
    ),
    Column(name="last_seen", label="Last seen", unit="text", definition="UTC, of these videos."),
)


def progress_table(progress: Progress, people: list[PersonProgress]) -> Table:
    """Return a row for each of the people, then how many people finished, started and never watched each video.

    The totals are of everyone on the list, whoever is shown.
    """
    videos = (
        Column(name=video.title, label=video.title, unit="text", definition="How far the person got with the video.")
        for video in progress.videos
    )
    return Table((*PEOPLE, *videos), len(people), _rows(progress, people))


def _rows(progress: Progress, people: list[PersonProgress]) -> Iterator[Row]:
    videos = range(len(progress.videos))
    for place, person in enumerate(people):
        last_seen = f"{person.last_at:%Y-%m-%d %H:%M:%S}" if person.last_at else ""
        yield Row(
            (
                person.email, person.name, "yes" if person.key else "never", person.finished, person.started,
                len(videos) - len(person.cells), progress.mean_share(person), last_seen,
                *(_said(person.cells.get(video)) for video in videos),
            ),
            place,
        )  # fmt: skip
    everyone = len(progress.people)
    by_video = progress.by_video
    totals: dict[str, list[int]] = {
        FINISHED: [each.finished for each in by_video],
        STARTED: [each.started for each in by_video],
        NEVER: [everyone - each.finished - each.started for each in by_video],
    }
    empty: tuple[Value, ...] = (None,) * (len(PEOPLE) - 1)
    for state, counts in totals.items():
        yield Row((f"All {everyone} people: {state}", *empty, *counts), len(people), is_summed=False)


def _said(cell: Cell | None) -> str:
    """Return a cell in words: `finished, 98 %`, `started, 45 %`, `never`."""
    if cell is None:
        return NEVER
    return cell.state if cell.share is None else f"{cell.state}, {percent_number(cell.share * 100)} %"
