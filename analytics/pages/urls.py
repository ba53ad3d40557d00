"""The dashboard's paths: the overview is the product's front page."""

from __future__ import annotations

from django.urls import include, path

from analytics.pages.views import overview_view, video_view

app_name = "pages"
urlpatterns = [
    path("", overview_view, name="overview"),
    path("library/", include("analytics.pages.library.urls")),
    path("videos/<str:public_id>/", video_view, name="video"),
]
