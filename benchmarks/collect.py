"""How many snapshots a second the served product acknowledges, and what a bare ASGI echo does on the same machine.

    python benchmarks/collect.py [--seconds 10] [--connections 1000] [--json FILE]

Starts the product under a temporary DATA_DIR as a process of its own, then an echo of the same server; sends both the
same requests over the same number of kept connections, from this process; counts what the engine holds afterwards.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop

BASE = Path(__file__).resolve().parent.parent
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:{0}.0) Gecko/20100101 Firefox/{0}.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{}.5 "
    "Mobile/15E148 Safari/604.1",
)
ECHO = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""


@dataclass(frozen=True)
class Figures:
    """What one run over all connections gave.

    `server_cpu_us` is the server's processor time for one request, all its threads together, in microseconds: the one
    figure that hardly depends on what else the machine is doing.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    answered: int
    statuses: dict[int, int]
    server_cpu_us: float


def request_of(video: str, number: int) -> bytes:
    """Return one whole HTTP request: a snapshot of a session of its own, as a player in mid-video sends it."""
    now = time.time_ns() // 1_000_000
    session = UUID(int=now << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62))
    start = random.randrange(200)
    snapshot = {
        "v": 1,
        "video": video,
        "session": str(session),
        "seq": 3,
        "visit": str(UUID(int=secrets.randbits(128), version=4)),
        "visitor": f"visitor-{number % 20_000}",
        "page": f"https://shop{number % 40}.example/products/{number % 500}?utm_source=newsletter",
        "referrer": "https://search.example/",
        "plays": 1,
        "stretches": [[0, 12.4], [start, start + 42.25]],
        "elapsed": 58.2,
        "duration": 300.0,
        "quality": {"startup": 0.42, "rebuffers": 0, "rebuffering": 0, "error": None},
        "screen": [1920, 1080],
        "language": "de-DE",
        "consent": True,
    }
    body = json.dumps(snapshot, separators=(",", ":")).encode()
    agent = AGENTS[number % len(AGENTS)].format(90 + number % 50)
    head = (
        f"POST /v1/s HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {agent}\r\nContent-Type: text/plain;charset=UTF-8\r\n"
        f"Accept: */*\r\nOrigin: https://shop.example\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Player(asyncio.Protocol):
    """One kept connection: sends the next request when the one before is answered."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.next()

    def next(self) -> None:
        request = self.load.take()
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = 0
        if (at := head.lower().find(b"content-length:")) >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        self.load.answered(int(head[9:12]), time.perf_counter() - self.sent_at)
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        self.load.closed()


class Load:
    """Sends requests from a list, round and round, until the time is over."""

    def __init__(self, requests: list[bytes], connections: int, seconds: float) -> None:
        self.requests = requests
        self.connections = connections
        self.until = time.perf_counter() + seconds
        self.at = 0
        self.times: list[float] = []
        self.statuses: dict[int, int] = {}
        self.open = connections
        self.done = asyncio.get_running_loop().create_future()

    def take(self) -> bytes | None:
        if time.perf_counter() >= self.until or self.at >= len(self.requests):
            return None
        self.at += 1
        return self.requests[self.at - 1]

    def answered(self, status: int, seconds: float) -> None:
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.times.append(seconds)

    def closed(self) -> None:
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)


def cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(port: int, process: int, requests: list[bytes], connections: int, seconds: float) -> Figures:
    async def load() -> Figures:
        loop = asyncio.get_running_loop()
        began, cpu = time.perf_counter(), cpu_seconds(process)
        made = Load(requests, connections, seconds)
        for _ in range(connections):
            await loop.create_connection(lambda: Player(made), "127.0.0.1", port)
        await made.done
        whole = time.perf_counter() - began
        cuts = statistics.quantiles(made.times, n=100)
        count = len(made.times)
        spent = (cpu_seconds(process) - cpu) / count * 1e6
        return Figures(count / whole, cuts[49] * 1000, cuts[98] * 1000, count, made.statuses, spent)

    return uvloop.run(load())


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{process.args!r} does not serve on port {port}.") from None
            time.sleep(0.1)


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE, env=environment, check=True, capture_output=True, text=True).stdout


def call(port: int, token: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, default=1000)
    options.add_argument("--videos", type=int, default=100)
    options.add_argument("--json", type=Path, help="write the figures to this file, too")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="viewprint-bench-") as directory:
        figures = measured(asked, Path(directory))
    print(json.dumps(figures, indent=2))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def measured(asked: argparse.Namespace, directory: Path) -> dict[str, Any]:
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in ("DATABASE_URL", "CLICKHOUSE_URL", "REDIS_URL", "GEOIP_PATH", "TRUSTED_PROXIES")
    }
    # One address sends it all; how much one may is not what is measured.
    environment |= {
        "DATA_DIR": str(directory),
        "COLLECT_PER_ADDRESS_PER_MINUTE": "100000000",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(directory),
    }
    manage(environment, "migrate")
    bundle = json.loads(manage(environment, "create_workspace", "Bench", "--email", "bench@example.com"))
    token = bundle["token"]
    port = free_port()
    with served([sys.executable, "manage.py", "serve", "--port", str(port)], port, environment) as process:
        videos = [
            call(port, token, "/v1/catalog/videos", {"title": f"Video {number}", "duration": 300})["id"]
            for number in range(asked.videos)
        ]
        few = [request_of(videos[number % len(videos)], number) for number in range(3_000)]
        warm = run(port, process, few, asked.connections, 10)
        many = [request_of(videos[number % len(videos)], number) for number in range(int(asked.seconds * 12_000))]
        product = run(port, process, many, asked.connections, asked.seconds)
        question = {"metrics": ["loads"], "period": {"name": "all_time"}}
        [row] = call(port, token, "/v1/query", question)["rows"]
    acknowledged = product.statuses.get(204, 0) + warm.statuses.get(204, 0)
    (directory / "bench_echo.py").write_text(ECHO)
    port = free_port()
    bare = [sys.executable, "-m", "uvicorn", "bench_echo:app", "--port", str(port), "--no-access-log"]
    with served([*bare, "--log-level", "warning"], port, environment) as process:
        run(port, process, few, asked.connections, 10)
        echo = run(port, process, many, asked.connections, min(asked.seconds, 5))
    return {
        "product": asdict(product),
        "echo": asdict(echo),
        "ratio": product.per_second / echo.per_second,
        "acknowledged": acknowledged,
        "in_the_engine": row["loads"],
    }


if __name__ == "__main__":
    main()
