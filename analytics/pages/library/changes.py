"""What editors change in the library: create, rename, move, delete."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from analytics.context import Context
from analytics.pages.library.deletion import deletion_of
from analytics.pages.library.dialogs import Dialog, Done, back_url, editor_form, form_answered
from analytics.pages.library.forms import UNFILED, MoveForm, NameForm, ServiceForm, TitleForm, VideoForm
from analytics.pages.library.lines import counted
from analytics.pages.library.tree import Branch, Tree, library_tree
from videos import services
from videos.access import current_workspace
from videos.models import Folder, Project, Video, Workspace
from videos.selectors import Items, folder_by_id, items_by_id, project_by_id

MOST_ITEMS = 200


@editor_form
def new_project_view(request: HttpRequest) -> HttpResponse:
    """Create a project."""
    form = NameForm(request.POST or None)

    def do() -> Done:
        project = services.project_create(current_workspace(request), **form.cleaned_data)
        return Done(f"“{project.name}” was created.", reverse("pages:library_project", args=[project.public_id]))

    return form_answered(request, Dialog("New project", button="Create project"), form, do, {})


@editor_form
def new_folder_view(request: HttpRequest) -> HttpResponse:
    """Create a folder in the project or folder that `in` names."""
    project, parent = _place(request)
    form = NameForm(request.POST or None)
    place = parent or project
    if place is None:
        raise Http404("A folder is in a project.")

    def do() -> Done:
        folder = services.folder_create(current_workspace(request), project=project, parent=parent, **form.cleaned_data)
        return Done(f"“{folder.name}” was created in “{place}”.", back_url(request))

    dialog = Dialog("New folder", button="Create folder")
    return form_answered(request, dialog, form, do, {"hint": f"In “{place}”.", "hidden": _hidden(request)})


@editor_form
def new_video_view(request: HttpRequest) -> HttpResponse:
    """Add a video to the place that `in` names, or to no project."""
    project, folder = _place(request)
    form = VideoForm(request.POST or None)

    def do() -> Done:
        video = services.video_create(current_workspace(request), project=project, folder=folder, **form.cleaned_data)
        url = reverse("pages:library_embed", args=[video.public_id])
        words = format_html(
            '“{}” was added. <a href="{}?{}" data-dialog="vp vp-dialog">Get its embed code</a>', video.title, url,
            urlencode({"next": back_url(request)}),
        )  # fmt: skip
        return Done(words, back_url(request))

    hint = f"In “{folder or project}”." if project else "In no project; it can be moved into one later."
    dialog = Dialog("Add a video", button="Add video")
    return form_answered(request, dialog, form, do, {"hint": hint, "hidden": _hidden(request)})


@editor_form
def rename_view(request: HttpRequest) -> HttpResponse:
    """Give a project, folder or video another name."""
    items = _items(request, most=1)
    row = items.rows[0]
    before = str(row)
    form: ServiceForm
    if isinstance(row, Video):
        form = TitleForm(request.POST or None, initial={"title": row.title})
    else:
        form = NameForm(request.POST or None, initial={"name": row.name})

    def do() -> Done:
        _rename(row, form)
        return Done(f"“{before}” is now called “{row}”.", back_url(request))

    dialog = Dialog(f"Rename “{before}”", button="Rename")
    return form_answered(request, dialog, form, do, {"hidden": _hidden(request)})


@editor_form
def move_view(request: HttpRequest) -> HttpResponse:
    """Move folders and videos to another place, all or none."""
    workspace = current_workspace(request)
    items = _items(request)
    tree = library_tree(workspace)
    form = MoveForm(tree, items, request.POST or None, initial={"place": request.GET.get("place")})

    def do() -> Done:
        before = _ids_by_home(tree, items)
        branch = form.branch()
        services.items_move(workspace, items, *_rows_of(workspace, branch))
        return Done(_moved(request, items, branch, before), back_url(request))

    names = [str(row) for row in items.rows]
    what = f"“{names[0]}”" if len(names) == 1 else counted(len(names), "item")
    dialog = Dialog(f"Move {what}", "analytics/library_move.html", "Move here")
    return form_answered(request, dialog, form, do, {"hidden": _hidden(request)})


@editor_form
def delete_view(request: HttpRequest) -> HttpResponse:
    """Delete projects, folders and videos after having said what becomes of the rest."""
    workspace = current_workspace(request)
    items = _items(request)
    tree = library_tree(workspace)
    form = ServiceForm(request.POST or None)

    def do() -> Done:
        services.items_delete(items)
        return Done(f"{deletion.button.replace('Delete', 'Deleted', 1)}.", _url_after(back_url(request), tree, items))

    deletion = deletion_of(Context(workspace), tree, items)
    dialog = Dialog(deletion.title, "analytics/library_delete.html", deletion.button, danger=True)
    return form_answered(request, dialog, form, do, {"deletion": deletion, "hidden": _hidden(request)})


def _hidden(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what the form says again of what it was asked for: the place, or the items."""
    query = request.POST if request.method == "POST" else request.GET
    return [(name, value) for name in ("in", "item") for value in query.getlist(name)]


