"""ClickHouse's HTTP interface in front of the embedded engine, as far as clients speak it: for tests of the HTTP way.

A request is a query (in the body, or in the address with the rows of an INSERT in the body), parameters `param_x`,
settings, a database and a basic authorization. Each request has a handle of its own, as a server has no memory of one.
"""

from __future__ import annotations

import base64
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame

USER, PASSWORD = "viewprint", "it's p@ss"
_NOT_SETTINGS = {"query", "database", "query_id", "client_protocol_version", "session_id", "wait_end_of_query"}
_INSERT = re.compile(rb"(INSERT INTO .+?) FORMAT Native\n(.*)", re.S)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b"".join(self._chunks())
        if self.headers.get("Content-Encoding") == "lz4":
            body = lz4.frame.decompress(body)
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            self._answer(403, b"Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)", code=516)
            return
        try:
            self._answer(200, self._run(asked, body))
        except RuntimeError as error:
            found = re.search(r"Code: (\d+)", str(error))
            self._answer(500, str(error).encode(), code=int(found[1]) if found else 1002)

    do_GET = do_POST

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _run(self, asked: dict[str, str], body: bytes) -> bytes:
        connection = chdb.connect(":memory:")
        try:
            connection.query(f"USE `{asked.get('database', 'default')}`")
            for name, value in asked.items():
                if name not in _NOT_SETTINGS and not name.startswith(("param_", "enable_http", "send_progress")):
                    connection.query(f"SET {name} = '{value}'")
            parameters = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
            if rows := _INSERT.fullmatch(body):
                with tempfile.NamedTemporaryFile(suffix=".native") as file:
                    file.write(rows[2])
                    file.flush()
                    sql = f"{rows[1].decode()} FROM INFILE '{file.name}' FORMAT Native"
                    return connection.query(sql, "TabSeparated").bytes()
            sql = asked.get("query", "") + body.decode()
            return connection.query(sql, "TabSeparated", params=parameters).bytes()
        finally:
            connection.close()

    def _answer(self, status: int, body: bytes, code: int = 0) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-ClickHouse-Timezone", "Asia/Kathmandu")
        if code:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    """A server whose end, like a real one's, is the end of its connections too."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.append(connection)
        return connection, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that is cut off is no news."""

    def hang_up(self) -> None:
        for connection in self._connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def gateway(port: int = 0) -> Iterator[str]:
    """Yield host:port (0: any) of the interface, in front of the engine in this process's memory."""
    with _Server(port) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.hang_up()
