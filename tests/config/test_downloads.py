"""Long answers behind a real server: cut off half-way, left by their client, read by nobody; and the export served."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware

from config import downloads
from tests.analytics.collect.examples import snapshot, uuid7
from tests.served import Served
from tests.services import eventually

PATH = "/v1/export/sessions"
PIECE = b"x" * 65_536
Pieces = Callable[[Callable[[], bool]], Iterator[bytes]]


class Ended(threading.Event):
    """Set when the answer was closed, on whatever side."""


@contextmanager
def serving(pieces: Pieces, ended: Ended) -> Iterator[int]:
    """Serve a download as the product does, and yield the port."""

    def application(environ: Any, start_response: Any) -> Any:
        client_gone = environ["asgi.scope"]["state"]["client_gone"]
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            yield from pieces(client_gone)
        finally:
            ended.set()

    app = downloads.Downloads(WSGIMiddleware(application, workers=2))  # type: ignore[arg-type]
    config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_level="critical")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


def endless(client_gone: Callable[[], bool]) -> Iterator[bytes]:
    while not client_gone():
        yield PIECE


def requested(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    return connection


def test_an_answer_that_fails_half_way_has_no_end() -> None:
    def failing(client_gone: Callable[[], bool]) -> Iterator[bytes]:
        yield PIECE
        raise OSError("half-way")

    ended = Ended()
    with serving(failing, ended) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", PATH)
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            connection.getresponse().read()
        connection.close()
        assert ended.is_set()


def test_whoever_makes_an_answer_hears_that_its_client_has_gone() -> None:
    ended = Ended()
    with serving(endless, ended) as port:
        connection = requested(port)
        assert not ended.wait(0.3)
        connection.close()
        assert ended.wait(10)


def test_a_client_that_reads_nothing_is_left_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "SECONDS", 0.3)
    ended = Ended()
    with serving(endless, ended) as port:
        connection = requested(port)
        assert ended.wait(10)
        received = b""
        while piece := connection.recv(1 << 20):
            received = piece
        assert not received.endswith(b"0\r\n\r\n")
        connection.close()


# --- The product


def sessions_sent(served: Served, count: int) -> str:
    """Import so many sessions of a new video, and return its id."""
    status, video = served.post("/v1/catalog/videos", {"title": "Downloaded", "duration": 600})
    assert status == 201
    stretches = [[start, start + 1.125] for start in range(0, 120, 2)]
    lines = (
        json.dumps(snapshot(video["id"], session=uuid7(tail=number), visitor=f"v-{number}", stretches=stretches))
        for number in range(count)
    )
    text = gzip.compress("\n".join(lines).encode(), 1)
    status, report = served.send("POST", "/v1/import/sessions", text, **{"Content-Type": "application/x-ndjson"})
    assert (status, report["stored"]) == (200, count)
    return str(video["id"])


def opened(served: Served, words: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", f"{PATH}?{words}", headers={"X-API-Token": served.token})
    return connection, connection.getresponse()


@pytest.mark.served
def test_exports_stream_and_clients_that_go_away_make_room(served: Served) -> None:
    count = 30_000
    video = sessions_sent(served, count)
    first, whole = opened(served, f"video={video}")
    assert whole.getheader("Transfer-Encoding") == "chunked"
    text = whole.read()
    first.close()
    assert len({json.loads(line)["session"] for line in text.splitlines()}) == count
    taken = []
    while True:
        connection, answer = opened(served, f"video={video}")
        if answer.status != 200:
            break
        assert answer.read(1000)
        taken.append((connection, answer))
    assert (answer.status, json.loads(answer.read())["code"]) == (503, "busy")
    connection.close()
    assert len(taken) == 4
    for connection, answer in taken:
        answer.close()
        connection.close()

    def is_free() -> bool:
        last, parquet = opened(served, f"video={video}&format=parquet")
        content = parquet.read()
        last.close()
        return parquet.status == 200 and content.endswith(b"PAR1")

    eventually(is_free)
    for form in ("parquet", "csv"):
        connection, answer = opened(served, f"video={video}&format={form}")
        assert answer.read(1000)
        answer.close()
        connection.close()
    eventually(is_free)
