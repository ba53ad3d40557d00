"""The list of viewers, as its address asks for it: searched, narrowed, sorted, paged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.http import QueryDict

from analytics.countries import country_name
from analytics.formats import NOTHING, count_shown, value_shown
from analytics.metrics import METRICS
from analytics.models import Visitor
from analytics.pages.breakdowns import device_name
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Choice, Heading, Toolbar, emptiness_of, first_video_of, toolbar_of
from analytics.pages.state import State
from analytics.pages.viewers.faces import Face, face_of
from analytics.pages.viewers.paging import PagedAddress, Pager, page_asked, pager_of
from analytics.tables import RATIO, SECONDS, Column, Table
from analytics.viewers.known import LONGEST_SEARCH, persons_by_key, persons_of
from analytics.viewers.listing import ANONYMOUS, IDENTIFIED, SORTS, Activity, Wanted, activities_page

PER_PAGE = 50
DEFAULT_SORT = "-last_at"
WHO = {"": "Everyone", IDENTIFIED: "Identified", ANONYMOUS: "Anonymous"}
NOT_FOUND, NOBODY_KNOWN = "search", "unknown"
LABELS = {
    "name": "Viewer",
    "place": "Place",
    "device": "Device",
    "videos": "Videos",
    "plays": "Plays",
    "watch_time": "Watch time",
    "engagement": "Engagement",
    "first_at": "First seen",
    "last_at": "Last seen",
}
DEFINITIONS = {
    "name": "Who said who they are, by name, else by e-mail address or id; others have a mark that stays the same.",
    "place": "Where the last session was watched from.",
    "device": "What the last session was watched with.",
    "videos": "Different videos that were started.",
    **{name: METRICS[name].definition for name in ("plays", "watch_time", "engagement")},
    "first_at": "The first time a player was loaded in this period.",
    "last_at": "The last time a player was loaded in this period.",
}
# Texts and the first time read upwards first.
_RISING = {"name", "place", "device"}


@dataclass(frozen=True, kw_only=True)
class ListAddress(PagedAddress):
    """What the address asks for: `query` is what is looked for, `who` and `sort` are as the listing wants them."""

    query: str = ""
    who: str = ""
    sort: str = DEFAULT_SORT

    def own(self) -> tuple[tuple[str, str], ...]:
        defaults = (("q", self.query, ""), ("who", self.who, ""), ("sort", self.sort, DEFAULT_SORT))
        return tuple((name, value) for name, value, default in defaults if value != default)

    def sort_url(self, name: str) -> str:
        """Return the address of the list sorted by a column: as one mostly wants it, then the other way."""
        first, second = (name, f"-{name}") if name in _RISING else (f"-{name}", name)
        return self.url(sort=second if self.sort == first else first, number=1)


def list_address(query: QueryDict, state: State) -> ListAddress:
    """Return what the address asks for; what is not understood is said in the state's notices."""
    notices = list(state.notices)
    who, sort = query.get("who", ""), query.get("sort", "") or DEFAULT_SORT
    if who not in WHO:
        notices.append(f"Viewers are {IDENTIFIED} or {ANONYMOUS}, not “{who}”.")
        who = ""
    if sort.removeprefix("-") not in SORTS:
        notices.append(f"The list is not sorted by “{sort}”, but by {', '.join(SORTS)}.")
        sort = DEFAULT_SORT
    number = page_asked(query, notices)
    search = " ".join(query.get("q", "").replace("\0", "").split())[:LONGEST_SEARCH]
    state = replace(state, notices=tuple(notices))
    return ListAddress(state=state, number=number, query=search, who=who, sort=sort)


@dataclass(frozen=True)
class ViewerRow:
    """A viewer of the list. `cells` are names, labels and values of the other columns, `now` is of the last one."""

    face: Face
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ViewerList:
    """The rows, and all of them as a table for a file."""

    name: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[ViewerRow, ...]
    pager: Pager
    found: tuple[tuple[Activity, Visitor | None], ...]
    team: frozenset[str]

    @cached_property
    def table(self) -> Table:
        return _table(self.found, self.team)


@dataclass(frozen=True)
class ViewersPage:
    """The page. `empty` says why the list has no rows; `first_video` is a public id to teach with, '' without any."""

    toolbar: Toolbar
    address: ListAddress
    who: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    viewers: ViewerList
    empty: str
    first_video: str
    clear_url: str
    notices: tuple[str, ...]


def viewers_page(inquiry: Inquiry, address: ListAddress, size: int = PER_PAGE) -> ViewersPage:
    """Return the page of the inquiry's workspace, with so many viewers."""
    state = address.kept
    wanted = Wanted(address.who, address.query, address.sort, (address.number - 1) * size, size)
    found, in_all = activities_page(inquiry.context, inquiry.sessions(), wanted)
    notices = state.notices
    if not found and address.number > 1:
        notices += (f"There is no page {address.number}; this is the first one.",)
        address = replace(address, number=1)
        found, in_all = activities_page(inquiry.context, inquiry.sessions(), replace(wanted, begin=0))
    empty = "" if found else _emptiness(inquiry, address)
    return ViewersPage(
        toolbar=replace(toolbar_of(state, "", ()), comparisons=()),
        address=address,
        who=tuple(Choice(who, label, who == address.who, address.url(who=who, number=1)) for who, label in WHO.items()),
        sorts=tuple(_sort_choices(address)),
        viewers=_list(inquiry, address, found, in_all, size),
        empty=empty,
        first_video=first_video_of(inquiry) if empty else "",
        clear_url=address.url(query="", who="", number=1),
        notices=notices,
    )


