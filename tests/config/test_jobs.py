"""Background jobs: what runs when, and where workers may run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from config.celery import AT_START, app
from tests.served import ROOT, Served
from tests.services import eventually, free_port


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert scheduled | set(AT_START) <= set(app.tasks)


def _celery(part: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    return subprocess.run(
        [sys.executable, "-m", "celery", "-A", "config", part],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_workers_of_their_own_are_refused_beside_an_embedded_engine(part: str, tmp_path: Path) -> None:
    refused = _celery(part, tmp_path, CLICKHOUSE_URL="", REDIS_URL="redis://127.0.0.1:1/0")
    assert refused.returncode != 0
    assert "set CLICKHOUSE_URL to a ClickHouse server and REDIS_URL to a Redis" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_workers_of_their_own_are_refused_without_a_queue(tmp_path: Path) -> None:
    refused = _celery("worker", tmp_path, CLICKHOUSE_URL=f"http://127.0.0.1:{free_port()}/", REDIS_URL="")
    assert "set REDIS_URL for them and for `serve`" in refused.stderr


@pytest.fixture
def served_with_redis(prepared: Served, redis_url: str, tmp_path: Path) -> Iterator[Served]:
    product = Served(tmp_path / "data", REDIS_URL=f"{redis_url}/3")
    product.begin_as(prepared)
    yield product
    if product.process is not None and product.process.poll() is None:
        product.kill()


@pytest.mark.served
@pytest.mark.xdist_group("redis")
def test_with_an_embedded_engine_serve_works_off_the_queue_in_redis(served_with_redis: Served, redis_url: str) -> None:
    served_with_redis.start()
    status, report = served_with_redis.post(
        "/v1/reports", {"period": {"name": "all_time"}, "format": "csv", "email": "reader@example.com"}
    )
    assert status == 202, report
    _eventually_completed(served_with_redis, report["id"])
    eventually(lambda: any((served_with_redis.data_dir / "mail").glob("*.eml")))
    assert redis.Redis.from_url(f"{redis_url}/3").llen("celery") == 0
    assert served_with_redis.stop() == 0


@pytest.mark.served
@pytest.mark.xdist_group("redis")
def test_what_was_queued_while_nobody_worked_is_done_after_the_start(served_with_redis: Served, redis_url: str) -> None:
    queue = (
        "from config.celery import app\n"
        "from videos.models import Workspace\n"
        "app.send_task('exports.reports_resume')\n"
        "print(Workspace.objects.count())\n"
    )
    assert served_with_redis.manage("shell", "--no-imports", "-c", queue).strip() == "1"
    client = redis.Redis.from_url(f"{redis_url}/3")
    assert client.llen("celery") == 1
    served_with_redis.start()
    eventually(lambda: client.llen("celery") == 0)
    eventually(lambda: "exports.reports_resume[" in served_with_redis.log.read_text())


def _eventually_completed(product: Served, report: str) -> None:
    eventually(lambda: product.get(f"/v1/reports/{report}")[1]["status"] == "completed")
