"""The analytics' part of /v1/."""

from __future__ import annotations

from django.urls import path

from analytics.api.kinescope import GroupedView, OverviewView
from analytics.api.query import QueryView

urlpatterns = [
    path("query", QueryView.as_view(), name="query"),
    path("analytics/overview", OverviewView.as_view(), name="kinescope_overview"),
    path("analytics", GroupedView.as_view(), name="kinescope_grouped"),
]
