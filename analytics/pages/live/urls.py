"""The live page's path, /live/."""

from __future__ import annotations

from django.urls import path

from analytics.pages.live.views import live_view

urlpatterns = [path("", live_view, name="live")]
