"""The reports' pages, under /reports/."""

from __future__ import annotations

from django.urls import path

from exports.pages.download import report_download
from exports.pages.progress import progress_download
from exports.pages.referrers import referrers_download
from exports.pages.reports import new_report_page, report_again, report_canceled, reports_page
from exports.pages.schedules import (
    edit_schedule_page,
    new_schedule_page,
    schedule_deleted,
    schedule_page,
    schedule_paused,
    schedule_ran,
    schedule_resumed,
    schedules_page,
)
from exports.pages.unsubscribe import unsubscribe_page

app_name = "exports"
urlpatterns = [
    path("", reports_page, name="reports"),
    path("new", new_report_page, name="new"),
    path("referrers.<str:format>", referrers_download, name="referrers"),
    path("progress.<str:format>", progress_download, name="progress"),
    path("download/<str:token>", report_download, name="download"),
    path("unsubscribe/<str:token>", unsubscribe_page, name="unsubscribe"),
    path("schedules", schedules_page, name="schedules"),
    path("schedules/new", new_schedule_page, name="new_schedule"),
    path("schedules/<str:public_id>", schedule_page, name="schedule"),
    path("schedules/<str:public_id>/edit", edit_schedule_page, name="edit_schedule"),
    path("schedules/<str:public_id>/pause", schedule_paused, name="pause_schedule"),
    path("schedules/<str:public_id>/resume", schedule_resumed, name="resume_schedule"),
    path("schedules/<str:public_id>/run", schedule_ran, name="run_schedule"),
    path("schedules/<str:public_id>/delete", schedule_deleted, name="delete_schedule"),
    path("<str:public_id>/again", report_again, name="again"),
    path("<str:public_id>/cancel", report_canceled, name="cancel"),
]
