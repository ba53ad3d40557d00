"""Projects, folders, videos and templates."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.decorators import display

from videos import services
from videos.access import current_workspace
from videos.admin.forms import (
    FolderAddForm,
    FolderForm,
    ProjectAddForm,
    ProjectForm,
    TemplateAddForm,
    TemplateForm,
    VideoAddForm,
    VideoForm,
)
from videos.admin.scoped import RowsFilter, ScopedAdmin, count_of
from videos.models import Folder, Project, Template, Video
from videos.selectors import folder_tree, is_draft, nested_folder_ids


class ProjectFilter(RowsFilter):
    title, parameter_name, model, none_label = "project", "project", Project, "In no project"


class TemplateFilter(RowsFilter):
    title, parameter_name, model, none_label = "template", "template", Template, "Without a template"


class FolderFilter(RowsFilter):
    """Filters by a folder with all that are nested in it."""

    title, parameter_name, model = "folder", "folder", Folder

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), indented(row)) for row in folder_tree(current_workspace(request))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if not self.offers(value):
            return queryset.none()
        workspace = current_workspace(request)
        return queryset.filter(folder__in=nested_folder_ids(workspace, Folder.objects.filter(pk=value)))


def indented(folder: Folder) -> str:
    """Return the folder's name, moved to the right by its depth (of a folder that `with_tree_fields` brought)."""
    depth: int = folder.tree_depth  # type: ignore[attr-defined]
    return "\N{NO-BREAK SPACE}" * 4 * depth + ("└ " if depth else "") + folder.name


def pages_of(kind: str, public_id: str) -> str:
    """Return links to what was watched in a project or folder (`kind`), and to a report of it."""
    return format_html(
        '<span class="flex gap-4 text-primary-600 dark:text-primary-500">'
        '<a href="/{0}s/{1}/">Statistics</a><a href="/reports/new?{0}={1}">Export report</a></span>',
        kind,
        public_id,
    )


