"""`manage.py serve`: one process for everything, that starts, refuses and ends with a plain sentence."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.served import ROOT, Served
from tests.services import free_port

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("served")]


def _manage(product: Served, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=product.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextmanager
def connected(product: Served) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=120)
    try:
        yield connection
    finally:
        connection.close()


def test_health_names_each_part(served: Served) -> None:
    assert served.get("/healthz") == (200, {"status": "ok", "database": "ok", "engine": "ok", "jobs": "ok"})


def test_health_is_told_whatever_the_host_header_says(served: Served) -> None:
    assert served.get("/healthz", Host="10.1.2.3")[0] == 200


def test_everything_runs_in_one_process_without_children(served: Served) -> None:
    assert served.process is not None
    tasks = Path(f"/proc/{served.process.pid}/task")
    assert [task.name for task in tasks.iterdir() if (task / "children").read_text().strip()] == []


def test_a_second_serve_on_the_same_data_is_refused_at_once(served: Served) -> None:
    began = time.monotonic()
    second = _manage(served, "serve", "--port", str(free_port()))
    assert second.returncode == 1
    assert "serves from" in second.stderr and "Stop it first, or set DATA_DIR" in second.stderr
    assert "Traceback" not in second.stderr
    assert time.monotonic() - began < 20


def test_a_port_in_use_is_said_so(own_served: Served) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = _manage(own_served, "serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "is in use. Stop what uses it, or choose another with --port." in refused.stderr


def test_missing_migrations_are_named_before_anything_is_served(tmp_path: Path) -> None:
    product = Served(tmp_path / "data")
    refused = _manage(product, "serve", "--port", str(product.port))
    assert refused.returncode == 1
    assert "Run `manage.py migrate` first." in refused.stderr
    assert "default and clickhouse" in refused.stderr


def test_sigterm_ends_it_with_success_after_the_running_requests(own_served: Served) -> None:
    own_served.start()
    line = json.dumps({"v": 1}).encode() + b"\n"
    with connected(own_served) as connection:
        connection.putrequest("POST", "/v1/import/sessions")
        connection.putheader("Authorization", f"Bearer {own_served.token}")
        connection.putheader("Content-Type", "application/x-ndjson")
        connection.putheader("Content-Length", str(2 * len(line)))
        connection.endheaders(line)
        time.sleep(0.5)
        codes: list[int] = []
        stopping = threading.Thread(target=lambda: codes.append(own_served.stop()))
        stopping.start()
        time.sleep(1)
        connection.send(line)
        answer = connection.getresponse()
        assert answer.status == 200 and json.loads(answer.read())["rejected"] == 2
    stopping.join()
    assert codes == [0]
    assert "Traceback" not in own_served.log.read_text()


def test_the_log_has_routes_and_milliseconds_but_no_paths_addresses_or_tokens(served: Served) -> None:
    served.get("/v1/stats/visitors/anna@example.com.json?api_password=secret-token")
    served.get("/no/such/page/anna")
    time.sleep(0.2)
    lines = [line for line in served.log.read_text().splitlines() if "viewprint.access" in line]
    assert any("method=GET route=" in line and " ms=" in line for line in lines)
    log = served.log.read_text()
    assert "anna" not in log and "secret-token" not in log and "127.0.0.1 -" not in log


def test_a_body_too_large_is_refused_however_it_is_sent(served: Served) -> None:
    announced, answer = served.post("/v1/query", b"x" * 3_000_000)
    assert (announced, answer["code"]) == (413, "too_large")
    with connected(served) as connection:
        connection.request("POST", "/v1/query", iter([b"x" * 1_000_000] * 3), {}, encode_chunked=True)
        assert connection.getresponse().status == 413


def test_a_chunked_body_reaches_the_api(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/json"}
    pieces = iter([b'{"metrics": ["views"], ', b'"period": {"name": "yesterday"}}'])
    with connected(served) as connection:
        connection.request("POST", "/v1/query", pieces, headers, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 200 and json.loads(answer.read())["rows"] == [{"views": 0}]


def test_an_import_of_any_size_leaves_the_memory_flat(served: Served) -> None:
    assert served.process is not None
    before = _resident(served.process.pid)
    line = json.dumps({"v": 1, "padding": "x" * 1000}).encode() + b"\n"
    piece, pieces = line * 1000, 100
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "application/x-ndjson"}
    with connected(served) as connection:
        connection.request("POST", "/v1/import/sessions", iter([piece] * pieces), headers, encode_chunked=True)
        answer = connection.getresponse()
        assert answer.status == 200 and json.loads(answer.read())["rejected"] == 1000 * pieces
    assert _resident(served.process.pid) - before < 64 * 1024 * 1024


def _resident(process: int) -> int:
    """Return a process's resident memory in bytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_a_request_head_without_end_is_cut_off(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
        received = b""
        try:
            for _ in range(100):
                client.sendall(b"a" * 10_000)
                time.sleep(0.001)
            received = client.recv(100)
        except ConnectionError:
            return
        assert received == b"" or b"431" in received
