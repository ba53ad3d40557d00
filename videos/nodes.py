"""The catalog as one list to choose from: projects, and folders below them."""

from __future__ import annotations

from dataclasses import dataclass

from videos.models import Workspace
from videos.selectors import folder_tree


@dataclass(frozen=True)
class Node:
    """A line of the tree of checkboxes: a project or a folder, below the one whose `key` is `above` ('': on top)."""

    input: str
    public_id: str
    name: str
    key: str
    above: str
    above_name: str
    depth: int


def catalog_nodes(workspace: Workspace) -> list[Node]:
    """Return the workspace's projects by name, each with its folders below it, depth first: two queries."""
    below: dict[int, list[Node]] = {}
    for project in workspace.projects.order_by("name", "pk"):
        below[project.pk] = [Node("projects", project.public_id, project.name, f"p{project.pk}", "", "", 0)]
    names: dict[int, str] = {}
    for folder in folder_tree(workspace):
        names[folder.pk] = folder.name
        above, above_name = f"p{folder.project_id}", folder.project.name
        if folder.parent_id is not None:
            above, above_name = f"f{folder.parent_id}", names[folder.parent_id]
        depth = folder.tree_depth + 1
        node = Node("folders", folder.public_id, folder.name, f"f{folder.pk}", above, above_name, depth)
        below[folder.project_id].append(node)
    return [node for nodes in below.values() for node in nodes]
