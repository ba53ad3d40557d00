"""How fast questions are answered, and what Django adds to the same SQL sent by hand.

    python benchmarks/queries.py [--sessions 1000000] [--videos 1000]

Fills an engine in a temporary directory, asks what the dashboard asks, and prints the median of several warm runs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import product_start

RUNS = 7
FILL = """
INSERT INTO viewing_session (workspace_id, video_id, started_at, id, seq, received_at, visitor, visit, page, domain,
    source, starts, ends, watch_time, watched, longest_run, duration, elapsed, plays, played, viewed, completed,
    watched_30, quarters, country, city, device, os, browser, live, bot)
SELECT 1, video, at, generateUUIDv7(), 1, at, concat('visitor-', toString(intDiv(rand(1), 1000) % {visitors})),
    reinterpretAsUUID(sipHash128(intDiv(number, 2))),
    concat('https://', host, '/lesson/', toString(rand(14) % 300)), host,
    ['google.com', 'bing.com', '', 'news.example.org'][1 + rand(15) % 4],
    if(plays, [0, half], []), if(plays, [half, reached], []), if(plays, reached, 0), if(plays, reached, 0),
    if(plays, greatest(half, reached - half), 0), duration, reached + rand(16) % 60000, plays, plays,
    plays AND reached > 5000, plays AND reached > 0.95 * duration, plays AND reached >= 30000,
    if(plays, arrayMap(q -> toUInt8(reached > q * duration / 4), [0, 1, 2, 3]), [0, 0, 0, 0]),
    ['DE', 'US', 'FR', 'GB', 'IN', 'BR', 'JP', 'PL', 'NL', 'IT', ''][1 + rand(17) % 11],
    concat('City ', toString(rand(18) % 500)),
    ['desktop', 'smartphone', 'tablet', 'tv'][1 + least(rand(19) % 7, 3)],
    ['Windows', 'Mac', 'iOS', 'Android', 'Linux'][1 + rand(20) % 5],
    ['Chrome', 'Safari', 'Firefox', 'Edge'][1 + rand(21) % 4], rand(22) % 50 = 0, rand(23) % 100 = 0
FROM (
    SELECT toUInt32(1 + floor(pow(rand(2) / 4294967296., 2.5) * {videos})) AS video,
        toDateTime64('2026-01-01', 3, 'UTC') + INTERVAL toUInt64(number * 31536000 / {sessions}) SECOND AS at,
        60000 + (video * 7919) % 600000 AS duration, rand(3) % 10 < 7 AS plays,
        toUInt32(duration * pow(rand(4) / 4294967296., 1.5)) AS reached, intDiv(reached, 2) AS half, number,
        concat('site', toString(rand(5) % 20), '.example') AS host
    FROM numbers({begin}, {count})
)"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1_000_000)
    options.add_argument("--videos", type=int, default=1_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        product_start(directory)
        measure(asked.sessions, asked.videos)


def measure(sessions: int, videos: int) -> None:
    from datetime import UTC, datetime

    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    from analytics.context import Context, Scope
    from analytics.curves import engagement_curve
    from analytics.periods import period_named
    from analytics.query import Question, ask
    from analytics.sessions import Filter, viewing_sessions

    workspace = filled(sessions, videos)
    engine = connections["clickhouse"]
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    year, month = period_named("all_time", workspace.zone, now), period_named("last_month", workspace.zone, now)
    tiles = ("views", "loads", "view_rate", "unique_views", "watch_time", "engagement")
    context = Context(workspace)
    popular = Scope("video", "vid_0000000000")

    def question(period, metrics=tiles, **more):  # type: ignore[no-untyped-def]
        return lambda: ask(Question(context, period, metrics, now=now, **more))

    cases: dict[str, Callable[[], object]] = {
        "headline tiles, all time": question(year),
        "tiles by day, all time": question(year, by=("day",)),
        "tiles by day, last month, with the month before": question(month, by=("day",), compare="previous_period"),
        "countries, all time": question(year, ("views",), by=("country",), per_page=10),
        "pages by domain, all time": question(year, ("views", "loads"), by=("domain", "page"), per_page=100),
        "top 25 videos, all time": question(year, by=("video",), order="-views", per_page=25),
        "folders with nested, all time": question(year, by=("folder",), per_page=50),
        "filtered: desktop in DE, by day": question(
            year, by=("day",), filters=(Filter("device", "in", ("desktop",)), Filter("country", "in", ("DE",)))
        ),
        "engagement curve of the most popular video": lambda: engagement_curve(
            viewing_sessions(context, year, popular), 600_000
        ),
    }
    print(f"{'question':55} {'answered':>10} {'SQL alone':>10} {'ratio':>6}")
    for name, ask_it in cases.items():
        ask_it()
        with CaptureQueriesContext(engine) as captured:
            ask_it()
        statements = [query["sql"] for query in captured.captured_queries]
        whole, bare = [], []
        for _ in range(RUNS):
            whole.append(timed(ask_it))
            bare.append(timed(partial(send, engine.connection.client, statements)))
        mid, floor = statistics.median(whole), statistics.median(bare)
        print(f"{name:55} {mid * 1000:7.1f} ms {floor * 1000:7.1f} ms {mid / floor:6.2f}")


def filled(sessions: int, videos: int) -> Any:
    """Return a new workspace of so many videos in 50 folders with so many sessions, and say how long that took."""
    from django.core.management import call_command
    from django.db import connections

    from videos.models import Folder, Project, Video, Workspace

    call_command("migrate", verbosity=0)
    workspace = Workspace.objects.create(name="Benchmark", timezone="Europe/Berlin")
    project = Project.objects.create(workspace=workspace, name="Everything")
    folders = [Folder.objects.create(workspace=workspace, project=project, name=f"Folder {n}") for n in range(50)]
    Video.objects.bulk_create(
        Video(
            public_id=f"vid_{n:010}",
            workspace=workspace,
            project=project,
            folder=folders[n % 50],
            title=f"Video {n}",
            duration=60,
        )
        for n in range(videos)
    )
    engine = connections["clickhouse"]
    started = time.perf_counter()
    with engine.cursor() as cursor:
        for begin in range(0, sessions, 1_000_000):
            count = min(1_000_000, sessions - begin)
            cursor.execute(
                FILL.format(begin=begin, count=count, sessions=sessions, videos=videos, visitors=sessions // 5 or 1)
            )
        cursor.execute("OPTIMIZE TABLE viewing_session FINAL")
        cursor.execute("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'viewing_session'")
        size = cursor.fetchone()[0]
    print(f"{sessions:,} sessions of {videos:,} videos filled in {time.perf_counter() - started:.0f} s")
    print(f"{size / sessions:.0f} MB a million sessions on disk")
    return workspace


def send(client: Any, statements: list[str]) -> None:
    """Send SQL through the client itself, past Django."""
    for statement in statements:
        client.query(statement)


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
