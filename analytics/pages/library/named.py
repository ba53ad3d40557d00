"""What a form of the library is about, as its address names it, and names it again when it is sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from videos.access import current_workspace
from videos.models import Folder, Project
from videos.selectors import Items, folder_by_id, items_by_id, project_by_id

NAMES = ("in", "item", "back")
MOST_ITEMS = 200


def hidden_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what the form says again of what it was asked for: the place, the items, or where they were."""
    query = request.POST if request.method == "POST" else request.GET
    return [(name, value) for name in NAMES for value in query.getlist(name)]


def items_of(request: HttpRequest, most: int = MOST_ITEMS) -> Items:
    """Return what the request is about. Raises Unknown, and Http404 where it names nothing or too much."""
    ids = [value for name, value in hidden_of(request) if name == "item"]
    if not 0 < len(ids) <= most:
        raise Http404(f"Name from 1 to {most} items.")
    return items_by_id(current_workspace(request), ids)


def place_of(request: HttpRequest) -> tuple[Project | None, Folder | None]:
    """Return the project and folder in which something is to be created; neither for the top of the library."""
    workspace = current_workspace(request)
    public_id = next((value for name, value in hidden_of(request) if name == "in"), "")
    if public_id.startswith("fold_"):
        folder = folder_by_id(workspace, public_id)
        return folder.project, folder
    return (project_by_id(workspace, public_id) if public_id else None), None
