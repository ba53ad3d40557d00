"""Two small web servers on loopback: a page's site, and the collector's host with the SDK and an obedient /v1/s."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
Snapshot = dict[str, Any]


def served(name: str) -> bytes:
    """Return a script as it is served: without its comment lines and indentation."""
    return re.sub(rb"(?m)^\s*//.*\n|^\s+", b"", (SCRIPTS / name).read_bytes())


@dataclass
class Answer:
    """What the collector says to a POST."""

    status: int = 204
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """Serves `files` (path → content type, bytes) on a port of its own, with Range and gzip, until `close`."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[str, bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def html(self, path: str, body: str, headers: str = "") -> str:
        """Publish a page and return its address."""
        self.files[path] = ("text/html; charset=utf-8", f"<!doctype html><title>t</title>{headers}{body}".encode())
        return self.origin + path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def posted(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Answer a POST; a plain site knows none."""
        return Answer(405)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = site.files.get(urlsplit(self.path).path)
                if found is None:
                    return self._send(404, "text/plain", b"")
                kind, content = found
                asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                if not asked:
                    return self._send(200, kind, content)
                first, last = int(asked[1]), min(int(asked[2] or len(content) - 1), len(content) - 1)
                place = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
                return self._send(206, kind, content[first : last + 1], place)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = site.posted(self.path, body, dict(self.headers))
                content = json.dumps(answer.body).encode() if answer.body is not None else b""
                kind = "application/problem+json"
                self._send(
                    answer.status, kind, content, {**answer.headers, "Access-Control-Expose-Headers": "Retry-After"}
                )

            def _send(self, status: int, kind: str, content: bytes, more: dict[str, str] | None = None) -> None:
                self.send_response(status)
                if kind.startswith("text/javascript"):
                    content = gzip.compress(content)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Type", kind)
                self.send_header("Access-Control-Allow-Origin", "*")
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                    self.send_header("Accept-Ranges", "bytes")
                for name, value in (more or {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if status == 204 else content)

            def log_message(self, *_: Any) -> None:
                """Say nothing: a test's output is the test's."""

        return Handler


class Collector(Site):
    """A host of the SDK that records every snapshot and answers as `answer` says."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.requests: list[tuple[dict[str, str], bytes, int]] = []
        self.answer: Callable[[list[Snapshot]], Answer] = lambda batch: Answer()
        super().__init__()
        for name in ("viewprint.js", "viewprint.mjs", "embed.mjs", "viewprint-embed.mjs"):
            self.files[f"/{name}"] = ("text/javascript", served(name))

    def posted(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        assert path == "/v1/s"
        answer = self.answer(_items(body))
        with self._changed:
            self.requests.append((headers, body, answer.status))
            self._changed.notify_all()
        return answer

    @property
    def snapshots(self) -> list[Snapshot]:
        """Every snapshot that came, whatever the answer was, in order of arrival."""
        return [item for _, body, _ in self.requests for item in _items(body)]

    @property
    def stored(self) -> dict[str, Snapshot]:
        """What a collector would hold: the acknowledged snapshot with the highest seq, by session."""
        newest: dict[str, Snapshot] = {}
        for _, body, status in self.requests:
            for item in _items(body) if status == 204 else ():
                if item["seq"] >= newest.get(item["session"], item)["seq"]:
                    newest[item["session"]] = item
        return newest

    def wait(self, condition: Callable[[Collector], Any], seconds: float = 8) -> Any:
        """Wait until `condition` holds and return its value; fails with what came so far."""
        with self._changed:
            value = self._changed.wait_for(lambda: condition(self), seconds)
        assert value, (
            f"not within {seconds} s; {len(self.requests)} requests, last {json.dumps(self.snapshots[-3:])[:4000]}"
        )
        return value

    def wait_stored(self, condition: Callable[[Snapshot], Any], seconds: float = 8) -> Snapshot:
        """Wait for a session whose stored state meets the condition."""
        return self.wait(lambda self: next(filter(condition, self.stored.values()), None), seconds)


def _items(body: bytes) -> list[Snapshot]:
    found = json.loads(body)
    return found if isinstance(found, list) else [found]
