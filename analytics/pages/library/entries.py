"""What is in a place of the library, or found in it: branches and videos, their numbers, and their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q

from analytics.metrics import METRICS as ALL_METRICS
from analytics.pages.inquiry import Inquiry
from analytics.pages.library.asked import Asked
from analytics.pages.library.tree import Branch, Tree, natural
from analytics.periods import Period, period_of_dates
from analytics.query import Question, Row, ask_groups, ask_videos
from videos.models import Video, Workspace

METRICS = ("views", "watch_time", "engagement", "completion_rate")
RECENT_DAYS = 30
CATALOG_COLUMNS = {"added": ("created_at",), "duration": ("duration",)}


class Entry(NamedTuple):
    """A line of the table, one of thousands: a branch, or a video `within` one (None: in no project).

    `column` is what the catalog has in the column that orders them, where that is none of the numbers.
    """

    pk: int
    public_id: str
    name: str
    branch: Branch | None
    within: Branch | None
    column: Any


def entries_of(workspace: Workspace, tree: Tree, place: Branch | None, asked: Asked) -> list[Entry]:
    """Return what is directly in the place, or all videos in it, or all that is found in it: one query."""

    def branches(several: Iterable[Branch]) -> list[Entry]:
        return [_of_branch(each, asked.column) for each in several]

    def videos(condition: Q) -> list[Entry]:
        return _videos(workspace, tree, condition, asked.column)

    if asked.search:
        inside = tree if place is None else list(place.nested)[1:]
        words = asked.search.casefold().split()
        return [each for each in [*branches(inside), *videos(_nested(place))] if _matches(each, words)]
    if asked.nested:
        return videos(_nested(place))
    return [*branches(tree.projects if place is None else place.below), *videos(_directly(place))]


def _matches(entry: Entry, words: list[str]) -> bool:
    """Whether each word is in the title, or the only one in the id. Databases differ in which letters are alike."""
    name = entry.name.casefold()
    return all(word in name for word in words) or (len(words) == 1 and words[0] in entry.public_id)


def _of_branch(branch: Branch, column: str) -> Entry:
    known = branch.created_at if column == "added" else None
    return Entry(branch.pk, branch.public_id, branch.name, branch, branch.above, known)


def _directly(place: Branch | None) -> Q:
    if place is None:
        return Q(project=None)
    return Q(folder=place.pk) if place.kind == "folder" else Q(project=place.pk, folder=None)


def _nested(place: Branch | None) -> Q:
    if place is None:
        return Q()
    if place.kind == "project":
        return Q(project=place.pk)
    return Q(folder__in=[each.pk for each in place.nested])


def _videos(workspace: Workspace, tree: Tree, condition: Q, column: str) -> list[Entry]:
    """Return the videos; of what only the lines shown need, nothing is read for all of them."""
    rows = Video.objects.filter(condition, workspace=workspace).order_by()
    columns = ["pk", "public_id", "title", "project_id", "folder_id", *CATALOG_COLUMNS.get(column, ())]
    return [
        Entry(pk, public_id, title, None, tree.holding(project, folder), known[0] if known else None)
        for pk, public_id, title, project, folder, *known in rows.values_list(*columns)
    ]


class Numbers:
    """The metrics of entries, over the page's period and filters, and their views a day of the last 30 days.

    A branch has those of all videos in it, nested ones included. Videos are read once, whatever is asked.
    """

    def __init__(self, inquiry: Inquiry, tree: Tree, branches: Iterable[Branch]) -> None:
        self.inquiry = inquiry
        self.branches = list(branches)
        self.tree = tree
        state = inquiry.state
        today = state.now.astimezone(state.zone).date()
        self.recent = period_of_dates(today - timedelta(days=RECENT_DAYS - 1), today, state.zone)

    def measured(self, entries: Collection[Entry], metrics: tuple[str, ...], period: Period) -> dict[str, Row]:
        """Return the metrics of those that have sessions by public id: at most two questions."""
        question = self._question(metrics, period)
        videos = {each.pk: each.public_id for each in entries if each.branch is None}
        found = {videos[pk]: row for pk, row in ask_videos(question, videos).items()}
        branches = [each for each in entries if each.branch is not None]
        for place, row in ask_groups(question, [self._videos_in[each.public_id] for each in branches]):
            found[branches[place].public_id] = row
        return found

    def by_day(self, entries: list[Entry]) -> dict[str, dict[str, int]]:
        """Return the views of each of the last 30 days that has any, by public id and day: one question."""
        question = replace(self._question(("views",), self.recent), by=("day",))
        groups = [[each.pk] if each.branch is None else self._videos_in[each.public_id] for each in entries]
        found: dict[str, dict[str, int]] = {}
        for place, row in ask_groups(question, groups):
            found.setdefault(entries[place].public_id, {})[row["day"]] = row["views"]
        return found

    def _question(self, metrics: tuple[str, ...], period: Period) -> Question:
        state = self.inquiry.state
        return Question(self.inquiry.context, period, metrics, filters=state.filters, now=state.now)

    @cached_property
    def _videos_in(self) -> dict[str, list[int]]:
        """The primary keys of the videos in each of the branches: one query."""
        wanted: dict[str, list[int]] = {each.public_id: [] for each in self.branches}
        if not wanted:
            return wanted
        inside = {each for branch in self.branches for each in branch.nested}
        condition = Q(project__in=[each.pk for each in inside if each.kind == "project"])
        condition |= Q(folder__in=[each.pk for each in inside if each.kind == "folder"])
        rows = Video.objects.filter(condition, workspace=self.inquiry.context.workspace).order_by()
        for pk, project, folder in rows.values_list("pk", "project_id", "folder_id"):
            branch = self.tree.holding(project, folder)
            while branch is not None:
                if branch.public_id in wanted:
                    wanted[branch.public_id].append(pk)
                branch = branch.above
        return wanted


def listed_entries(inquiry: Inquiry, tree: Tree, place: Branch | None, asked: Asked) -> tuple[list[Entry], Numbers]:
    """Return all that the address lists, in its order, and where to ask for its numbers."""
    entries = entries_of(inquiry.context.workspace, tree, place, asked)
    numbers = Numbers(inquiry, tree, (each.branch for each in entries if each.branch is not None))
    return ordered(entries, asked, numbers), numbers


def ordered(entries: list[Entry], asked: Asked, numbers: Numbers) -> list[Entry]:
    """Return the entries as the address orders them: branches before videos, and last of each what is unknown."""
    names = {each.public_id: natural(each.name) for each in entries}
    values = names if asked.column == "name" else _values(entries, asked.column, numbers)
    by_name = sorted(entries, key=lambda each: (names[each.public_id], each.public_id))
    known = [each for each in by_name if values[each.public_id] is not None]
    known.sort(key=lambda each: values[each.public_id], reverse=asked.is_descending)
    unknown = [each for each in by_name if values[each.public_id] is None]
    return sorted([*known, *unknown], key=lambda each: each.branch is None)


def _values(entries: list[Entry], column: str, numbers: Numbers) -> dict[str, Any]:
    """Return what each entry is ordered by, None for unknown."""
    if column in CATALOG_COLUMNS:
        return {each.public_id: each.column for each in entries}
    metric, period = ("views", numbers.recent) if column == "recent" else (column, numbers.inquiry.state.period)
    found = numbers.measured(entries, (metric,), period)
    nothing = ALL_METRICS[metric].value(None)
    return {each.public_id: found[each.public_id][metric] if each.public_id in found else nothing for each in entries}