@admin.register(Project)
class ProjectAdmin(ScopedAdmin):
    form, add_form = ProjectForm, ProjectAddForm
    fields, add_fields = ("name", "public_id", "pages", "created_at"), ("name", "own_id")
    readonly_fields = ("public_id", "pages", "created_at")
    list_display = ("name", "folder_count", "video_count", "public_id", "pages", "created_at")
    search_fields = ("name", "public_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        rows = super().get_queryset(request)
        return rows.annotate(folder_count=count_of(Folder, "project"), video_count=count_of(Video, "project"))

    @display(description="folders", ordering="folder_count")
    def folder_count(self, project: Any) -> int:
        return project.folder_count

    @display(description="videos", ordering="video_count")
    def video_count(self, project: Any) -> int:
        return project.video_count

    @display(description="pages")
    def pages(self, project: Project) -> str:
        return pages_of("project", project.public_id)

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Project:
        return services.project_create(current_workspace(request), **values)

    def row_change(self, row: Project, changed: dict[str, Any]) -> None:
        services.project_rename(row, changed.get("name", row.name))

    def row_delete(self, row: Project) -> None:
        services.project_delete(row)


@admin.register(Template)
class TemplateAdmin(ScopedAdmin):
    form, add_form = TemplateForm, TemplateAddForm
    fields, add_fields = ("name", "public_id", "created_at"), ("name", "own_id")
    readonly_fields = ("public_id", "created_at")
    list_display = ("name", "video_count", "public_id", "created_at")
    search_fields = ("name", "public_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        return super().get_queryset(request).annotate(video_count=count_of(Video, "template"))

    @display(description="videos", ordering="video_count")
    def video_count(self, template: Any) -> int:
        return template.video_count

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Template:
        return services.template_create(current_workspace(request), **values)

    def row_change(self, row: Template, changed: dict[str, Any]) -> None:
        services.template_rename(row, changed.get("name", row.name))

    def row_delete(self, row: Template) -> None:
        services.template_delete(row)


@admin.register(Folder)
class FolderAdmin(ScopedAdmin):
    """The folders as a tree, which a sorted column would tear apart: so there is none."""

    form, add_form = FolderForm, FolderAddForm
    fields, add_fields = ("name", "place", "public_id", "pages", "created_at"), ("name", "place", "own_id")
    readonly_fields = ("public_id", "pages", "created_at")
    list_display = ("tree_name", "project", "video_count", "public_id", "pages")
    list_filter = (ProjectFilter,)
    list_per_page = 200
    list_select_related = ("project",)
    search_fields = ("name", "public_id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Folder]:
        workspace = current_workspace(request)
        rows = Folder.objects.with_tree_fields().tree_filter(workspace=workspace).filter(workspace=workspace)
        return rows.annotate(video_count=count_of(Video, "folder"))

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("project__name", "project_id", "tree_ordering")

    @display(description="folder")
    def tree_name(self, folder: Folder) -> str:
        return indented(folder)

    @display(description="videos")
    def video_count(self, folder: Any) -> int:
        return folder.video_count

    @display(description="pages")
    def pages(self, folder: Folder) -> str:
        return pages_of("folder", folder.public_id)

    @display(description="place")
    def place(self, folder: Folder) -> str:
        return str(folder.parent or folder.project)

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Folder:
        project, parent = values.pop("place")
        return services.folder_create(current_workspace(request), project=project, parent=parent, **values)

    def row_change(self, row: Folder, changed: dict[str, Any]) -> None:
        if "place" in changed:
            project, parent = changed["place"]
            services.folder_move(row, project=project, parent=parent)
        if "name" in changed:
            services.folder_rename(row, changed["name"])

    def row_delete(self, row: Folder) -> None:
        services.folder_delete(row)


@admin.register(Video)
class VideoAdmin(ScopedAdmin):
    form, add_form = VideoForm, VideoAddForm
    fields = (
        "title", "place", "template", "duration", "url", "thumbnail_url", "embed_domains", "public_id", "pages",
        "created_at", "updated_at",
    )  # fmt: skip
    add_fields = (
        "title", "place", "template", "duration", "url", "thumbnail_url", "embed_domains", "own_id",
    )  # fmt: skip
    readonly_fields = ("public_id", "order", "pages", "created_at", "updated_at")
    list_display = ("summary", "project", "folder", "template", "length", "pages")
    list_filter = (ProjectFilter, FolderFilter, TemplateFilter)
    list_select_related = ("project", "folder", "template", "personalisation")
    search_fields = ("title", "public_id")

    @display(description="video", header=True, ordering="title")
    def summary(self, video: Video) -> list[Any]:
        picture = {"path": video.thumbnail_url, "width": 80, "height": 45, "squared": True, "borderless": True}
        below = f"{video.public_id} · draft" if is_draft(video) else video.public_id
        return [video.title, below, None, picture if video.thumbnail_url else None]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return ("order", *fields) if getattr(obj, "personalisation", None) else fields

    @display(description="ordered for")
    def order(self, video: Video) -> str:
        order = video.personalisation
        told = {"Customer": order.customer_data, "Wording": order.ai_messaging}
        lines = [f"{name} {json.dumps(each, ensure_ascii=False, indent=2)}" for name, each in told.items()]
        note = "A draft, until its file is named below." if is_draft(video) else ""
        return format_html(
            '<p class="mb-2">{} {}</p><pre class="whitespace-pre-wrap break-words text-xs">{}</pre>',
            f"Aspect ratio {order.aspect_ratio}.", note, "\n".join(lines),
        )  # fmt: skip

    @display(description="length", ordering="duration", empty_value="unknown")
    def length(self, video: Video) -> str | None:
        if video.duration is None:
            return None
        minutes, seconds = divmod(round(video.duration), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

    @display(description="pages")
    def pages(self, video: Video) -> str:
        return format_html(
            '<span class="flex gap-4 text-primary-600 dark:text-primary-500">'
            '<a href="/videos/{0}/">Statistics</a><a href="/embed/{0}">Player</a></span>',
            video.public_id,
        )

    @display(description="place")
    def place(self, video: Video) -> str:
        return str(video.folder or video.project or "In no project")

    def row_create(self, request: HttpRequest, values: dict[str, Any]) -> Video:
        project, folder = values.pop("place")
        return services.video_create(current_workspace(request), project=project, folder=folder, **values)

    def row_change(self, row: Video, changed: dict[str, Any]) -> None:
        place: services.VideoPlace = {}
        if "place" in changed:
            place["project"], place["folder"] = changed.pop("place")
        services.video_change(row, place=place, details=changed)  # type: ignore[arg-type]

    def row_delete(self, row: Video) -> None:
        services.video_delete(row)
