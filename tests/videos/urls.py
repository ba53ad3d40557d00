"""The catalog's own paths, where its tests need no others."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from videos.pages.passwords import ForgottenView


def front_page(request: HttpRequest) -> HttpResponse:
    """Stand for the overview, which is another part's."""
    return HttpResponse("overview")


urlpatterns = [
    path("", front_page),
    # Under the name that the sign-in looks for.
    path("password/forgotten", ForgottenView.as_view(), name="admin_password_reset"),
    path("admin/", admin.site.urls),
    path("v1/", include("videos.api.urls")),
    path("", include("videos.urls")),
]

handler404 = "videos.api.problems.not_found"
handler500 = "videos.api.problems.server_error"
