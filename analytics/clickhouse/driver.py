"""PEP 249 over clickhouse-connect: what Django takes for a connection and a cursor."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

from clickhouse_connect.driver.client import Client

from analytics.clickhouse import embedded
from analytics.clickhouse.errors import *  # noqa: F403 (PEP 249 wants the exceptions here)
from analytics.clickhouse.errors import InterfaceError, ProgrammingError, translated, translated_values
from analytics.clickhouse.escape import bind
from analytics.clickhouse.streams import ByteStream, stream_opened

Binary = bytes
_ANSWERS_ROWS = re.compile(
    r"\s*(?:(?:/\*.*?\*/|--[^\n]*\n)\s*)*\(*\s*(?:SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN)\b", re.I | re.S
)
# What the ORM writes before rows of data; an INSERT with expressions has its values in the text.
_INSERT_ROWS = re.compile(r'\s*INSERT\s+INTO\s+"((?:[^"]|"")+)"\s*\(([^()]*)\)\s*VALUES\s*', re.I)
_INSERT_INTO = re.compile(r'\s*INSERT\s+INTO\s+(?:TABLE\s+)?"?([^"\s(]+)', re.I)
_QUOTED = re.compile(r'"((?:[^"]|"")+)"')


class Connection:
    """One thread's client of the engine. There are no transactions: commit and rollback do nothing."""

    written_tables: ClassVar[set[str]] = set()

    def __init__(self, dsn: str, database: str, settings: Mapping[str, Any], stream_seconds: float) -> None:
        self._open = (dsn, database, dict(settings))
        self._stream_seconds = stream_seconds
        self._process = os.getpid()
        with translated():
            self._client: Client | None = embedded.open_client(*self._open)

    @property
    def client(self) -> Client:
        """The client to talk to. Raises InterfaceError once closed, OperationalError in a forked child."""
        if self._process != os.getpid():
            embedded.refuse_after_fork()
        if self._client is None:
            raise InterfaceError("The connection is closed.")
        return self._client

    def cursor(self) -> Cursor:
        """Return a cursor that holds each answer whole."""
        return Cursor(self.client)

    def streaming_cursor(self) -> StreamingCursor:
        """Return a cursor that reads as it is read, on a client of its own that closes with it."""
        dsn, database, settings = self._open
        # The clock of the query runs while whoever reads the rows takes their time.
        settings = {**settings, "max_execution_time": self._stream_seconds}
        with translated():
            return StreamingCursor(embedded.open_client(dsn, database, settings))

    def byte_stream(
        self, sql: str, parameters: Sequence[Any], form: str, settings: Mapping[str, Any] | None = None
    ) -> ByteStream:
        """Return the answer to a SELECT with `%s` parameters, written by the engine in one of its formats.

        It comes as it is read, on a client of its own that closes with it. `settings` hold for this query.
        """
        with translated_values():
            bound = bind(sql, parameters)
        dsn, database, own = self._open
        chosen = {**own, "max_execution_time": self._stream_seconds, **(settings or {})}
        with translated():
            return stream_opened(
                lambda: embedded.open_client(dsn, database, chosen),
                bound,
                form,
                is_embedded=embedded.is_embedded(dsn),
            )

    def insert_rows(self, table: str, rows: Sequence[Sequence[Any]], column_names: Sequence[str]) -> None:
        """Insert rows in one block. Raises DataError, before anything is stored, for a value its column cannot take."""
        insert_rows(self.client, table, rows, column_names)

    def commit(self) -> None:
        """Do nothing: each statement is its own."""

    def rollback(self) -> None:
        """Do nothing: each statement is its own."""

    def close(self) -> None:
        """Close this client only; the engine and other threads' clients go on."""
        client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()


def insert_rows(client: Client, table: str, rows: Sequence[Sequence[Any]], column_names: Sequence[str]) -> None:
    """Insert rows in one block through the client, and remember the table as written."""
    Connection.written_tables.add(table)
    with translated_values():
        client.insert(f"`{table}`", rows, column_names)


