"""Test databases: the embedded engine's live in memory, one engine a test process."""

from __future__ import annotations

from typing import Any

from clickhouse_backend.backend import creation as upstream
from django.conf import settings
from django.db import connections

from analytics.clickhouse.driver import Connection
from analytics.clickhouse.embedded import is_embedded


class DatabaseCreation(upstream.DatabaseCreation):
    """Creates test databases whose transactions pretend, so that other databases' tests can roll back beside them."""

    def create_test_db(self, *args: Any, **kwargs: Any) -> str:
        options = [self.connection.settings_dict["OPTIONS"], settings.DATABASES[self.connection.alias]["OPTIONS"]]
        if is_embedded(options[0]["dsn"]):
            for each in options:
                each["dsn"] = "chdb://memory"
        super().create_test_db(*args, **kwargs)
        self.connection.fake_transaction = True
        return self.connection.settings_dict["NAME"]


def truncate_written_tables(alias: str = "clickhouse") -> None:
    """Empty the tables that this process has inserted into since the last call; migrations stay recorded."""
    written, Connection.written_tables = Connection.written_tables - {"django_migrations"}, set()
    if not written:
        return
    with connections[alias].cursor() as cursor:
        for table in sorted(written):
            cursor.execute(f"TRUNCATE TABLE IF EXISTS {connections[alias].ops.quote_name(table)}")
