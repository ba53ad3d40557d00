"""Who watched the video: persons and anonymous viewers, how much each saw, and their newest play as a bar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analytics.formats import count_shown, part_shown
from analytics.heatmap import Heatmap, heatmap_of
from analytics.models import Visitor
from analytics.pages.downloads import MOST_IN_FILE
from analytics.pages.video.subject import Subject
from analytics.pages.viewers.faces import Face, face_of
from analytics.pages.viewers.listed import moment_shown
from analytics.pages.viewers.paging import Pager, pager_of
from analytics.pages.viewers.person import HEAT_KEYS
from analytics.tables import RATIO, Column, Table
from analytics.viewers.history import share_of
from analytics.viewers.known import persons_by_key
from analytics.viewers.listing import Activity, Wanted, activities_page
from analytics.viewers.watching import Seen, seen_by

PER_PAGE = 25


@dataclass(frozen=True)
class Watcher:
    """A viewer of the video; `width` is the part seen in per cent, `heatmap` the newest play's, None without one."""

    face: Face
    plays: str
    share: str
    width: float
    last_at: str
    heatmap: Heatmap | None


@dataclass(frozen=True)
class Watchers:
    """A page of the video's viewers, who was seen last in front; `heat_keys` explain the bars' colours."""

    name: str
    caption: str
    rows: tuple[Watcher, ...]
    heat_keys: tuple[tuple[str, str], ...]
    pager: Pager
    found: tuple[tuple[Activity, Visitor | None, Seen], ...]
    notices: tuple[str, ...]

    @cached_property
    def table(self) -> Table:
        """The rows for a file."""
        labels = ("Key", "Name", "E-mail", "Player loads", "Plays")
        columns = (*(Column(label) for label in labels), Column("Watched", unit=RATIO), Column("Last seen", unit="UTC"))
        return Table(columns, tuple(_record(*each) for each in self.found))


def watchers_of(subject: Subject) -> Watchers:
    """Return the tab's content: the page that the address asks for; as a file, more of them than a page has."""
    inquiry, size = subject.inquiry, MOST_IN_FILE if subject.is_file else PER_PAGE
    sessions = inquiry.sessions()
    number = subject.number
    found, in_all = activities_page(inquiry.context, sessions, Wanted(begin=(number - 1) * size, size=size))
    notices: tuple[str, ...] = ()
    if not found and number > 1:
        notices = (f"There is no page {number}; this is the first one.",)
        number = 1
        found, in_all = activities_page(inquiry.context, sessions, Wanted(size=size))
    keys = [each.key for each in found]
    team = set(inquiry.context.own_people)
    persons, seen = persons_by_key(inquiry.context, keys), seen_by(sessions, keys, subject.duration)
    rows = tuple((each, persons.get(each.key), seen[each.key]) for each in found if each.key in seen)
    return Watchers(
        name="watchers",
        caption=_caption(in_all, subject),
        rows=tuple(_watcher(subject, *each, is_team=each[0].key in team) for each in rows),
        heat_keys=HEAT_KEYS,
        pager=pager_of(number, size, in_all, subject.page_url),
        found=rows,
        notices=notices,
    )


def _caption(in_all: int, subject: Subject) -> str:
    if not in_all:
        return "Nobody loaded this video in this period."
    sentence = (
        f"{count_shown(in_all)} {'viewer' if in_all == 1 else 'viewers'} in this period, who was seen last in front"
    )
    return f"{sentence}. Watched is what all their sessions together saw." if subject.duration else f"{sentence}."


def _watcher(subject: Subject, activity: Activity, person: Visitor | None, seen: Seen, *, is_team: bool) -> Watcher:
    newest = seen.newest
    length = newest.duration or subject.duration or None
    return Watcher(
        face=face_of(activity.key, person, is_team=is_team),
        plays=count_shown(activity.plays),
        share=part_shown(seen.share),
        width=round(100 * (seen.share or 0), 1),
        last_at=moment_shown(activity.last_at, subject.inquiry),
        heatmap=heatmap_of(newest.starts, newest.ends, length, share_of(newest.watched, length))
        if activity.plays
        else None,
    )


def _record(activity: Activity, person: Visitor | None, seen: Seen) -> tuple[str | int | float | None, ...]:
    name, email = (person.name, person.email) if person else ("", "")
    last_at = f"{activity.last_at:%Y-%m-%d %H:%M:%S}"
    return activity.key, name, email, activity.loads, activity.plays, seen.share, last_at
