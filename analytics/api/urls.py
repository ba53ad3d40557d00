"""The analytics' part of /v1/."""

from __future__ import annotations

from django.urls import include, path

from analytics.api.exports import ExportSessionsView
from analytics.api.imports import ImportSessionsView
from analytics.api.query.views import QueryView
from analytics.api.visitors import VisitorView

urlpatterns = [
    path("", include("analytics.api.kinescope.urls")),
    path("", include("analytics.api.sixtyseconds.urls")),
    path("", include("analytics.api.events.urls")),
    path("export/sessions", ExportSessionsView.as_view(), name="export_sessions"),
    path("import/sessions", ImportSessionsView.as_view(), name="import_sessions"),
    # Keys are whatever a page names its visitors by, slashes included.
    path("visitors/<path:visitor>", VisitorView.as_view(), name="visitor"),
    path("query", QueryView.as_view(), name="query"),
]
