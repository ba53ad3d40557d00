"""The catalog's paths outside of /v1/ and /admin/."""

from __future__ import annotations

from django.urls import path, re_path

from videos.media import media_file
from videos.pages.embed import embed_page
from videos.pages.scripts import player_script
from videos.pages.switch import workspace_switch

app_name = "videos"
urlpatterns = [
    path("embed/<str:public_id>", embed_page, name="embed"),
    re_path(r"^(?P<name>viewprint\.js|viewprint\.mjs|embed\.mjs|viewprint-embed\.mjs)$", player_script, name="script"),
    path("media/<path:path>", media_file, name="media"),
    path("workspaces/<int:workspace_id>/switch", workspace_switch, name="switch"),
]
