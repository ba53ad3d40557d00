"""The events' paths, under /events/."""

from __future__ import annotations

from django.urls import path

from analytics.pages.events.views import event_view, events_view, talk_view

urlpatterns = [
    path("", events_view, name="events"),
    path("<str:public_id>/", event_view, name="event"),
    path("<str:public_id>/talks/<str:talk_id>/", talk_view, name="talk"),
]
