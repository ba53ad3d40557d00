"""The lines of the library's table: what stands in each column, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from analytics.formats import bucket_spoken, clock_shown, count_shown, day_shown, value_shown
from analytics.metrics import METRICS as ALL_METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.library.asked import SORTS
from analytics.pages.library.entries import METRICS, RECENT_DAYS, Entry, Numbers
from analytics.pages.library.forms import UNFILED
from analytics.pages.library.tree import Branch
from analytics.pages.timeline import sparkline
from videos.models import Video

COLUMNS = ("name", *METRICS, "recent")
FACTS = ("thumbnail_url", "duration", "created_at")
NO_ROW = {name: ALL_METRICS[name].value(None) for name in METRICS}


@dataclass(frozen=True)
class Spark:
    """Views a day as the points of a polyline, with the piece that leads to today, which is not over, by itself."""

    points: str
    today: str
    said: str


@dataclass(frozen=True)
class Menu:
    """What can be done with a project, folder or video, and where its numbers and all its details are."""

    kind: str
    public_id: str
    name: str
    statistics_url: str
    details_url: str


@dataclass(frozen=True)
class Line:
    """A line of the table. `cells` are labels and values; `detail` is what is in it, or where it was found.

    `home` is the public id of what it is in, `none` for the top of the library.
    """

    menu: Menu
    url: str
    home: str
    detail: str
    thumbnail_url: str
    length: str
    cells: tuple[tuple[str, str], ...]
    spark: Spark


def lines_of(inquiry: Inquiry, numbers: Numbers, entries: list[Entry], *, with_path: bool) -> tuple[Line, ...]:
    """Return the lines of one page of the table: at most two queries and three questions, however many there are."""
    measured = numbers.measured(entries, METRICS, inquiry.state.period)
    days = numbers.by_day(entries)
    videos = [each.pk for each in entries if each.branch is None]
    facts = {row.pk: row for row in Video.objects.filter(pk__in=videos).only(*FACTS)} if videos else {}
    first = numbers.recent.first_on
    assert first is not None
    return tuple(
        _line(
            entry,
            inquiry.state.zone,
            [(SORTS[name], value_shown(name, value)) for name, value in measured.get(entry.public_id, NO_ROW).items()],
            _spark(days.get(entry.public_id, {}), first),
            facts.get(entry.pk) if entry.branch is None else None,
            with_path,
        )
        for entry in entries
    )


def _line(
    entry: Entry,
    zone: ZoneInfo,
    cells: Iterable[tuple[str, str]],
    spark: Spark,
    video: Video | None,
    with_path: bool,
) -> Line:
    within, branch = entry.within, entry.branch
    path = " › ".join(each.name for each in within.path) if within else "In no project"
    shows_path = with_path and not (branch and branch.kind == "project")
    return Line(
        menu=branch_menu(branch) if branch else _video_menu(entry),
        url=branch.url if branch else reverse("pages:video", args=[entry.public_id]),
        home=within.public_id if within else UNFILED,
        detail=path if shows_path else inside(branch) if branch else _added(video, zone),
        thumbnail_url=video.thumbnail_url if video else "",
        length=clock_shown(float(video.duration)) if video and video.duration else "",
        cells=tuple(cells),
        spark=spark,
    )


def branch_menu(branch: Branch) -> Menu:
    """Return what can be done with a project or folder."""
    return Menu(
        branch.kind,
        branch.public_id,
        branch.name,
        reverse(f"pages:{branch.kind}", args=[branch.public_id]),
        reverse(f"admin:videos_{branch.kind}_change", args=[branch.pk]),
    )


def _video_menu(entry: Entry) -> Menu:
    return Menu(
        "video",
        entry.public_id,
        entry.name,
        reverse("pages:video", args=[entry.public_id]),
        reverse("admin:videos_video_change", args=[entry.pk]),
    )


def inside(branch: Branch) -> str:
    """Return how much is in a branch, nested ones included: `2 folders, 12 videos`."""
    parts = [(sum(1 for _ in branch.nested) - 1, "folder"), (branch.videos_in_all, "video")]
    return ", ".join(counted(number, noun) for number, noun in parts if number) or "Empty"


def _added(video: Video | None, zone: ZoneInfo) -> str:
    return f"Added {day_shown(video.created_at.astimezone(zone).date())}" if video else "Deleted in this moment"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 folder`, `12 folders`."""
    return f"{count_shown(number)} {noun}{'' if number == 1 else 's'}"


def listed(parts: list[str]) -> str:
    """Return the parts in a sentence: `1 project, 2 folders and 12 videos`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _spark(views: Mapping[str, int], first: date) -> Spark:
    days = [(first + timedelta(days=day)).isoformat() for day in range(RECENT_DAYS)]
    total = sum(views.values())
    if not total:
        return Spark("", "", f"No views in the last {RECENT_DAYS} days")
    points = sparkline([float(views.get(day, 0)) for day in days]).split(" ")
    best = max(days, key=lambda day: views.get(day, 0))
    said = f"{counted(total, 'view')} in the last {RECENT_DAYS} days"
    said += f"; most {bucket_spoken(best, 'day')} ({count_shown(views[best])})"
    return Spark(" ".join(points[:-1]), " ".join(points[-2:]), said)
