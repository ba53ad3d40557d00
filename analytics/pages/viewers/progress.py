"""The progress of a list of people with a course: a row a person, a column a video, totals of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from analytics.formats import NOTHING, count_shown, part_shown
from analytics.models import PeopleList
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Choice, Toolbar, toolbar_of
from analytics.pages.viewers.asked import EVERYTHING, ProgressAddress
from analytics.pages.viewers.faces import viewer_path
from analytics.pages.viewers.forms import PeopleForm
from analytics.pages.viewers.listed import moment_shown
from analytics.pages.viewers.paging import Pager, pager_of
from analytics.viewers.known import persons_of
from analytics.viewers.lists import people_lists
from analytics.viewers.progress import FINISHED, NEVER, SHOWN, STARTED, Cell, PersonProgress, Progress, VideoProgress
from videos.nodes import catalog_nodes

PER_PAGE = 50
SORTED = {
    "progress": "Least progress first",
    "-progress": "Most progress first",
    "name": "By name",
    "-name": "By name, reversed",
    "-last_at": "Last seen first",
    "last_at": "Last seen last",
}


@dataclass(frozen=True)
class Mark:
    """One cell: the state's name for styles, what stands there, and what a voice adds; `width` is the part watched."""

    state: str
    shown: str
    said: str
    width: float


@dataclass(frozen=True)
class PersonRow:
    """A person, `url` '' where never seen; `finished` says how many of the videos, `share` how much of all of them."""

    label: str
    email: str
    url: str
    state: str
    finished: str
    share: str
    width: float
    last_seen: str
    marks: tuple[Mark, ...]

    @property
    def cells(self) -> SafeString:
        """The marks as cells of a table, in HTML: a template takes several times as long for thousands."""
        cell = '<td class="vp-m vp-m-{}" style="--part: {}%">{}<span class="vp-hidden"> {}</span></td>'
        marks = ((mark.state, mark.width, mark.shown, mark.said) for mark in self.marks)
        return format_html_join("", cell, marks)


@dataclass(frozen=True)
class VideoHeading:
    """A video of the matrix with its totals over everyone on the list."""

    public_id: str
    title: str
    finished: int
    started: int
    never: int
    never_url: str


@dataclass(frozen=True)
class Matrix:
    """A page of the people, and the finding in words."""

    caption: str
    videos: tuple[VideoHeading, ...]
    rows: tuple[PersonRow, ...]
    pager: Pager


@dataclass(frozen=True)
class ListChoice:
    public_id: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class ProgressPage:
    """The page. `matrix` is None as long as no list is chosen; `videos` are those to choose from.

    `nobody_is_known` says that no viewer of the workspace is known by an address.
    """

    toolbar: Toolbar
    address: ProgressAddress
    lists: tuple[ListChoice, ...]
    places: tuple[Choice, ...]
    shows: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    videos: tuple[Choice, ...]
    matrix: Matrix | None
    nobody_is_known: bool
    first_video: str
    form: PeopleForm
    may_edit: bool
    may_change: bool
    notices: tuple[str, ...]


def progress_page(
    inquiry: Inquiry, address: ProgressAddress, draft: PeopleList | None, form: PeopleForm, *, may_edit: bool
) -> ProgressPage:
    """Return the page; `draft` is the member's own list without a name, if there is one, `form` an empty one."""
    state = address.kept
    progress = address.progress(inquiry.context)
    chosen = set(address.course.chosen)
    return ProgressPage(
        toolbar=replace(toolbar_of(state, "", ()), comparisons=()),
        address=address,
        lists=_lists(inquiry, address, draft),
        places=_places(inquiry, address),
        shows=tuple(Choice(name, label, name == address.show) for name, label in SHOWN.items()),
        sorts=tuple(Choice(name, label, name == address.sort) for name, label in SORTED.items()),
        videos=tuple(
            Choice(video.public_id, video.title, video.public_id in chosen) for video in address.course.offered
        ),
        matrix=_matrix(inquiry, address, progress) if progress else None,
        nobody_is_known=not persons_of(inquiry.context).exclude(email="").exists(),
        first_video=next((video.public_id for video in address.course.videos), ""),
        form=form,
        may_edit=may_edit,
        may_change=address.people is not None and (may_edit or address.people.draft_of_id is not None),
        notices=state.notices,
    )