class Cursor:
    """A cursor whose parameters are a sequence for `%s`, or a mapping for the engine's own `{name:Type}`."""

    arraysize = 100

    def __init__(self, client: Client) -> None:
        self._client: Client | None = client
        self._rows: Iterator[Any] = iter(())
        self.description: list[tuple[Any, ...]] | None = None
        self.rowcount = -1
        self.last_query = ""

    @property
    def client(self) -> Client:
        """The client to talk to. Raises InterfaceError once the cursor is closed."""
        if self._client is None:
            raise InterfaceError("The cursor is closed.")
        return self._client

    def execute(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> None:
        """Run one statement. Raises the PEP 249 class of what the engine says; the connection stays usable."""
        client = self.client
        self._rows, self.description, self.rowcount = iter(()), None, -1
        rows_insert = _INSERT_ROWS.fullmatch(sql)
        if rows_insert and parameters and not isinstance(parameters, Mapping):
            columns = [name.replace('""', '"') for name in _QUOTED.findall(rows_insert[2])]
            insert_rows(client, rows_insert[1].replace('""', '"'), parameters, columns)
            self.last_query, self.rowcount = f"{sql} ({len(parameters)} rows)", len(parameters)
            return
        named: Mapping[str, Any] | None = None
        if isinstance(parameters, Mapping):
            named = parameters
            for name in named:
                if f"%({name})s" in sql or not re.search(rf"\{{{re.escape(name)}:", sql):
                    raise ProgrammingError(f"A named parameter is written {{{name}:Type}}, as in {{{name}:String}}.")
        elif parameters is not None:
            with translated_values():
                sql = bind(sql, parameters)
        self.last_query = sql
        if _ANSWERS_ROWS.match(sql):
            with translated():
                self._ask(sql, named)
            return
        if written := _INSERT_INTO.match(sql):
            Connection.written_tables.add(written[1])
        with translated():
            client.command(sql, parameters=dict(named) if named else None)

    def _ask(self, sql: str, named: Mapping[str, Any] | None) -> None:
        result = self.client.query(sql, parameters=dict(named) if named else None)
        self._describe(result.column_names, result.column_types)
        self.rowcount = len(result.result_rows)
        self._rows = iter(result.result_rows)

    def _describe(self, names: Sequence[str], types: Sequence[Any]) -> None:
        self.description = [
            (name, kind.name, None, None, None, None, None) for name, kind in zip(names, types, strict=True)
        ]

    def executemany(self, sql: str, parameters: Sequence[Any]) -> None:
        """Run one statement once for each of the parameters."""
        for each in parameters:
            self.execute(sql, each)

    def fetchone(self) -> Any:
        """Return the next row as a tuple, or None."""
        return next(self._fetch(1), None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """Return up to `size` next rows."""
        return list(self._fetch(size or self.arraysize))

    def fetchall(self) -> list[Any]:
        """Return all rows left."""
        return list(self._fetch(None))

    def _fetch(self, size: int | None) -> Iterator[Any]:
        return islice(self._rows, size)

    def __iter__(self) -> Iterator[Any]:
        return self._fetch(None)

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the answer; the connection's client stays open."""
        self._rows, self._client = iter(()), None


class StreamingCursor(Cursor):
    """A cursor on a client of its own, block by block: memory stays flat however long the answer is."""

    _stream: Any = None

    def _ask(self, sql: str, named: Mapping[str, Any] | None) -> None:
        self._stream = self.client.query_rows_stream(sql, parameters=dict(named) if named else None)
        self._describe(self._stream.source.column_names, self._stream.source.column_types)
        self._rows = iter(self._stream.__enter__())

    def _fetch(self, size: int | None) -> Iterator[Any]:
        with translated():
            yield from islice(self._rows, size)

    def close(self) -> None:
        """Stop the query and close the client."""
        client = self._client
        super().close()
        if self._stream is not None:
            self._stream.__exit__(None, None, None)
        if client is not None:
            client.close()

    def __del__(self) -> None:
        self.close()
