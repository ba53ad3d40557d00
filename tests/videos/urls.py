"""The catalog's own paths, where its tests need no others."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("v1/", include("videos.api.urls"))]

handler404 = "videos.api.problems.not_found"
handler500 = "videos.api.problems.server_error"
