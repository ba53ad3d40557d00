"""`manage.py serve`: what must hold before the product serves, the serving, and a clean end."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import uvicorn
from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error, OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from analytics.frames import with_room
from config.http import LimitedProtocol
from config.static import static_files_collect

logger = logging.getLogger("viewprint")

# Requests, then what they left to do, each have as long to end after SIGTERM.
GRACE_SECONDS = 30
MOST_FILES = 65_536
# Files of the databases, the engine's above all; the rest may be connections.
FILES_KEPT = 512
MOST_CONNECTIONS = 8_192


class Server(uvicorn.Server):
    """uvicorn that says when it listens."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logger.info("serve: stopping; %d requests are being answered", len(self.server_state.tasks))
        await super().shutdown(sockets)


def serve(host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the whole product until SIGTERM or SIGINT; `announce` hears the address once it listens.

    Raises CommandError, with a sentence that says what to do, where it cannot.
    """
    with data_dir_held(), port_held(host, port) as listening:
        static_files_collect()
        databases_ready()
        connections_most = files_raised() - FILES_KEPT
        # It sets up what it serves, and so comes after the checks.
        from config.asgi import application

        address = _address(host, listening.getsockname()[1])
        if not settings.PUBLIC_URL_IS_GIVEN:
            settings.PUBLIC_URL = address
            settings.CSRF_TRUSTED_ORIGINS = [address]
        server = Server(
            uvicorn.Config(
                application,  # type: ignore[arg-type]
                http=LimitedProtocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.TRUSTED_PROXIES),
                forwarded_allow_ips=settings.TRUSTED_PROXIES,
                limit_concurrency=min(connections_most, MOST_CONNECTIONS),
                backlog=1024,
                timeout_graceful_shutdown=GRACE_SECONDS,
            ),
            listening=lambda: announce(address),
        )
        # uvicorn sends itself again the signal that it stopped for, when it has put the former handlers back.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, server.handle_exit)
        try:
            with_room(server.run, sockets=[listening])
        except SystemExit as error:
            raise CommandError("The product does not start; the log above says why.") from error
        connections.close_all()
        _end_with_threads(GRACE_SECONDS)
        logger.info("serve: stopped")


def _address(host: str, port: int) -> str:
    """Return where a browser on this machine finds what listens on `host`."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{reached}:{port}"


@contextlib.contextmanager
def data_dir_held() -> Iterator[None]:
    """Hold DATA_DIR for this process. Raises CommandError where another one serves from it."""
    path = Path(settings.DATA_DIR) / "serve.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise CommandError(
                f"Process {_holder(file)} serves from {settings.DATA_DIR} already. Stop it first, or set DATA_DIR to "
                "another directory."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _holder(file: IO[str]) -> str:
    return file.read().strip() or "of another user"


@contextlib.contextmanager
def port_held(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket bound to the port (0: any free one). Raises CommandError where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise CommandError(f"--host {host} is no address of this machine: {error.strerror}.") from error
    with socket.socket(family, kind, protocol) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
            bound.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                sentence = f"Port {port} is in use. Stop what uses it, or choose another with --port."
            else:
                sentence = f"Cannot listen on {host}, port {port}: {error.strerror}."
            raise CommandError(sentence) from error
        yield bound


def databases_ready() -> None:
    """Connect to both databases. Raises CommandError where one cannot be used or lacks migrations.

    An engine that is a server may be away for a while: what is collected meanwhile waits in the spool.
    """
    behind = []
    for alias in settings.DATABASES:
        connection = connections[alias]
        try:
            executor = MigrationExecutor(connection)
        except Error as error:
            if alias == "clickhouse" and not settings.ENGINE_IS_EMBEDDED and isinstance(error, OperationalError):
                logger.error("serve: the engine does not answer; snapshots go to the spool until it does: %s", error)
                continue
            raise CommandError(f"The database {alias!r} cannot be used: {error}") from error
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            behind.append(alias)
    if behind:
        raise CommandError(f"The tables are not up to date ({' and '.join(behind)}). Run `manage.py migrate` first.")


def files_raised() -> int:
    """Allow this process as many open files as the system lets it, and return how many: a connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


def _end_with_threads(seconds: float) -> None:
    """Wait for the threads that still work, and end the process without those that do not end.

    Python would wait for them for ever. What they do is either unacknowledged or resumed at the next start.
    """
    until = time.monotonic() + seconds
    working = [each for each in threading.enumerate() if not each.daemon and each is not threading.main_thread()]
    for thread in working:
        thread.join(max(0.0, until - time.monotonic()))
    stuck = [thread.name for thread in working if thread.is_alive()]
    if stuck:
        logger.warning("serve: ends without waiting longer for %s", ", ".join(stuck))
        logging.shutdown()
        os._exit(0)
