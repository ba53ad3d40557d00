"""The embedded engine: one process a directory, no forks, any number of threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.db.models import Count

from analytics.clickhouse import embedded
from analytics.clickhouse.base import insert_rows
from analytics.models import ViewingSession

OPEN = """
import os, sys, time
from analytics.clickhouse.driver import Connection
from analytics.clickhouse.errors import OperationalError
def connect():
    return Connection(sys.argv[1], "default", {"max_execution_time": 10}, 10)
def ask(sql):
    cursor = connect().cursor()
    cursor.execute(sql)
    return cursor.fetchall()
"""


def run(program: str, dsn: str, **options: Any) -> subprocess.Popen[str]:
    """Start a Python process of its own with `connect` and `ask` at hand."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + program, dsn],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_second_process_is_refused_at_once_and_told_what_to_do(tmp_path: Path) -> None:
    dsn = f"chdb://{tmp_path}"
    first = run("ask('SELECT 1'); print('up', flush=True); sys.stdin.read()", dsn)
    assert first.stdout is not None
    assert first.stdout.readline() == "up\n"
    started = time.monotonic()
    second = run("try:\n    connect()\nexcept OperationalError as error:\n    print(error)", dsn)
    said, _ = second.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert f"(PID: {first.pid})" in said
    assert "Stop the server, use its HTTP import, or set CLICKHOUSE_URL" in said
    first.communicate(timeout=30)
    assert first.returncode == 0


def test_what_one_process_wrote_the_next_one_reads(tmp_path: Path) -> None:
    write = "ask('CREATE TABLE t (n UInt8) ENGINE = MergeTree ORDER BY n'); ask('INSERT INTO t VALUES (7)')"
    for program in (write, "print(ask('SELECT n FROM t'))"):
        process = run(program, f"chdb://{tmp_path}")
        said, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    assert said == "[(7,)]\n"


def test_a_directory_that_cannot_be_one_says_so_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    program = "try:\n    connect()\nexcept OperationalError as error:\n    print(error)"
    said, _ = run(program, f"chdb://{tmp_path}/file").communicate(timeout=30)
    assert said.startswith("The embedded engine does not start on chdb://")
    assert said.count("\n") == 1


def test_a_forked_child_is_refused_instead_of_hanging() -> None:
    program = """
connection = connect()
child = os.fork()
if child == 0:
    for use in (connection.cursor, connection.streaming_cursor, connect):
        try:
            use()
        except OperationalError as error:
            print(error, flush=True)
    connection.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(ask("SELECT 'the parent goes on'"))
"""
    process = run(program, "chdb://memory")
    said, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    *refusals, last = said.splitlines()
    assert len(refusals) == 3
    assert all("before this process was forked" in line for line in refusals)
    assert last == "[('the parent goes on',)]"


def test_the_engine_is_loaded_on_first_use_only() -> None:
    program = "print('chdb' in sys.modules); import analytics.clickhouse.base; print('chdb' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    said, errors = run(program, "chdb://memory", env=environment).communicate(timeout=30)
    assert said == "False\nFalse\n", errors


def test_the_shut_down_engine_refuses_latecomers() -> None:
    program = """
from analytics.clickhouse import embedded
connection = connect()
embedded._shut_down()
for use in (connect, connection.cursor().execute):
    try:
        use(*(["SELECT 1"] if use != connect else []))
    except Exception as error:
        print(type(error).__name__)
"""
    said, errors = run(program, "chdb://memory").communicate(timeout=30)
    assert said == "OperationalError\nProgrammingError\n", errors


def test_another_directory_in_the_same_process_is_refused(engine: Any, tmp_path: Path) -> None:
    engine.ensure_connection()
    with pytest.raises(embedded.OperationalError, match="already runs the embedded engine on chdb://memory"):
        embedded.open_client(f"chdb://{tmp_path}", "default", {})


def test_threads_write_and_ask_side_by_side_and_counts_are_exact(engine: Any) -> None:
    columns = ["workspace_id", "video_id", "started_at", "id", "seq", "received_at", "visitor", "visit"]
    now = datetime.now(UTC)
    failures: list[BaseException] = []

    def work(workspace: int) -> None:
        try:
            for round_ in range(1, 6):
                rows = [[workspace, 1, now, uuid.uuid4(), 1, now, str(n), uuid.UUID(int=n)] for n in range(100)]
                insert_rows("viewing_session", rows, columns)
                mine = ViewingSession.objects.filter(workspace_id=workspace)
                found = mine.aggregate(rows=Count("id"), visitors=Count("visitor", distinct=True))
                assert found == {"rows": 100 * round_, "visitors": 100}
                assert sum(1 for _ in mine.values_list("id").iterator()) == 100 * round_
                connections["clickhouse"].close()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(workspace,)) for workspace in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ViewingSession.objects.count() == 3000


def test_no_server_at_the_address_is_an_operational_error(engine: Any) -> None:
    wrapper = type(engine)({**engine.settings_dict, "OPTIONS": {"dsn": "http://127.0.0.1:1/facts"}}, "other")
    with pytest.raises(OperationalError):
        wrapper.ensure_connection()
