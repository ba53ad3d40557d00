"""The dialect's paths, under /v1/."""

from __future__ import annotations

from django.urls import path

from analytics.api.kinescope.views import GroupedView, OverviewView, ReferrersView

urlpatterns = [
    path("analytics/overview", OverviewView.as_view(), name="kinescope_overview"),
    path("analytics/referrers", ReferrersView.as_view(), name="kinescope_referrers"),
    path("analytics", GroupedView.as_view(), name="kinescope_grouped"),
]
