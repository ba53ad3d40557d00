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


# What `written_tables_keep` found written: a table's name, and that of the copy which it is made of anew.
_kept: dict[str, str] = {}


def written_tables_keep(alias: str = "clickhouse") -> None:
    """Have `written_tables_empty` return to what this process has inserted by now, until `kept_tables_forget`."""
    assert not _kept, "what is kept is forgotten before other rows are"
    with connections[alias].cursor() as cursor:
        for table in _written_tables():
            _kept[table] = f"{table}_kept"
            name, copy = (connections[alias].ops.quote_name(each) for each in (table, _kept[table]))
            cursor.execute(f"RENAME TABLE {name} TO {copy}")
            cursor.execute(f"CREATE TABLE {name} CLONE AS {copy}")


def kept_tables_forget(alias: str = "clickhouse") -> None:
    """Empty the tables that were kept."""
    Connection.written_tables |= set(_kept)
    copies = list(_kept.values())
    _kept.clear()
    written_tables_empty(alias)
    with connections[alias].cursor() as cursor:
        for copy in copies:
            cursor.execute(f"DROP TABLE {connections[alias].ops.quote_name(copy)} SYNC")


def written_tables_empty(alias: str = "clickhouse") -> None:
    """Empty the tables that this process has inserted into since the last call; migrations stay recorded.

    They are made anew: to truncate a table, the engine writes an empty part in the place of each, which takes longer.
    """
    written = _written_tables()
    if not written:
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase() AND name IN %s",
            [written],
        )
        for table, definition in cursor.fetchall():
            name = connections[alias].ops.quote_name(table)
            if table in _kept:
                definition = f"CREATE TABLE {name} CLONE AS {connections[alias].ops.quote_name(_kept[table])}"
            cursor.execute(f"DROP TABLE {name} SYNC")
            cursor.execute(definition)


def _written_tables() -> list[str]:
    """Return the tables of data that were inserted into, which is forgotten by that."""
    written, Connection.written_tables = Connection.written_tables - {"django_migrations"}, set()
    return sorted(written)
