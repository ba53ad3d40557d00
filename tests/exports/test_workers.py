"""Worker processes of their own on a real Redis: one is killed half-way through a report, another one finishes it."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import threading
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import chdb
import psycopg
import pytest
from aiosmtpd.controller import Controller
from celery import Celery

from exports.rows import CONTENTS_PER_QUESTION
from tests.analytics.clickhouse import gateway as engine
from tests.exports.building import Mailbox
from tests.served import ROOT, Served
from tests.services import empty_database, eventually, free_port

pytestmark = [pytest.mark.served, pytest.mark.xdist_group("redis")]
# More than are asked for at once, so that a build is half-way when it asks for the second part.
VIDEOS = CONTENTS_PER_QUESTION + 100
MAKE_VIDEOS = f"""
INSERT INTO videos_video
    (public_id, workspace_id, title, duration, url, thumbnail_url, embed_domains, created_at, updated_at)
SELECT 'vid_' || to_char(n, 'FM00000'), id, 'Video ' || to_char(n, 'FM00000'), 60, '', '', '[]', now(), now()
FROM videos_workspace, generate_series(0, {VIDEOS - 1}) AS n
"""


class Gate:
    """Stands before the engine, and once it is closed holds up every question but the first."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.opened.set()
        self.reached = threading.Event()
        self._passed = 0

    def close(self) -> None:
        self._passed = 0
        self.reached.clear()
        self.opened.clear()

    def open(self) -> None:
        self.opened.set()

    def wait(self, sql: str) -> None:
        if self.opened.is_set() or "viewing_session" not in sql or not sql.lstrip().startswith("SELECT"):
            return
        self._passed += 1
        if self._passed > 1:
            self.reached.set()
            self.opened.wait()


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    gate = Gate()
    run = engine._Handler._run

    def held_up(handler: engine._Handler, asked: dict[str, str], body: bytes) -> bytes:
        gate.wait(asked.get("query", "") + body.decode(errors="replace"))
        return run(handler, asked, body)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine._Handler, "_run", held_up)
        yield gate
        gate.open()


@pytest.fixture(scope="module")
def engine_url(gate: Gate) -> Iterator[str]:
    """The address of an engine that several processes can ask, which lives as long as its anchor."""
    anchor = chdb.connect(":memory:")
    anchor.query("CREATE DATABASE workers")
    try:
        with engine.gateway() as address:
            yield f"http://{engine.USER}:{quote(engine.PASSWORD, safe='')}@{address}/workers"
    finally:
        anchor.query("DROP DATABASE workers")
        anchor.close()


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Mailbox, str]]:
    """A real mail server: what it got, and its address."""
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def mailbox(post: tuple[Mailbox, str]) -> Mailbox:
    """The mail server's, without what an earlier test was sent."""
    post[0].messages.clear()
    return post[0]


@pytest.fixture(scope="module")
def database_url(postgres_cluster: str) -> Iterator[str]:
    with empty_database(postgres_cluster) as url:
        yield url


