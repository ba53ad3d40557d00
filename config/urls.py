"""All paths of the product; `config.asgi` sends the collector's two paths elsewhere before Django sees them."""

from __future__ import annotations

from django.urls import include, path

from videos.admin.site import site
from videos.pages.passwords import ForgottenView

urlpatterns = [
    path("", include("analytics.pages.urls")),
    path("", include("videos.urls")),
    path("reports/", include("exports.pages.urls")),
    # Under the name that the sign-in looks for.
    path("password/forgotten", ForgottenView.as_view(), name="admin_password_reset"),
    path("admin/", site.urls),
    path("v1/", include("videos.api.urls")),
    path("v1/", include("analytics.api.urls")),
    path("v1/", include("exports.api.urls")),
    path("v1/", include("analytics.api.wistia.urls")),
    path("modern/", include("analytics.api.wistia.urls")),
]
handler400 = "videos.api.problems.bad_request"
handler403 = "videos.api.problems.permission_denied"
handler404 = "videos.api.problems.not_found"
handler500 = "videos.api.problems.server_error"
