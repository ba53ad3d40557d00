"""The dialect's own paths, under both of its prefixes."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("v1/", include("analytics.api.wistia.urls")),
    path("modern/", include("analytics.api.wistia.urls")),
]
