"""The reports' part of /v1/."""

from __future__ import annotations

from django.urls import path

from exports.api.referrers import ExportReferrersView
from exports.api.reports import ReportsView, ReportView
from exports.api.schedules import ScheduleRunView, SchedulesView, ScheduleView
from exports.api.sixtyseconds import AnalyticsExportsView, AnalyticsExportView

urlpatterns = [
    path("analytics/export", AnalyticsExportsView.as_view(), name="sixtyseconds_exports"),
    path("analytics/export/<str:export_id>", AnalyticsExportView.as_view(), name="sixtyseconds_export"),
    path("export/referrers", ExportReferrersView.as_view(), name="export_referrers"),
    path("reports", ReportsView.as_view(), name="reports"),
    path("reports/<str:public_id>", ReportView.as_view(), name="report"),
    path("schedules", SchedulesView.as_view(), name="schedules"),
    path("schedules/<str:public_id>", ScheduleView.as_view(), name="schedule"),
    path("schedules/<str:public_id>/run", ScheduleRunView.as_view(), name="schedule_run"),
]
