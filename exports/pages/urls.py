"""The reports' pages, under /reports/."""

from __future__ import annotations

from django.urls import path

from exports.pages.download import report_download
from exports.pages.reports import new_report_page, report_again, report_canceled, reports_page

app_name = "exports"
urlpatterns = [
    path("", reports_page, name="reports"),
    path("new", new_report_page, name="new"),
    path("download/<str:token>", report_download, name="download"),
    path("<str:public_id>/again", report_again, name="again"),
    path("<str:public_id>/cancel", report_canceled, name="cancel"),
]
