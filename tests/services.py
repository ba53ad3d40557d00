"""A real Redis and a real PostgreSQL, one of each for a whole test process, on ports of their own."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from tests.real_parts import require

START_SECONDS = 60


def free_port() -> int:
    """Return a port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Return once it holds; fail when it does not in time."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} seconds"
        time.sleep(0.1)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the program is ready; fail with its log when it ends or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    process.kill()
    pytest.fail(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}", pytrace=False)


@contextmanager
def running(
    command: Sequence[str], log: Path, ready: Callable[[], bool], stop: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        wait_until(ready, process, log)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
            process.wait(30)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis that keeps nothing; tests that mind what others left use a database number."""
    program = require("redis")
    directory = tmp_path_factory.mktemp("redis")
    port = free_port()
    client = redis.Redis(port=port)

    def ready() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory), "--save", ""]
    with running(command, directory / "log", ready):
        yield f"redis://127.0.0.1:{port}"
        client.close()


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """The address, without a database, of a real PostgreSQL that nobody else uses.

    It refuses to run as root, so root runs it as `postgres`, in a directory that this user owns and can reach.
    """
    programs = Path(require("postgres"))
    directory = Path(tempfile.mkdtemp(prefix="viewprint-postgres-"))
    try:
        as_other: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(directory, user.pw_uid, user.pw_gid)
            as_other = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        data = str(directory / "data")
        subprocess.run(
            [*as_other, str(programs / "initdb"), "-D", data, "-U", "viewprint", "--auth=trust", "-E", "UTF8", "-N"],
            check=True,
            capture_output=True,
        )
        port = free_port()
        address = f"postgres://viewprint@127.0.0.1:{port}"

        def ready() -> bool:
            try:
                psycopg.connect(f"{address}/postgres", connect_timeout=2).close()
            except psycopg.OperationalError:
                return False
            return True

        # Its own sockets' directory, and no waiting for the disk: what is tested is the SQL.
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(directory), "-c", "fsync=off"]
        command = [*as_other, str(programs / "postgres"), "-D", data, *options]
        with running(command, directory / "log", ready, stop=signal.SIGINT):
            yield address
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def empty_database(cluster: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, until the block ends."""
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield f"{cluster}/{name}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    with empty_database(postgres_cluster) as url:
        yield url
