"""Everything that changes the catalog. Each service checks all rules and raises `videos.errors.DomainError`s."""

from videos.services.folders import FolderPlace, folder_create, folder_delete, folder_move, folder_place, folder_rename
from videos.services.projects import project_create, project_delete, project_rename
from videos.services.templates import template_create, template_delete, template_rename
from videos.services.videos import (
    VideoDetails,
    VideoPlace,
    video_create,
    video_delete,
    video_move,
    video_place,
    video_update,
)
from videos.services.workspaces import (
    WorkspaceBundle,
    member_add,
    user_invited,
    workspace_bundle,
    workspace_create,
)

__all__ = [
    "FolderPlace",
    "VideoDetails",
    "VideoPlace",
    "WorkspaceBundle",
    "folder_create",
    "folder_delete",
    "folder_move",
    "folder_place",
    "folder_rename",
    "member_add",
    "project_create",
    "project_delete",
    "project_rename",
    "template_create",
    "template_delete",
    "template_rename",
    "user_invited",
    "video_create",
    "video_delete",
    "video_move",
    "video_place",
    "video_update",
    "workspace_bundle",
    "workspace_create",
]
