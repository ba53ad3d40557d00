"""The library's projects and folders as a tree, each with how many videos are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse

from videos.errors import Unknown
from videos.models import Folder, Project, Video, Workspace

NUMBERS = re.compile(r"(\d+)")


@dataclass(eq=False)
class Branch:
    """A project, or a folder in the one `above`. `videos` are directly in it; those `below` are in natural order.

    `root` is the library's own address: looking each branch's up would take longer than all else.
    """

    root: str
    kind: str
    pk: int
    public_id: str
    name: str
    created_at: datetime
    above: Branch | None = None
    below: list[Branch] = field(default_factory=list)
    videos: int = 0

    @property
    def url(self) -> str:
        return f"{self.root}{self.kind}s/{self.public_id}/"

    @property
    def path(self) -> list[Branch]:
        """The project, the folders around it and itself."""
        path = [self]
        while (above := path[0].above) is not None:
            path.insert(0, above)
        return path

    @property
    def nested(self) -> Iterator[Branch]:
        """Itself and all that are in it, depth first."""
        waiting = [self]
        while waiting:
            branch = waiting.pop()
            yield branch
            waiting += reversed(branch.below)

    @property
    def videos_in_all(self) -> int:
        return sum(each.videos for each in self.nested)


class Tree:
    """A workspace's projects in natural order, with their folders; `unfiled` videos are in no project."""

    def __init__(self, projects: list[Branch]) -> None:
        self.projects = sorted(projects, key=lambda each: natural(each.name))
        self.unfiled = 0
        self._by_id = {each.public_id: each for each in self}
        self._by_key = {(each.kind, each.pk): each for each in self}

    def __iter__(self) -> Iterator[Branch]:
        """Yield all branches, depth first."""
        for project in self.projects:
            yield from project.nested

    def named(self, kind: str, public_id: str) -> Branch:
        """Return the branch of this kind and id. Raises Unknown."""
        branch = self.find(public_id)
        if branch is None or branch.kind != kind:
            raise Unknown(kind, public_id)
        return branch

    def find(self, public_id: str) -> Branch | None:
        return self._by_id.get(public_id)

    def holding(self, project: int | None, folder: int | None) -> Branch | None:
        """Return what something is in, by primary keys; None for no project, or one made since the tree was read."""
        return self._by_key.get(("folder", folder) if folder else ("project", project or 0))

    @property
    def videos(self) -> int:
        return self.unfiled + sum(each.videos for each in self)


def library_tree(workspace: Workspace) -> Tree:
    """Return the workspace's tree: three queries."""
    root = reverse("pages:library")
    columns = ("pk", "public_id", "name", "created_at")
    folders: dict[int, Branch] = {}
    places: dict[int, tuple[int, int | None]] = {}
    for *row, project, parent in Folder.objects.filter(workspace=workspace).values_list(
        *columns, "project_id", "parent_id"
    ):
        folders[row[0]] = Branch(root, "folder", *row)
        places[row[0]] = project, parent
    rows = Project.objects.filter(workspace=workspace).values_list(*columns)
    projects = {row[0]: Branch(root, "project", *row) for row in rows}
    for pk, (project, parent) in places.items():
        above = folders.get(parent) if parent else projects.get(project)
        # One without belonged to a project that has been deleted in this very moment.
        if above is not None:
            folders[pk].above = above
            above.below.append(folders[pk])
    for branch in (*projects.values(), *folders.values()):
        branch.below.sort(key=lambda each: natural(each.name))
    tree = Tree(list(projects.values()))
    _videos_count(workspace, tree)
    return tree


def _videos_count(workspace: Workspace, tree: Tree) -> None:
    """Count each branch's own videos, and those that are in none."""
    rows = Video.objects.filter(workspace=workspace).order_by().values_list("project_id", "folder_id")
    for project, folder, number in rows.annotate(number=Count("pk")):
        if (branch := tree.holding(project, folder)) is not None:
            branch.videos = number
        else:
            tree.unfiled += number


def natural(text: str) -> list[Any]:
    """Return what to sort names by as people do: without case, “Lesson 2” before “Lesson 10”."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in NUMBERS.split(text.casefold()) if part]
