"""What commands that write need before they begin."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connection

from videos.models import Workspace


def tables_check() -> None:
    """Raise CommandError, which says what to do, where the database has no tables yet."""
    if Workspace._meta.db_table not in connection.introspection.table_names():
        raise CommandError("The databases have no tables yet. Run `manage.py migrate` first.")
