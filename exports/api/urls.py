"""The reports' part of /v1/."""

from __future__ import annotations

from django.urls import path

from exports.api.reports import ReportsView, ReportView
from exports.api.sixtyseconds import AnalyticsExportsView, AnalyticsExportView

urlpatterns = [
    path("analytics/export", AnalyticsExportsView.as_view(), name="sixtyseconds_exports"),
    path("analytics/export/<str:export_id>", AnalyticsExportView.as_view(), name="sixtyseconds_export"),
    path("reports", ReportsView.as_view(), name="reports"),
    path("reports/<str:public_id>", ReportView.as_view(), name="report"),
]