def _emptiness(inquiry: Inquiry, address: ListAddress) -> str:
    if address.who == IDENTIFIED and not persons_of(inquiry.context).exists():
        return NOBODY_KNOWN
    why = emptiness_of(inquiry, {"loads": 0}) if not (address.query or address.who) else ""
    return why or NOT_FOUND


def _sort_choices(address: ListAddress) -> list[Choice]:
    """Return the ways to sort, for where there are no headings to click at."""
    ways = [(name if name in _RISING else f"-{name}", label) for name, label in LABELS.items()]
    if address.sort not in dict(ways):
        ways.append((address.sort, f"{LABELS[address.sort.removeprefix('-')]}, reversed"))
    return [Choice(sort, label, sort == address.sort) for sort, label in ways]


def _list(inquiry: Inquiry, address: ListAddress, found: list[Activity], in_all: int, size: int) -> ViewerList:
    persons = persons_by_key(inquiry.context, [activity.key for activity in found])
    team = frozenset(inquiry.context.own_people)
    pairs = tuple((activity, persons.get(activity.key)) for activity in found)
    return ViewerList(
        name="viewers",
        caption=_caption(address, in_all),
        headings=tuple(_heading(address, name) for name in SORTS),
        rows=tuple(_row(inquiry, *pair, team) for pair in pairs),
        pager=pager_of(address.number, size, in_all, lambda number: address.url(number=number)),
        found=pairs,
        team=team,
    )


def _caption(address: ListAddress, in_all: int) -> str:
    kind = {"": "", IDENTIFIED: "identified ", ANONYMOUS: "anonymous "}[address.who]
    sentence = f"{count_shown(in_all)} {kind}{'viewer' if in_all == 1 else 'viewers'}"
    if address.query:
        sentence += f" found for “{address.query}”"
    name = LABELS[address.sort.removeprefix("-")].lower()
    return f"{sentence} in this period, by {name if name != 'viewer' else 'name'}."


def _heading(address: ListAddress, name: str) -> Heading:
    order = {name: "ascending", f"-{name}": "descending"}.get(address.sort, "")
    return Heading(name, LABELS[name], DEFINITIONS[name], address.sort_url(name), order)


def _row(inquiry: Inquiry, activity: Activity, person: Visitor | None, team: frozenset[str]) -> ViewerRow:
    values = {
        "place": place_shown(activity.country, activity.city),
        "device": device_shown(activity.device, activity.os, activity.browser),
        "videos": count_shown(activity.videos),
        **{name: value_shown(name, getattr(activity, name)) for name in ("plays", "watch_time", "engagement")},
        "first_at": moment_shown(activity.first_at, inquiry),
        "last_at": moment_shown(activity.last_at, inquiry),
    }
    cells = tuple((name, LABELS[name], value) for name, value in values.items())
    return ViewerRow(face_of(activity.key, person, is_team=activity.key in team), cells)


def place_shown(country: str, city: str, region: str = "") -> str:
    """Return a place from its smallest known part to its country; a dash where nothing is known."""
    parts = [city, region if region != city else "", country_name(country) if country else ""]
    return ", ".join(part for part in parts if part) or NOTHING


def device_shown(device: str, os: str, browser: str) -> str:
    """Return what a video was watched with, as far as it is known."""
    client = " on ".join(part for part in (browser, os) if part)
    kind = device_name(device) if device not in {"", "other"} else ""
    return " · ".join(part for part in (kind, client) if part) or NOTHING


def moment_shown(moment: datetime, inquiry: Inquiry) -> str:
    """Return a moment in the workspace's time zone, without the year if it is this one."""
    local, now = (each.astimezone(inquiry.context.zone) for each in (moment, inquiry.state.now))
    year = "" if local.year == now.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {local:%H:%M}"


def _table(found: tuple[tuple[Activity, Visitor | None], ...], team: frozenset[str]) -> Table:
    labels = (
        "Key", "Name", "E-mail", "Organisation", "Title", "External id", "Country", "City", "Device", "System",
        "Browser", "Videos", "Plays",
    )  # fmt: skip
    columns = (
        *(Column(label) for label in labels), Column("Watch time", unit=SECONDS), Column("Engagement", unit=RATIO),
        Column("First seen", unit="UTC"), Column("Last seen", unit="UTC"), Column("Your team"),
    )  # fmt: skip
    return Table(columns, tuple(_record(*pair, team) for pair in found))


def _record(activity: Activity, person: Visitor | None, team: frozenset[str]) -> tuple[str | int | float | None, ...]:
    said = ("name", "email", "org_name", "org_title", "external_id")
    return (
        activity.key, *(getattr(person, name) if person else "" for name in said), activity.country, activity.city,
        activity.device, activity.os, activity.browser, activity.videos, activity.plays, activity.watch_time,
        activity.engagement, *(f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (activity.first_at, activity.last_at)),
        "yes" if activity.key in team else "no",
    )  # fmt: skip
