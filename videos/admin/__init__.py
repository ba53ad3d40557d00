"""The members' pages for the catalog, all on one admin site."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group

from videos.admin import catalog, events, registrations, streams

__all__ = ["catalog", "events", "registrations", "streams"]

# Roles take the place of Django's groups.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)
