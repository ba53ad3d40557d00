"""The dialect's paths, to be included under /v1."""

from __future__ import annotations

from django.urls import path

from analytics.api.sixtyseconds.videos import VideoDetailsView, VideosView
from analytics.api.sixtyseconds.views import AccountAnalyticsView, TemplateAnalyticsView, VideoAnalyticsView

urlpatterns = [
    path("videos", VideosView.as_view(), name="sixtyseconds_videos"),
    path("videos/<str:video_id>", VideoDetailsView.as_view(), name="sixtyseconds_video_details"),
    path("analytics/videos/<str:video_id>", VideoAnalyticsView.as_view(), name="sixtyseconds_video"),
    path("analytics/account", AccountAnalyticsView.as_view(), name="sixtyseconds_account"),
    path("analytics/templates/<str:template_id>", TemplateAnalyticsView.as_view(), name="sixtyseconds_template"),
]
