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
        self._spare_the_disk()
        return self.connection.settings_dict["NAME"]

    def _spare_the_disk(self) -> None:
        """Let inserts not wait for it: what a test stores need not outlive the process."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM system.tables WHERE database = currentDatabase() "
                "AND create_table_query LIKE '%%fsync_after_insert = 1%%'",
                [],
            )
            for (table,) in cursor.fetchall():
                cursor.execute(
                    f"ALTER TABLE {self.connection.ops.quote_name(table)} MODIFY SETTING fsync_after_insert = 0"
                )


def truncate_written_tables(alias: str = "clickhouse") -> None:
    """Empty the tables that this process has inserted into since the last call; migrations stay recorded.

    They are made anew: to truncate a table, the engine writes an empty part in the place of each, which takes longer.
    """
    written, Connection.written_tables = Connection.written_tables - {"django_migrations"}, set()
    if not written:
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() AND name IN %s",
            [sorted(written)],
        )
        for table, definition in cursor.fetchall():
            cursor.execute(f"DROP TABLE {connections[alias].ops.quote_name(table)} SYNC")
            cursor.execute(definition)
