"""The reports' own paths, where the tests of this part need no others."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", include("exports.api.urls")),
    path("reports/", include("exports.pages.urls")),
]
