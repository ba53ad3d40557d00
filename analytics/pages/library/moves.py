"""Moving several folders and videos in the library, and taking that back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from analytics.pages.library.dialogs import Dialog, Done, back_url, editor_form, form_answered
from analytics.pages.library.forms import UNFILED, MoveForm, ServiceForm
from analytics.pages.library.lines import counted
from analytics.pages.library.named import MOST_ITEMS, hidden_of, items_of
from analytics.pages.library.tree import Branch, Tree, library_tree
from videos import services
from videos.access import current_workspace
from videos.models import Folder, Project, Workspace
from videos.selectors import Items, folder_by_id, items_by_id, project_by_id


@editor_form
def move_view(request: HttpRequest) -> HttpResponse:
    """Move folders and videos to another place, all or none."""
    workspace = current_workspace(request)
    items = items_of(request)
    tree = library_tree(workspace)
    form = MoveForm(tree, items, request.POST or None)

    def do() -> Done:
        homes = _homes(tree, items)
        branch = form.branch()
        services.items_move(workspace, items, *_rows_of(workspace, branch.public_id if branch else UNFILED))
        return Done(_moved(request, items, branch, homes), back_url(request))

    dialog = Dialog(f"Move {_named(items)}", "analytics/library_move.html", "Move here")
    return form_answered(request, dialog, form, do, {"hidden": hidden_of(request)})


@editor_form
def move_back_view(request: HttpRequest) -> HttpResponse:
    """Take a move back: each item that `back` names goes to the place after its colon, all or none."""
    workspace = current_workspace(request)
    pairs = [value.partition(":") for name, value in hidden_of(request) if name == "back"]
    if not 0 < len(pairs) <= MOST_ITEMS:
        raise Http404(f"Name from 1 to {MOST_ITEMS} items.")
    items = items_by_id(workspace, [public_id for public_id, _, _ in pairs])
    ids: dict[str, list[str]] = {}
    for public_id, _, home in pairs:
        ids.setdefault(home, []).append(public_id)
    form = ServiceForm(request.POST or None)

    def do() -> Done:
        moves = ((items_by_id(workspace, each), *_rows_of(workspace, home)) for home, each in ids.items())
        services.items_move_each(workspace, moves)
        return Done(f"{_named(items)} {'is' if len(pairs) == 1 else 'are'} back.", back_url(request))

    dialog = Dialog(f"Move {_named(items)} back?", button="Move back")
    return form_answered(request, dialog, form, do, {"hidden": hidden_of(request)})


def _named(items: Items) -> str:
    rows = items.rows
    return f"“{rows[0]}”" if len(rows) == 1 else counted(len(rows), "item")


def _rows_of(workspace: Workspace, public_id: str) -> tuple[Project | None, Folder | None]:
    """Return the project and folder that a place's public id stands for. Raises Unknown."""
    if public_id == UNFILED:
        return None, None
    if public_id.startswith("fold_"):
        folder = folder_by_id(workspace, public_id)
        return folder.project, folder
    return project_by_id(workspace, public_id), None


def _homes(tree: Tree, items: Items) -> list[tuple[str, str]]:
    """Return the public id of each folder and video with that of the place that it is in."""
    places = [(each.public_id, each.project_id, each.parent_id) for each in items.folders]
    places += [(each.public_id, each.project_id, each.folder_id) for each in items.videos]
    homes = [(public_id, tree.holding(project, folder)) for public_id, project, folder in places]
    return [(public_id, home.public_id if home else UNFILED) for public_id, home in homes]


def _moved(request: HttpRequest, items: Items, branch: Branch | None, homes: list[tuple[str, str]]) -> str:
    """Return what was moved, with a way back."""
    where = f"to “{branch.name}”" if branch else "out of every project"
    words = f"{_named(items)} {'was' if len(homes) == 1 else 'were'} moved {where}."
    query = urlencode([*(("back", f"{public_id}:{home}") for public_id, home in homes), ("next", back_url(request))])
    return format_html('{} <a href="{}?{}" data-undo>Undo</a>', words, reverse("pages:library_move_back"), query)
