"""The dialect's paths, to be included under /v1."""

from __future__ import annotations

from django.urls import path

from analytics.api.sixtyseconds.views import AccountAnalyticsView, TemplateAnalyticsView, VideoAnalyticsView

urlpatterns = [
    path("analytics/videos/<str:video_id>", VideoAnalyticsView.as_view(), name="sixtyseconds_video"),
    path("analytics/account", AccountAnalyticsView.as_view(), name="sixtyseconds_account"),
    path("analytics/templates/<str:template_id>", TemplateAnalyticsView.as_view(), name="sixtyseconds_template"),
]
