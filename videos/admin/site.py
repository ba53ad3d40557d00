"""The admin site with the catalog's pages on it."""

from __future__ import annotations

from django.contrib import admin

site = admin.site
