"""The dashboard's paths: the overview is the product's front page."""

from __future__ import annotations

from django.urls import include, path

from analytics.pages.filters.views import filter_values_view, segment_delete_view, segment_rename_view, segments_view
from analytics.pages.setup import setup_view
from analytics.pages.shared.views import shared_page_end_view, shared_pages_view, shared_view
from analytics.pages.video.views import video_view
from analytics.pages.views import folder_view, overview_view, project_view, watching_view
from analytics.pages.why.views import why_view

app_name = "pages"
urlpatterns = [
    path("", overview_view, name="overview"),
    path("library/", include("analytics.pages.library.urls")),
    path("setup/", setup_view, name="setup"),
    path("watching/", watching_view, name="watching"),
    path("projects/<str:public_id>/", project_view, name="project"),
    path("folders/<str:public_id>/", folder_view, name="folder"),
    path("events/", include("analytics.pages.events.urls")),
    path("live/", include("analytics.pages.live.urls")),
    path("templates/", include("analytics.pages.templates.urls")),
    path("videos/<str:public_id>/", video_view, name="video"),
    path("viewers/", include("analytics.pages.viewers.urls")),
    path("filters/values", filter_values_view, name="filter_values"),
    path("segments/", segments_view, name="segments"),
    path("segments/<str:public_id>/rename", segment_rename_view, name="segment_rename"),
    path("segments/<str:public_id>/delete", segment_delete_view, name="segment_delete"),
    path("why/<str:metric>/", why_view, name="why"),
    path("shared/", shared_pages_view, name="shared_pages"),
    path("shared/<str:token>/", shared_view, name="shared"),
    path("shared/<str:token>/end", shared_page_end_view, name="shared_page_end"),
]
