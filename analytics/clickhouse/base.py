"""The DatabaseWrapper: one connection a thread, settings for every query, no transactions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from clickhouse_backend.backend import base as upstream
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.asyncio import async_unsafe

from analytics.clickhouse import driver
from analytics.clickhouse.creation import DatabaseCreation
from analytics.clickhouse.operations import DatabaseOperations

DEFAULT_SETTINGS: dict[str, Any] = {
    "final": 1,  # the newest snapshot of a session, and only that
    "aggregate_functions_null_for_empty": 1,  # the mean of nothing is NULL, not NaN
    "mutations_sync": 1,
    "max_query_size": 100_000_000,  # lists of many videos, or of all known visitors
    # The partition is a function of a sorting key column, so versions of a row never lie in two partitions.
    "do_not_merge_across_partitions_select_final": 1,
    "session_timezone": "UTC",  # the process's own zone must not matter
    "max_execution_time": 30,
}
STREAM_SECONDS = 3600


class DatabaseWrapper(upstream.DatabaseWrapper):
    """ClickHouse at OPTIONS["dsn"]: chdb:///dir, chdb://memory, or http(s)://user:password@host:8123/database.

    Other OPTIONS: `max_execution_time` and `stream_seconds` (for .iterator(), whose clock runs while its reader works),
    both in seconds, and `settings`, more settings of the engine for every query.
    """

    # Text has no length in the engine; Case/When and Cast of strings would otherwise ask for FixedString(None).
    data_types = {**upstream.DatabaseWrapper.data_types, "CharField": "String", "SlugField": "String"}
    Database = driver
    creation_class = DatabaseCreation
    ops_class = DatabaseOperations

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        # Upstream takes options out of this dictionary, which all threads' connections share.
        super().__init__({**settings_dict, "OPTIONS": dict(settings_dict.get("OPTIONS", {}))}, alias)
        dsn = urlsplit(self.settings_dict["OPTIONS"].get("dsn", ""))
        if dsn.scheme not in {"chdb", "http", "https"}:
            raise ImproperlyConfigured(f"A ClickHouse address begins with chdb:, http: or https:, not {dsn.scheme!r}.")
        if dsn.scheme != "chdb" and dsn.path.strip("/") and self.settings_dict["NAME"] == "default":
            self.settings_dict["NAME"] = dsn.path.strip("/")

    def get_connection_params(self) -> dict[str, Any]:
        options = self.settings_dict["OPTIONS"]
        own = {"max_execution_time": options["max_execution_time"]} if "max_execution_time" in options else {}
        return {
            "dsn": options["dsn"],
            "database": self.settings_dict["NAME"],
            "settings": {**DEFAULT_SETTINGS, **own, **options.get("settings", {})},
            "stream_seconds": options.get("stream_seconds", STREAM_SECONDS),
        }

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> driver.Connection:
        return driver.Connection(**conn_params)

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> driver.Cursor:
        return self.connection.cursor() if name is None else self.connection.streaming_cursor()

    @async_unsafe
    def chunked_cursor(self) -> Any:
        return self._cursor(name="stream")

    def _close(self) -> None:
        # Upstream's does nothing, as its threads share one connection.
        if self.connection is not None:
            self.connection.close()


def insert_rows(
    table: str, rows: Sequence[Sequence[Any]], column_names: Sequence[str], alias: str = "clickhouse"
) -> None:
    """Insert rows of plain values in one block on this thread's connection, past the ORM: the collector's way in.

    Values are as the columns want them: aware datetimes, UUIDs, lists. Raises django.db.DataError, before anything is
    stored, for a value that its column cannot take, and the other classes of django.db for what the engine refuses.
    """
    wrapper = connections[alias]
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        wrapper.connection.insert_rows(table, rows, column_names)
