"""Whose progress with which videos an address asks for: the page, and its files, read it alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.http import QueryDict

from analytics.context import Context, Scope
from analytics.models import PeopleList
from analytics.pages.library.tree import natural
from analytics.pages.state import State
from analytics.pages.viewers.paging import PagedAddress, page_asked
from analytics.viewers.lists import people_list_by_id
from analytics.viewers.progress import SHOWN, SORTS, Progress, progress_of
from videos.errors import Unknown
from videos.models import User, Video

EVERYTHING, DEFAULT_SORT = "all", "progress"
MOST_VIDEOS = 200
_KINDS = {"proj": "project", "fold": "folder"}


@dataclass(frozen=True)
class Course:
    """The videos that progress is about, by title. `of` is a project, a folder or EVERYTHING.

    `offered` are all of its videos, by title; `videos` those of them that were chosen, all where none was.
    """

    of: str
    offered: tuple[Video, ...]
    videos: tuple[Video, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProgressAddress(PagedAddress):
    """What the address of the page asks for. `people` is None where it names no list."""

    people: PeopleList | None
    course: Course
    show: str = ""
    sort: str = DEFAULT_SORT

    def own(self) -> tuple[tuple[str, str], ...]:
        parts = [("list", self.people.public_id)] if self.people else []
        parts += [("of", self.course.of)] if self.course.of != EVERYTHING else []
        parts += [("video", video) for video in self.course.chosen]
        parts += [("show", self.show)] if self.show else []
        parts += [("sort", self.sort)] if self.sort != DEFAULT_SORT else []
        return tuple(parts)

    @property
    def query(self) -> str:
        """The query of the address without the page, for what else is about the same people and videos."""
        return urlsplit(self.url(number=1)).query

    def progress(self, context: Context) -> Progress | None:
        """Return how far the people got in the period, None where there is no list of any."""
        if self.people is None:
            return None
        return progress_of(context, self.state.period, self.people.emails, list(self.course.videos), self.state.filters)


def progress_address(query: QueryDict, state: State, context: Context, user: User) -> ProgressAddress:
    """Return what the address asks for; what is not understood, or gone, is said in the state's notices."""
    notices = list(state.notices)
    people = _people(query.get("list", ""), context, user, notices)
    course = _course(query, context, notices)
    show, sort = query.get("show", ""), query.get("sort", "") or DEFAULT_SORT
    if show not in SHOWN:
        notices.append(f"People cannot be narrowed to “{show}”, but to {', '.join(filter(None, SHOWN))}.")
        show = ""
    if sort.removeprefix("-") not in SORTS:
        notices.append(f"People are not sorted by “{sort}”, but by {', '.join(SORTS)}.")
        sort = DEFAULT_SORT
    number = page_asked(query, notices)
    state = replace(state, notices=tuple(notices))
    return ProgressAddress(state=state, number=number, people=people, course=course, show=show, sort=sort)


def _people(public_id: str, context: Context, user: User, notices: list[str]) -> PeopleList | None:
    if not public_id:
        return None
    try:
        return people_list_by_id(context.workspace, public_id, user)
    except Unknown:
        notices.append("There is no such list of people in this workspace, or not any more.")
        return None


def _course(query: QueryDict, context: Context, notices: list[str]) -> Course:
    of, keys = _scope(query.get("of", "") or EVERYTHING, context, notices)
    ids = {pk: context.maps.video[pk][0] for pk in keys}
    ordered = sorted(keys, key=lambda pk: (natural(context.maps.names[ids[pk]]), pk))
    wanted = dict.fromkeys(query.getlist("video"))
    chosen = [pk for pk in ordered if ids[pk] in wanted]
    if len(chosen) < len(wanted):
        notices.append("Some of the videos that were chosen are not here, or not any more.")
    shown = (chosen or ordered)[:MOST_VIDEOS]
    if len(shown) < len(chosen or ordered):
        count = len(chosen or ordered)
        notices.append(f"These are the first {MOST_VIDEOS} of {count:,} videos. Choose a folder to see the others.")
    offered = ordered[:MOST_VIDEOS]
    rows = context.workspace.videos.in_bulk({*offered, *shown})
    return Course(
        of,
        tuple(rows[pk] for pk in offered if pk in rows),
        tuple(rows[pk] for pk in shown if pk in rows),
        tuple(ids[pk] for pk in chosen),
    )


def _scope(of: str, context: Context, notices: list[str]) -> tuple[str, list[int]]:
    """Return what the videos are of, and their primary keys."""
    if of != EVERYTHING:
        try:
            return of, context.videos_of(Scope(_KINDS[of.partition("_")[0]], of))
        except (Unknown, KeyError):
            notices.append(f"There is no project or folder “{of[:64]}” in this workspace; these are all videos.")
    return EVERYTHING, list(context.maps.video)
