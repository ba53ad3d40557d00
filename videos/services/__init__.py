"""Everything that changes the catalog. Each service checks all rules and raises `videos.errors.DomainError`s."""

from videos.services.events import (
    TalkDetails,
    event_create,
    event_delete,
    event_rename,
    talk_create,
    talk_delete,
    talk_update,
)
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
    WorkspaceDetails,
    member_add,
    member_change,
    member_remove,
    user_invited,
    workspace_bundle,
    workspace_create,
    workspace_update,
)

__all__ = [
    "FolderPlace",
    "TalkDetails",
    "VideoDetails",
    "VideoPlace",
    "WorkspaceBundle",
    "WorkspaceDetails",
    "event_create",
    "event_delete",
    "event_rename",
    "folder_create",
    "folder_delete",
    "folder_move",
    "folder_place",
    "folder_rename",
    "member_add",
    "member_change",
    "member_remove",
    "project_create",
    "project_delete",
    "project_rename",
    "talk_create",
    "talk_delete",
    "talk_update",
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
    "workspace_update",
]
