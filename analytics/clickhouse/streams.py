"""Answers as bytes in one of the engine's own formats, written by the engine and read as they come."""

from __future__ import annotations

import os
import select
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from clickhouse_connect.driver.client import Client
from urllib3.exceptions import HTTPError

from analytics.clickhouse.errors import DatabaseError, Error, OperationalError, translated

# Formats with something in front of or behind all rows: the embedded engine's own streams know none of them.
FRAMED = frozenset({"Parquet"})


class ByteStream(Protocol):
    """An answer as it comes. Whoever opened it closes it, on the thread that opened it."""

    def read(self, size: int) -> bytes:
        """Return the next bytes, `size` at most; none at the end. Raises the PEP 249 class of what went wrong.

        A server that fails in the middle may end its answer with the error's text instead: look at what the last
        bytes are.
        """

    def close(self) -> None:
        """Stop the query and let go of its client."""


class RawStream:
    """What the driver's own stream gives: a server's answer over HTTP, or text from the embedded engine."""

    def __init__(self, client: Client, sql: str, form: str) -> None:
        self._client = client
        try:
            with translated():
                self._stream: Any = client.raw_stream(sql, fmt=form)
        except BaseException:
            client.close()
            raise

    def read(self, size: int) -> bytes:
        try:
            with translated():
                return bytes(self._stream.read(size))
        except HTTPError as error:
            raise OperationalError(f"The engine's answer broke off: {error}") from error

    def close(self) -> None:
        # Closing ends a server's query, too: nobody reads on to find the connection usable again.
        self._stream.close()
        self._client.close()


class PipedStream:
    """What the embedded engine writes into a pipe, as into a file, on a thread that waits while nobody reads.

    `another` opens one more client: the query can be stopped only from outside.
    """

    def __init__(self, client: Client, sql: str, form: str, another: Callable[[], Client]) -> None:
        self._client = client
        self._another = another
        self._mark = uuid.uuid4().hex
        self._error: BaseException | None = None
        self._ended = False
        self._reading, self._writing = os.pipe()
        self._sql = f"INSERT INTO FUNCTION file('/dev/fd/{self._writing}', '{form}') {sql} /* stream-{self._mark} */"
        self._thread = threading.Thread(target=self._write, name="engine-pipe", daemon=True)
        self._thread.start()

    def read(self, size: int) -> bytes:
        if self._ended:
            return b""
        if piece := os.read(self._reading, size):
            return piece
        self._ended = True
        self._thread.join()
        if self._error is not None:
            with translated():
                raise self._error
        return b""

    def close(self) -> None:
        # Without a reader the engine would go on writing into nothing, so it is told to stop, until it has.
        while self._thread.is_alive():
            with suppress(DatabaseError):
                self._stop()
            self._pour_away(0.1)
        self._thread.join()
        os.close(self._reading)
        self._client.close()

    def _pour_away(self, seconds: float) -> None:
        """Read what is written, for as long at most: a writer that is blocked hears of nothing."""
        until = time.monotonic() + seconds
        arrival = select.poll()
        arrival.register(self._reading, select.POLLIN)
        while (left := until - time.monotonic()) > 0:
            if arrival.poll(1000 * left) and not os.read(self._reading, 1 << 20):
                # The other end is closed, which is the last thing that the thread does.
                self._thread.join()
                return

    def _write(self) -> None:
        try:
            self._client.command(self._sql)
        except (Error, RuntimeError, OSError) as error:
            self._error = error
        finally:
            os.close(self._writing)

    def _stop(self) -> None:
        client = self._another()
        try:
            # The pattern does not match its own text.
            client.command(f"KILL QUERY WHERE match(query, 'stream[-]{self._mark}') ASYNC")
        finally:
            client.close()


def stream_opened(another: Callable[[], Client], sql: str, form: str, *, is_embedded: bool) -> ByteStream:
    """Return the answer to a SELECT as bytes in a format, on a client of its own, which `another` opens."""
    client = another()
    if is_embedded and form in FRAMED:
        return PipedStream(client, sql, form, another)
    return RawStream(client, sql, form)
