"""The reports' part of /v1/."""

from __future__ import annotations

from django.urls import path

from exports.api.reports import ReportsView, ReportView

urlpatterns = [
    path("reports", ReportsView.as_view(), name="reports"),
    path("reports/<str:public_id>", ReportView.as_view(), name="report"),
]
