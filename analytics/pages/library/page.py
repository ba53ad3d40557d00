"""The library's page in words: the tree, the place that is open in it, the table of what is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from analytics.formats import count_shown
from analytics.metrics import METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.library.asked import SORTS, Asked
from analytics.pages.library.entries import Entry, listed_entries
from analytics.pages.library.lines import COLUMNS, Line, Menu, branch_menu, counted, lines_of, listed
from analytics.pages.library.tree import Branch, Tree
from analytics.pages.parts import Choice, Heading, Toolbar, toolbar_of
from analytics.pages.state import filter_written

PER_PAGE = 50
NO_LIBRARY, NOTHING_HERE, NOTHING_FOUND = "library", "place", "search"


@dataclass(frozen=True)
class Node:
    """A branch in the tree beside the table, with all videos in it; `is_open` shows those below it."""

    branch: Branch
    depth: int
    videos: int
    is_current: bool
    is_open: bool


@dataclass(frozen=True)
class Listing:
    """A page of the table; addresses are '' where there is no such page."""

    caption: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    sorts: tuple[Choice, ...]
    shown: str
    previous_url: str
    next_url: str


@dataclass(frozen=True)
class LibraryPage:
    """The page. `place` None is the whole library; `empty` says why the listing has no lines.

    `menu` is what can be done with the place, `here` the query that leads back to the page from a form.
    """

    toolbar: Toolbar
    tree: tuple[Node, ...]
    videos: str
    is_all: bool
    place: Branch | None
    path: tuple[Branch, ...]
    menu: Menu | None
    asked: Asked
    listing: Listing
    empty: str
    here: str
    here_url: str
    all_url: str
    plain_url: str
    nested_url: str
    everywhere_url: str
    may_edit: bool
    notices: tuple[str, ...]


def library_page(inquiry: Inquiry, tree: Tree, place: Branch | None, asked: Asked, *, may_edit: bool) -> LibraryPage:
    """Return the page of a place, or of what is searched for."""
    state = inquiry.state
    whole = replace(state, path=reverse("pages:library"))
    entries, numbers = listed_entries(inquiry, tree, place, asked)
    pages = max(1, -(-len(entries) // PER_PAGE))
    page = min(asked.page, pages)
    first = (page - 1) * PER_PAGE
    shown = entries[first : first + PER_PAGE]
    listing = Listing(
        caption=_caption(entries, place, asked),
        headings=tuple(_heading(inquiry, asked, name) for name in COLUMNS),
        lines=lines_of(inquiry, numbers, shown, with_path=bool(asked.search or asked.nested)),
        sorts=_sorts(asked),
        shown=f"{first + 1:,}–{first + len(shown):,} of {len(entries):,}" if pages > 1 else "",
        previous_url=state.url(more=asked.query(page=page - 1)) if page > 1 else "",
        next_url=state.url(more=asked.query(page=page + 1)) if page < pages else "",
    )
    return LibraryPage(
        toolbar=_toolbar(inquiry, asked),
        tree=_nodes(tree, place),
        videos=count_shown(tree.videos),
        is_all=place is None and asked.nested and not asked.search,
        place=place,
        path=tuple(place.path[:-1]) if place else (),
        menu=branch_menu(place) if place else None,
        asked=asked,
        listing=listing,
        empty="" if entries else _emptiness(tree, asked),
        here=urlencode({"next": state.url()}),
        here_url=state.url(),
        all_url=whole.url(more=Asked(nested=True).query()),
        plain_url=state.url(more=asked.query(search="", nested=False)),
        nested_url=state.url(more=asked.query(search="", nested=True)),
        everywhere_url=whole.url(more=asked.query()) if place else "",
        may_edit=may_edit,
        notices=state.notices,
    )


def _toolbar(inquiry: Inquiry, asked: Asked) -> Toolbar:
    """Return the toolbar, whose form has inputs of its own for search and order."""
    filters = [("filter", text) for each in inquiry.state.filters for text in filter_written(each)]
    return replace(toolbar_of(inquiry.state, "", ()), hidden=(*filters, *Asked(nested=asked.nested).query()))


def _nodes(tree: Tree, place: Branch | None) -> tuple[Node, ...]:
    """Return all branches depth first, open where they lead to the place."""
    branches = list(tree)
    around = set(place.path) if place else set()
    depths: dict[Branch | None, int] = {None: -1}
    videos = {branch: branch.videos for branch in branches}
    for branch in branches:
        depths[branch] = depths[branch.above] + 1
    for branch in reversed(branches):
        if branch.above is not None:
            videos[branch.above] += videos[branch]
    return tuple(Node(each, depths[each], videos[each], each is place, each in around) for each in branches)


def _heading(inquiry: Inquiry, asked: Asked, name: str) -> Heading:
    order = ("descending" if asked.is_descending else "ascending") if asked.column == name else ""
    label, definition = SORTS[name], METRICS[name].definition if name in METRICS else ""
    return Heading(name, label, definition, inquiry.state.url(more=asked.query(sort=asked.sorted_by(name))), order)


def _sorts(asked: Asked) -> tuple[Choice, ...]:
    """Return all orders that a list without headings can be given, each the way round that one reads it first."""
    offered = [Asked(sort="").sorted_by(name) for name in SORTS]
    if asked.sort not in offered:
        offered.append(asked.sort)
    return tuple(Choice(sort, _sort_label(sort), sort == asked.sort) for sort in offered)


def _sort_label(sort: str) -> str:
    column = sort.removeprefix("-")
    if column == "name":
        return "Title, Z to A" if sort.startswith("-") else "Title, A to Z"
    if column == "added":
        return "Newest first" if sort.startswith("-") else "Oldest first"
    if column == "duration":
        return "Longest first" if sort.startswith("-") else "Shortest first"
    least, most = ("least", "most") if column in {"watch_time"} else ("fewest", "most")
    if column in METRICS and METRICS[column].unit == "ratio":
        least, most = "lowest", "highest"
    return f"{SORTS[column]}, {most if sort.startswith('-') else least} first"


def _contents(entries: list[Entry]) -> str:
    """Return what is listed in words, such as `2 folders and 12 videos`."""
    kinds = ["video" if each.branch is None else each.branch.kind for each in entries]
    parts = [counted(kinds.count(kind), kind) for kind in ("project", "folder", "video") if kind in kinds]
    return listed(parts) or "Nothing"


def _caption(entries: list[Entry], place: Branch | None, asked: Asked) -> str:
    where = f"in “{place.name}”" if place else "in the library"
    if asked.search:
        return f"{_contents(entries)} found {where} for “{asked.search}”"
    return f"{_contents(entries)} {'in all, sub-folders included' if asked.nested and place else where}"


def _emptiness(tree: Tree, asked: Asked) -> str:
    if asked.search:
        return NOTHING_FOUND
    return NOTHING_HERE if tree.projects or tree.videos else NO_LIBRARY
