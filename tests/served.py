"""The whole product as a user runs it: `manage.py serve`, a process of its own with a DATA_DIR of its own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
STOP_SECONDS = 90
# What the tests' own process has in its environment must not reach the product's.
SETTINGS = (
    *("DATA_DIR", "DATABASE_URL", "CLICKHOUSE_URL", "CLICKHOUSE_TABLES", "REDIS_URL", "EMAIL_URL", "FILES_URL"),
    *("GEOIP_PATH", "TRUSTED_PROXIES", "PUBLIC_URL", "SECRET_KEY", "DEBUG", "DJANGO_SETTINGS_MODULE"),
    *("DJANGO_ALLOW_ASYNC_UNSAFE", "API_PER_TOKEN_PER_MINUTE"),
)

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
owner = {"email": "owner@example.com", "password": "correct horse battery"}
call_command("create_workspace", "Acme", timezone="Europe/Berlin", **owner)
"""


class Served:
    """A product that can be started, stopped and killed; its data stays in `data_dir`.

    `workspace` is what `create_workspace` printed: `token`, `public_token`, `email`, `password`, …
    """

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.parent / f"{data_dir.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.workspace: dict[str, Any] = {}
        inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        # Given, if only as nothing, so that a developer's .env does not decide. All tests of a process call as one.
        empty = dict.fromkeys(
            ("REDIS_URL", "EMAIL_URL", "FILES_URL", "GEOIP_PATH", "TRUSTED_PROXIES", "WEBHOOKS_PRIVATE"), ""
        )
        own = {"DATA_DIR": str(data_dir), "PUBLIC_URL": self.url, "API_PER_TOKEN_PER_MINUTE": "1000000"}
        self.environment = {**inherited, **empty, **own, **environment}

    @property
    def token(self) -> str:
        """A read and write API token."""
        return str(self.workspace["token"])

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Return what `manage.py` printed; the embedded engine allows that only while the product is stopped."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def prepare(self) -> None:
        """Make the tables and a workspace, in one process, as to start one takes long."""
        self.workspace = json.loads(self.manage("shell", "--no-imports", "--command", PREPARE))

    def begin_as(self, other: Served) -> None:
        """Copy the data of a product that does not run, which is quicker than to prepare it anew."""
        shutil.copytree(other.data_dir, self.data_dir, symlinks=True)
        self.workspace = other.workspace

    def start(self) -> None:
        """Return when the product is well."""
        with self.log.open("ab") as log:
            command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        until = time.monotonic() + START_SECONDS
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill()
                pytest.fail(f"The product did not start:\n{self.log.read_text()[-5000:]}", pytrace=False)
            time.sleep(0.05)

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> int:
        """Ask it to stop, as a supervisor does, and return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        return self.send("POST", path, body, **headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        """Return status and JSON of a request with the workspace's token, its body as JSON unless it is bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **headers}
        return self._answer(urllib.request.Request(self.url + path, data, sent, method=method))

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self._answer(urllib.request.Request(self.url + path, headers=headers))

    def _answer(self, request: urllib.request.Request) -> tuple[int, Any]:
        if self.workspace:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, content = error.code, error.read()
        try:
            return status, json.loads(content) if content else None
        except ValueError:
            return status, content


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A product that is never started: its prepared DATA_DIR is what others begin with a copy of.

    The first of a run's processes that needs it makes it for all.
    """
    directory = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        directory = directory.parent
    product = Served(directory / "prepared" / "data")
    product.data_dir.parent.mkdir(exist_ok=True)
    made = directory / "prepared" / "workspace.json"
    with (directory / "prepared" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            product.prepare()
            made.write_text(json.dumps(product.workspace))
    product.workspace = json.loads(made.read_text())
    return product


@pytest.fixture(scope="session")
def served(prepared: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with one workspace, for all tests of this process: each makes the videos that it looks at."""
    product = Served(tmp_path_factory.mktemp("served") / "data")
    product.begin_as(prepared)
    product.start()
    yield product
    assert product.stop() == 0


@pytest.fixture
def own_served(prepared: Served, tmp_path: Path) -> Iterator[Served]:
    """A product of this test's own, prepared but not started, to be stopped and killed at will."""
    product = Served(tmp_path / "data")
    product.begin_as(prepared)
    yield product
    if product.process is not None and product.process.poll() is None:
        product.kill()
