"""The collector's fixtures: a workspace with videos, the collector behind a real HTTP server, stored rows."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn

from analytics.collect.app import Collector
from analytics.collect.facts import facts_insert
from analytics.collect.replay import Insert
from analytics.models import ViewingSession
from tests.analytics.collect.examples import Sent
from videos.models import Video, Workspace


@pytest.fixture(autouse=True)
def data_of_its_own(settings: Any, tmp_path: Path) -> Path:
    """The spool of one test in a directory of that test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def workspace(transactional_db: None) -> Workspace:
    return Workspace.objects.create(name="Acme")


@pytest.fixture
def video(workspace: Workspace) -> Video:
    return Video.objects.create(workspace=workspace, title="Welcome", duration=Decimal("60"))


class Served(NamedTuple):
    """A collector behind uvicorn on a port of this machine."""

    port: int

    def send(self, body: Any, method: str = "POST", path: str = "/v1/collect", **headers: str) -> Sent:
        """Send one request; what is neither bytes nor None is sent as JSON. Header names have _ for -."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, data, {"Content-Type": "text/plain", **names})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return Sent(answer.status, {k.lower(): v for k, v in answer.getheaders()}, json.loads(text) if text else None)


@contextmanager
def served(collector: Collector) -> Iterator[Served]:
    """Run the collector behind a real server, on a thread, until the end of the block; then drain it."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await collector(scope, receive, send)
            return
        assert scope["type"] == "lifespan"
        await receive()
        await collector.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await collector.stop()
        await send({"type": "lifespan.shutdown.complete"})

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, lifespan="on", proxy_headers=False, access_log=False, log_level="warning"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive(), "the server has not started"
            assert time.monotonic() < deadline, "the server takes too long to start"
            time.sleep(0.01)
        yield Served(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


class Engine:
    """The real insert, which can be told to refuse as an engine that is down, or whatever a test thinks of."""

    def __init__(self) -> None:
        self.refuse: Callable[[Any], Exception | None] = lambda rows: None
        self.inserts = 0

    def __call__(self, rows: Any) -> None:
        self.inserts += 1
        if error := self.refuse(rows):
            raise error
        facts_insert(rows)


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def collecting(transactional_db: None, engine: Insert) -> Iterator[Served]:
    with served(Collector(engine)) as server:
        yield server


@pytest.fixture
def stored() -> Callable[[], list[ViewingSession]]:
    """Return the sessions as the engine shows them, in the order of their loads."""
    return lambda: list(ViewingSession.objects.order_by("started_at", "id"))
