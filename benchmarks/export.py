"""How many sessions a second leave the served product in each format, how soon they begin, and what memory they take.

    python benchmarks/export.py [--sessions 1000000] [--people 20000]

Fills the engine of a temporary DATA_DIR, serves the product from it as a process of its own, and downloads everything
over HTTP, plain and, where the server does that, compressed. `processor` is what one session costs the server,
all its threads together: the figure that depends least on what else the machine is doing.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))
VIDEOS = 1_000
DOWNLOADS = (("ndjson", ""), ("ndjson", "gzip"), ("csv", ""), ("csv", "gzip"), ("parquet", ""))


class Download(NamedTuple):
    """What one download was like; seconds, bytes."""

    first: float
    whole: float
    size: int


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1_000_000)
    options.add_argument("--people", type=int, default=20_000, help="how many visitors have said who they are")
    options.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.fill:
        fill(asked.sessions, asked.people)
        return
    with tempfile.TemporaryDirectory() as directory:
        environment = {**os.environ, "DATA_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment |= dict.fromkeys(("REDIS_URL", "EMAIL_URL", "FILES_URL"), "") | {"LOG_LEVEL": "WARNING"}
        for name in ("DATABASE_URL", "CLICKHOUSE_URL"):
            environment.pop(name, None)
        command = [sys.executable, __file__, "--fill", f"--sessions={asked.sessions}", f"--people={asked.people}"]
        # The embedded engine serves one process; what fills it ends before the product starts.
        filled = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        measure(environment, filled.stdout.strip().splitlines()[-1], asked.sessions)


def fill(sessions: int, people: int) -> None:
    """Make the sessions, let some visitors be known, and print a token."""
    import django

    django.setup()
    from datetime import UTC, datetime
    from uuid import UUID

    from analytics.models import Visitor
    from benchmarks.queries import filled
    from videos.tokens import token_create

    workspace = filled(sessions, VIDEOS)
    Visitor.objects.bulk_create(
        (
            Visitor(
                workspace=workspace,
                key=f"visitor-{number}",
                identity_digest=f"{number:064}",
                email=f"person-{number}@example.com",
                name=f"Person {number}",
                identifying_session=UUID(int=number),
                first_seen_at=datetime(2025, 1, 1, tzinfo=UTC),
            )
            for number in range(people)
        ),
        batch_size=5_000,
    )
    print(token_create(workspace, "Benchmark", ["read"])[1])


def measure(environment: dict[str, str], token: str, sessions: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=BASE,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        while not healthy(port):
            assert server.poll() is None, "the product did not start"
            time.sleep(0.1)
        downloaded(port, token, "csv", "", most=1)
        print(f"{sessions:,} sessions; the process takes {memory(server.pid):.0f} MB before")
        titles = f"{'format':<12} {'first byte':>10} {'whole':>8} {'sessions/s':>11} {'processor':>10}"
        print(f"{titles} {'size':>9} {'peak memory':>12}")
        for form, encoding in DOWNLOADS:
            forget_peak(server.pid)
            busy = processor(server.pid)
            found = downloaded(port, token, form, encoding)
            busy = processor(server.pid) - busy
            name = f"{form} {encoding}".strip()
            speed = f"{found.whole:>6.1f} s {sessions / found.whole:>11,.0f} {busy * 1e6 / sessions:>7.1f} µs"
            size = f"{found.size / 1e6:>6.0f} MB {memory(server.pid, 'VmHWM'):>9.0f} MB"
            print(f"{name:<12} {found.first * 1000:>7.0f} ms {speed} {size}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(90)


def downloaded(port: int, token: str, form: str, encoding: str, most: int = 0) -> Download:
    """Read an export to its end, or only so many bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    began = time.perf_counter()
    headers = {"X-API-Token": token, "Accept-Encoding": encoding or "identity"}
    connection.request("GET", f"/v1/export/sessions?format={form}&bots=true", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while not most and (piece := answer.read(1 << 20)):
        size += len(piece)
    connection.close()
    return Download(first, time.perf_counter() - began, size)


def healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def memory(process: int, which: str = "VmRSS") -> float:
    """Return a figure of a process's memory, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


def processor(process: int) -> float:
    """Return the seconds of processor that a process has used, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget_peak(process: int) -> None:
    """Let the peak of memory begin anew."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
