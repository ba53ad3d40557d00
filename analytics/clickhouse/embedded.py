"""Clients of the engine: the one embedded in this process (chDB), or a server's over HTTP.

The embedded engine belongs to one OS process per directory, lives as long as one handle is open, and does not survive
a fork: the library's threads are gone in the child, which would hang (even in sys.exit(), though not in os._exit()). So
it is loaded on first use, one anchor handle keeps it up until the process ends, and a fork or a second process is
refused at once.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import weakref
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect import common
from clickhouse_connect.driver.client import Client
from django.utils import timezone

from analytics.clickhouse.errors import OperationalError, ProgrammingError

# A naive datetime is a wall clock without a zone; the columns' zone is UTC, the process's own must not matter.
common.set_setting("naive_datetime_insert", "server")

_lock = threading.Lock()
_anchor: Client | None = None
_anchor_dsn = ""
_process: int | None = None
_ended = False
_clients: weakref.WeakSet[Client] = weakref.WeakSet()


def is_embedded(dsn: str) -> bool:
    """Whether the address means the engine within this process."""
    return dsn.startswith("chdb:")


def refuse_after_fork() -> None:
    """Raise OperationalError in a child forked after the engine was loaded: there any call would hang for ever."""
    if _process is not None and _process != os.getpid():
        raise OperationalError(
            "The embedded ClickHouse engine was loaded before this process was forked, and cannot be used in it. "
            "Start processes with spawn, fork before the first query, or set CLICKHOUSE_URL to a server."
        )


def _refuse_second_process(dsn: str) -> None:
    """Raise OperationalError if another process holds the directory; the engine locks its file `status` there."""
    try:
        status = (Path(urlsplit(dsn).path) / "status").open("rb")
    except (FileNotFoundError, NotADirectoryError):
        return
    with status:
        try:
            fcntl.flock(status, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = status.readline().decode(errors="replace").strip() or "another process"
            raise OperationalError(
                f"The data in {urlsplit(dsn).path} is in use by another process ({holder}), and the embedded engine "
                "serves one process a directory. Stop the server, use its HTTP import, or set CLICKHOUSE_URL to a "
                "ClickHouse server."
            ) from None


def _open_anchor(dsn: str) -> None:
    global _anchor, _anchor_dsn, _process
    if _ended:
        raise OperationalError("The embedded engine is shut down, as this process is ending.")
    if _anchor is not None:
        if dsn != _anchor_dsn:
            raise OperationalError(
                f"This process already runs the embedded engine on {_anchor_dsn}; a second one on {dsn} needs a "
                "process of its own."
            )
        return
    _refuse_second_process(dsn)
    _process = os.getpid()
    try:
        _anchor = clickhouse_connect.get_client(dsn=dsn)
    except ProgrammingError as error:
        reason = str(error).partition(", Stack trace")[0]
        raise OperationalError(f"The embedded engine does not start on {dsn}: {reason}") from error
    _anchor_dsn = dsn
    _clients.add(_anchor)
    atexit.register(_shut_down)


def open_client(dsn: str, database: str, settings: dict[str, Any]) -> Client:
    """Return a new client for one thread with these settings for all it runs; datetimes without zone are UTC.

    Raises OperationalError where there is no engine to be had: unreachable, forked, or in use by another process.
    """
    if is_embedded(dsn):
        refuse_after_fork()
        with _lock:
            _open_anchor(dsn)
            client = clickhouse_connect.get_client(dsn=dsn, database=database, settings=settings, tz_mode="schema")
            _clients.add(client)
    else:
        client = clickhouse_connect.get_client(
            dsn=dsn,
            database=database,
            settings=settings,
            tz_mode="schema",
            autogenerate_session_id=False,
            send_receive_timeout=settings["max_execution_time"] + 30,
        )
    client.server_tz = timezone.get_fixed_timezone(0)
    return client


def _shut_down() -> None:
    """Close every client and the anchor: the engine writes out what it holds and frees the directory."""
    global _ended
    if _process != os.getpid():
        return
    with _lock:
        _ended = True
        for client in _clients:
            client.close()
