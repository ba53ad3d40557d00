"""All paths of the product; `config.asgi` sends the collector's two paths elsewhere before Django sees them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", include("analytics.api.urls")),
]
