"""The library's paths, under /library/."""

from __future__ import annotations

from django.urls import path

from analytics.pages.library.changes import (
    delete_view,
    new_folder_view,
    new_project_view,
    new_video_view,
    rename_view,
)
from analytics.pages.library.moves import move_back_view, move_view
from analytics.pages.library.views import embed_view, library_view

urlpatterns = [
    path("", library_view, name="library"),
    path("projects/<str:public_id>/", library_view, {"kind": "project"}, name="library_project"),
    path("folders/<str:public_id>/", library_view, {"kind": "folder"}, name="library_folder"),
    path("videos/<str:public_id>/embed", embed_view, name="library_embed"),
    path("new-project", new_project_view, name="library_new_project"),
    path("new-folder", new_folder_view, name="library_new_folder"),
    path("new-video", new_video_view, name="library_new_video"),
    path("rename", rename_view, name="library_rename"),
    path("move", move_view, name="library_move"),
    path("move-back", move_back_view, name="library_move_back"),
    path("delete", delete_view, name="library_delete"),
]