def _items(request: HttpRequest, most: int = MOST_ITEMS) -> Items:
    """Return what the request is about. Raises Unknown, and Http404 where it names nothing or too much."""
    ids = [value for name, value in _hidden(request) if name == "item"]
    if not 0 < len(ids) <= most:
        raise Http404(f"Name from 1 to {most} items.")
    return items_by_id(current_workspace(request), ids)


def _place(request: HttpRequest) -> tuple[Project | None, Folder | None]:
    """Return the project and folder in which something is to be created; neither for the top of the library."""
    workspace = current_workspace(request)
    public_id = next((value for name, value in _hidden(request) if name == "in"), "")
    if public_id.startswith("fold_"):
        folder = folder_by_id(workspace, public_id)
        return folder.project, folder
    return (project_by_id(workspace, public_id) if public_id else None), None


def _rows_of(workspace: Workspace, branch: Branch | None) -> tuple[Project | None, Folder | None]:
    if branch is None:
        return None, None
    if branch.kind == "project":
        return project_by_id(workspace, branch.public_id), None
    folder = folder_by_id(workspace, branch.public_id)
    return folder.project, folder


def _rename(row: Project | Folder | Video, form: ServiceForm) -> None:
    if isinstance(row, Video):
        services.video_update(row, title=form.cleaned_data["title"])
    elif isinstance(row, Folder):
        services.folder_rename(row, form.cleaned_data["name"])
    else:
        services.project_rename(row, form.cleaned_data["name"])


def _ids_by_home(tree: Tree, items: Items) -> dict[str, list[str]]:
    """Return the public ids of the folders and videos by the place that each is in, as the form names it."""
    homes: dict[str, list[str]] = {}
    places = [(each.public_id, each.project_id, each.parent_id) for each in items.folders]
    places += [(each.public_id, each.project_id, each.folder_id) for each in items.videos]
    for public_id, project, folder in places:
        home = tree.holding(project, folder)
        homes.setdefault(home.public_id if home else UNFILED, []).append(public_id)
    return homes


def _moved(request: HttpRequest, items: Items, branch: Branch | None, before: dict[str, list[str]]) -> str:
    """Return what was moved, with a way back where all of it came from one place."""
    rows = items.rows
    what = f"“{rows[0]}” was" if len(rows) == 1 else f"{counted(len(rows), 'item')} were"
    words = f"{what} moved to “{branch.name}”." if branch else f"{what} moved out of every project."
    if len(before) > 1:
        return words
    [(home, ids)] = before.items()
    query = urlencode([*(("item", each) for each in ids), ("place", home), ("next", back_url(request))])
    return format_html('{} <a href="{}?{}" data-undo>Undo</a>', words, reverse("pages:library_move"), query)


def _url_after(url: str, tree: Tree, items: Items) -> str:
    """Return `url`, or where a page of what was deleted leads now: to what was around it."""
    gone = {row.public_id for row in items.rows}
    path = urlsplit(url).path
    for place in tree:
        if path == place.url:
            kept = next((each for each in place.path if each.public_id in gone), None)
            if kept is not None:
                return kept.above.url if kept.above else reverse("pages:library")
    return url
