"""A real server of this machine that webhooks are sent to, and what it heard."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request: its path, its headers in lower case, its body, and the name that TLS asked for."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What a test says it should answer, and what came in."""

    port: int = 0
    status: int = 200
    text: bytes = b"thank you"
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    # Instead of an answer: writes what it likes, and returns when it has had enough.
    behaves: Callable[[Any], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?to=crm"


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Serve on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.heard.append(Heard(self.path, headers, body))
            if receiver.behaves is not None:
                receiver.behaves(self.wfile)
                return
            self.send_response(receiver.status)
            for name, value in {"Content-Length": str(len(receiver.text)), **receiver.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.text)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield receiver
        server.shutdown()
        thread.join()


def dripping(seconds: float) -> Callable[[Any], None]:
    """Say a letter now and then, for longer than anybody should listen."""

    def behave(wire: Any) -> None:
        until = time.monotonic() + seconds
        wire.write(b"HTTP/1.1 200 OK\r\nX: ")
        while time.monotonic() < until:
            try:
                wire.write(b"x")
                wire.flush()
            except OSError:
                return
            time.sleep(0.02)

    return behave
