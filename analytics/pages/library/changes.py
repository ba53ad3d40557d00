"""What editors change in the library: create, rename, delete."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from analytics.context import Context
from analytics.pages.library.deletion import deletion_of
from analytics.pages.library.dialogs import Dialog, Done, back_url, editor_form, form_answered
from analytics.pages.library.forms import NameForm, ServiceForm, TitleForm, VideoForm
from analytics.pages.library.named import hidden_of, items_of, place_of
from analytics.pages.library.tree import Tree, library_tree
from videos import services
from videos.access import current_workspace
from videos.models import Folder, Project, Video
from videos.selectors import Items


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
    project, parent = place_of(request)
    form = NameForm(request.POST or None)
    place = parent or project
    if place is None:
        raise Http404("A folder is in a project.")

    def do() -> Done:
        folder = services.folder_create(current_workspace(request), project=project, parent=parent, **form.cleaned_data)
        return Done(f"“{folder.name}” was created in “{place}”.", back_url(request))

    dialog = Dialog("New folder", button="Create folder")
    return form_answered(request, dialog, form, do, {"hint": f"In “{place}”.", "hidden": hidden_of(request)})


@editor_form
def new_video_view(request: HttpRequest) -> HttpResponse:
    """Add a video to the place that `in` names, or to no project."""
    project, folder = place_of(request)
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
    return form_answered(request, dialog, form, do, {"hint": hint, "hidden": hidden_of(request)})


@editor_form
def rename_view(request: HttpRequest) -> HttpResponse:
    """Give a project, folder or video another name."""
    items = items_of(request, most=1)
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
    return form_answered(request, dialog, form, do, {"hidden": hidden_of(request)})


@editor_form
def delete_view(request: HttpRequest) -> HttpResponse:
    """Delete projects, folders and videos after having said what becomes of the rest."""
    workspace = current_workspace(request)
    items = items_of(request)
    tree = library_tree(workspace)
    form = ServiceForm(request.POST or None)

    def do() -> Done:
        services.items_delete(items)
        return Done(f"{deletion.button.replace('Delete', 'Deleted', 1)}.", _url_after(back_url(request), tree, items))

    deletion = deletion_of(Context(workspace), tree, items)
    dialog = Dialog(deletion.title, "analytics/library_delete.html", deletion.button, danger=True)
    return form_answered(request, dialog, form, do, {"deletion": deletion, "hidden": hidden_of(request)})


def _rename(row: Project | Folder | Video, form: ServiceForm) -> None:
    if isinstance(row, Video):
        services.video_update(row, title=form.cleaned_data["title"])
    elif isinstance(row, Folder):
        services.folder_rename(row, form.cleaned_data["name"])
    else:
        services.project_rename(row, form.cleaned_data["name"])


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