@pytest.fixture(scope="module")
def product(
    database_url: str,
    redis_url: str,
    engine_url: str,
    post: tuple[Mailbox, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    """The product with every part moved out, and some videos; its workers are the tests' to start."""
    product = Served(
        tmp_path_factory.mktemp("workers") / "data",
        DATABASE_URL=database_url,
        REDIS_URL=f"{redis_url}/5",
        CLICKHOUSE_URL=engine_url,
        EMAIL_URL=post[1],
    )
    product.prepare()
    with psycopg.connect(database_url) as connection:
        connection.execute(MAKE_VIDEOS)  # type: ignore[arg-type]
    product.start()
    yield product
    assert product.stop() == 0


@contextmanager
def worker(product: Served, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as operators start it; its children are in its group, so that all of them can be killed at once."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO"]
    environment = {**product.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def kill(process: subprocess.Popen[bytes]) -> None:
    """`kill -9` of the worker and its children, as when the machine goes."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def test_a_killed_workers_report_is_finished_by_another_and_mailed_once(
    product: Served, gate: Gate, mailbox: Mailbox, redis_url: str, database_url: str, tmp_path: Path
) -> None:
    queue = Celery("test", broker=f"{redis_url}/5", set_as_current=False)
    gate.close()
    with ExitStack() as running:
        killed = running.enter_context(worker(product, tmp_path / "first.log"))
        order = {"period": {"name": "all_time"}, "fields": ["title", "views"], "email": "reader@example.com"}
        status, report = product.post("/v1/reports", order)
        assert status == 202, report
        made = f"FROM exports_report WHERE public_id = '{report['id']}'"
        assert gate.reached.wait(60), (tmp_path / "first.log").read_text()
        kill(killed)
        gate.open()
        assert product.get(f"/v1/reports/{report['id']}")[1]["status"] == "processing"

        other = tmp_path / "second.log"
        running.enter_context(worker(product, other))
        queue.send_task("exports.reports_resume")
        eventually(lambda: "exports.reports_resume[" in other.read_text() and "succeeded" in other.read_text())
        # Nobody can tell yet that the first one is dead: for three minutes after its last sign of life it is let be.
        assert _row(database_url, f"SELECT attempts, status {made}") == (1, "processing")
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("UPDATE exports_report SET due_at = due_at - interval '6 minutes'")
        queue.send_task("exports.reports_resume")
        eventually(lambda: product.get(f"/v1/reports/{report['id']}")[1]["status"] == "completed", 60)
        eventually(lambda: len(mailbox.messages) == 1)

        # What Redis hands out again after an hour: the task that the killed worker had, and the mail's.
        [row] = _row(database_url, f"SELECT id {made}")
        [delivery] = _row(database_url, f"SELECT id FROM exports_delivery WHERE report_id = {row}")
        queue.send_task("exports.report_build", (row,))
        queue.send_task("exports.delivery", (delivery,))
        for task in ("exports.report_build", "exports.delivery"):
            eventually(lambda task=task: other.read_text().count(f"Task {task}[") == 2)  # type: ignore[misc]
    assert len(mailbox.messages) == 1
    assert _row(database_url, f"SELECT attempts, status {made}") == (2, "completed")
    left = (product.data_dir / "reports").rglob(f"{report['id']}-*")
    assert [file.name for file in left] == [f"{report['id']}-2.zip"]

    [link] = [
        line
        for line in str(mailbox.messages[0].get_body(("plain",)).get_content()).splitlines()
        if "/download/" in line
    ]
    with urllib.request.urlopen(link, timeout=30) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    table = csv.DictReader(io.StringIO(archive.read("report.csv").decode("utf-8-sig"), newline=""))
    assert [line["title"] for line in table] == [f"Video {number:05}" for number in range(VIDEOS)]


def test_a_due_schedule_that_is_looked_at_many_times_orders_one_report(
    product: Served, mailbox: Mailbox, redis_url: str, database_url: str, tmp_path: Path
) -> None:
    queue, log = Celery("test", broker=f"{redis_url}/5", set_as_current=False), tmp_path / "worker.log"
    order = {"name": "Daily", "period": "yesterday", "frequency": "daily", "fields": ["title"], "hour": 7}
    status, schedule = product.post("/v1/schedules", {**order, "recipients": ["anna@example.com", "ben@example.com"]})
    assert status == 201, schedule
    path = f"/v1/schedules/{schedule['id']}"
    assert product.send("PATCH", path, {"hour": 9})[0] == 200
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE exports_schedule SET next_run_at = now() - interval '3 days'")
    for _ in range(5):
        queue.send_task("exports.schedules_run")
    with worker(product, log):
        eventually(lambda: log.read_text().count("Task exports.schedules_run[") == 5)
        eventually(lambda: len(mailbox.messages) == 2)
        runs = "SELECT count(*), min(status) FROM exports_report WHERE schedule_id IS NOT NULL"
        assert _row(database_url, runs) == (1, "completed")
        assert product.post(f"{path}/run", {})[0] == 202
        eventually(lambda: len(mailbox.messages) == 4)
    assert {message["To"] for message in mailbox.messages} == {"anna@example.com", "ben@example.com"}
    run = product.get(path)[1]
    assert (run["last_run"]["status"], run["paused"]) == ("completed", False)


def _row(url: str, sql: str) -> tuple[object, ...]:
    with psycopg.connect(url) as connection:
        found = connection.execute(sql).fetchone()  # type: ignore[arg-type]
    assert found is not None
    return tuple(found)
