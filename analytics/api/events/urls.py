"""The dialect's path, to be included under /v1."""

from __future__ import annotations

from django.urls import path

from analytics.api.events.views import EventSessionsView

urlpatterns = [
    path("events/<str:event_id>/sessions/analytics", EventSessionsView.as_view(), name="event_sessions"),
]