def _lists(inquiry: Inquiry, address: ProgressAddress, draft: PeopleList | None) -> tuple[ListChoice, ...]:
    current = address.people.public_id if address.people else ""
    several = [*people_lists(inquiry.context.workspace), *([draft] if draft else [])]
    return tuple(
        ListChoice(each.public_id, f"{each} ({count_shown(len(each.emails))})", each.public_id == current)
        for each in several
    )


def _places(inquiry: Inquiry, address: ProgressAddress) -> tuple[Choice, ...]:
    indent, current = "\N{NO-BREAK SPACE}" * 3, address.course.of
    nodes = catalog_nodes(inquiry.context.workspace)
    places = [(EVERYTHING, "All videos"), *((node.public_id, indent * node.depth + node.name) for node in nodes)]
    return tuple(Choice(of, label, of == current) for of, label in places)


def _matrix(inquiry: Inquiry, address: ProgressAddress, progress: Progress) -> Matrix:
    people = progress.shown(address.show, address.sort)
    begin = (address.number - 1) * PER_PAGE
    if begin >= len(people):
        address, begin = replace(address, number=1), 0
    return Matrix(
        caption=_caption(progress),
        videos=tuple(_heading(address, each, len(progress.people)) for each in progress.by_video),
        rows=tuple(_row(inquiry, progress, person) for person in people[begin : begin + PER_PAGE]),
        pager=pager_of(address.number, PER_PAGE, len(people), lambda number: address.url(number=number)),
    )


def _caption(progress: Progress) -> str:
    counted = dict.fromkeys((FINISHED, STARTED, NEVER), 0)
    for person in progress.people:
        counted[progress.state(person)] += 1
    people, videos = len(progress.people), len(progress.videos)
    of_all = "the video" if videos == 1 else f"all {videos} videos"
    return (
        f"Of {count_shown(people)} {'person' if people == 1 else 'people'}, {count_shown(counted[FINISHED])} finished"
        f" {of_all}, {count_shown(counted[STARTED])} started, {count_shown(counted[NEVER])} never watched."
    )


def _heading(address: ProgressAddress, each: VideoProgress, people: int) -> VideoHeading:
    video = each.video
    alone = replace(address.course, chosen=(video.public_id,))
    return VideoHeading(
        video.public_id, video.title, each.finished, each.started, people - each.finished - each.started,
        address.url(course=alone, show=NEVER, number=1),
    )  # fmt: skip


def _row(inquiry: Inquiry, progress: Progress, person: PersonProgress) -> PersonRow:
    videos = len(progress.videos)
    share = progress.mean_share(person)
    return PersonRow(
        label=person.name or person.email,
        email=person.email if person.name else "",
        url=viewer_path(person.key) if person.key else "",
        state=progress.state(person),
        finished=f"{person.finished} of {videos}",
        share=part_shown(share),
        width=round(100 * (share or 0), 1),
        last_seen=moment_shown(person.last_at, inquiry) if person.last_at else NOTHING,
        marks=tuple(_mark(person.cells.get(place)) for place in range(videos)),
    )


_NEVER = Mark(NEVER, NEVER, "watched", 0)


def _mark(cell: Cell | None) -> Mark:
    if cell is None:
        return _NEVER
    if cell.share is None:
        return Mark(cell.state, cell.state, "", 0)
    share = part_shown(cell.share)
    return Mark(cell.state, f"✓ {share}" if cell.state == FINISHED else share, cell.state, round(100 * cell.share, 1))
