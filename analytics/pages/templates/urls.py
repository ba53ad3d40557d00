"""The templates' paths, under /templates/."""

from __future__ import annotations

from django.urls import path

from analytics.pages.templates.views import template_view, templates_view

urlpatterns = [
    path("", templates_view, name="templates"),
    path("<str:public_id>/", template_view, name="template"),
]
