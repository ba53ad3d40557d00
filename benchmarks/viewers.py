"""How fast the viewers' pages are, where many are known.

    python benchmarks/viewers.py [--sessions 1000000] [--known 100000]

Fills an engine in a temporary directory, makes half of the viewers known, asks for the pages as a browser does,
and prints the median time of several warm requests, the processor's time beside it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import product_start

RUNS = 5
PEOPLE, NEVER, LESSONS = 900, 100, 100
# Everybody begins every lesson, and sees parts of it twice.
COURSE = """
INSERT INTO viewing_session (workspace_id, video_id, started_at, id, seq, received_at, visitor, visit, starts, ends,
    watch_time, watched, longest_run, duration, plays, played, viewed, completed, quarters)
SELECT 1, 1 + number % {lessons}, toDateTime64('2026-03-01', 3, 'UTC') + INTERVAL number SECOND, generateUUIDv7(), 1,
    now64(3), concat('visitor-', toString(intDiv(number, {lessons}))), generateUUIDv4(), [0, 20000, 10000],
    [15000, 30000, 25000], 40000, 30000, 15000, 60000, 1, true, true, number % 3 = 0, [1, 1, 0, 0]
FROM numbers({people} * {lessons})"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1_000_000)
    options.add_argument("--videos", type=int, default=1_000)
    options.add_argument("--known", type=int, default=100_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        product_start(directory)
        from django.db import connections

        from benchmarks.queries import filled

        workspace = filled(asked.sessions, asked.videos)
        introduce(workspace, asked.known)
        with connections["clickhouse"].cursor() as cursor:
            cursor.execute(COURSE.format(people=PEOPLE, lessons=LESSONS))
        measure(workspace)


def introduce(workspace: Any, known: int) -> None:
    """Make the first viewers known."""
    from uuid import uuid4

    from django.utils import timezone

    from analytics.models import Visitor

    now = timezone.now()
    Visitor.objects.bulk_create(
        (
            Visitor(
                workspace=workspace, key=f"visitor-{n}", identity_digest=f"{n:064}", identifying_session=uuid4(),
                email=f"person{n}@example.com", name=f"First{n % 977} Last{n % 1361}", external_id=f"user-{n}",
                org_name=f"Organisation {n % 300}", first_seen_at=now,
            )
            for n in range(known)
        ),
        batch_size=2_000,
    )  # fmt: skip


def measure(workspace: Any) -> None:
    from django.test import Client

    from analytics.viewers.lists import people_list_create
    from videos.models import Membership, Role, User

    member = User.objects.create_user(email="bench@example.com", password="not a secret")
    Membership.objects.create(user=member, workspace=workspace, role=Role.OWNER)
    client = Client(headers={"HX-Request": "true"}, SERVER_NAME="localhost")
    client.force_login(member)
    emails = [f"person{n}@example.com" for n in range(PEOPLE)] + [f"never{n}@example.com" for n in range(NEVER)]
    people = people_list_create(workspace, "Class", emails).public_id
    lessons = "&".join(f"video=vid_{n:010}" for n in range(LESSONS))
    pages = {
        "the list, by last seen": "/viewers/?period=all_time",
        "by watch time, page 1,000": "/viewers/?period=all_time&sort=-watch_time&page=1000",
        "by name": "/viewers/?period=all_time&sort=name",
        "by place": "/viewers/?period=all_time&sort=place",
        "identified": "/viewers/?period=all_time&who=identified",
        "anonymous": "/viewers/?period=all_time&who=anonymous",
        "a search that finds 700": "/viewers/?period=all_time&q=first1 last2",
        "a search that finds everybody known": "/viewers/?period=all_time&q=@example",
        "a mark": "/viewers/?period=all_time&q=amber heron",
        "one viewer": "/viewers/visitor-11/",
        f"progress, {len(emails):,} people × {LESSONS} videos": f"/viewers/progress/?list={people}&{lessons}",
        "the same as CSV": f"/reports/progress.csv?list={people}&{lessons}",
        "the same as a workbook": f"/reports/progress.xlsx?list={people}&{lessons}",
    }
    print(f"{'page':45} {'time':>10} {'processor':>10}")
    for name, path in pages.items():
        answer(client, path)
        times = [answer(client, path) for _ in range(RUNS)]
        whole, busy = (statistics.median(each) for each in zip(*times, strict=True))
        print(f"{name:45} {whole * 1000:7.0f} ms {busy * 1000:7.0f} ms", flush=True)


def answer(client: Any, path: str) -> tuple[float, float]:
    """Return how long a page took, and how long all of the processor's cores together were busy."""
    started, busy = time.perf_counter(), time.process_time()
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    if response.streaming:
        for _ in response.streaming_content:
            pass
    return time.perf_counter() - started, time.process_time() - busy


if __name__ == "__main__":
    main()
