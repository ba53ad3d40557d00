"""How long the server takes for each page of the dashboard, and what Django adds to the page's own SQL.

    python benchmarks/pages.py [--sessions 1000000] [--videos 1000] [--page overview --page video …]

Fills an engine in a temporary directory and gets every page of the URL conf as a member's browser does, over 30 days
and over a year, with the parts that come after it: medians of several warm runs. `SQL alone` is the sum of the page's
questions to the engine, sent one after the other; a page asks several at once (QUESTIONS_AT_ONCE). `CPU` is the
process's, which depends least on what else the machine does. Statements are those to the engine and to the relational
database.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import product_start

RUNS = 7
NOW = datetime(2027, 1, 1, tzinfo=UTC)
# What asks for the part of a page that comes after it.
PART, HTMX = re.compile(r'hx-get="([^"]*part=(\w+))"'), {"HX-Request": "true"}
PERIODS = {"30 days": "", "a year": "?period=last_12_months"}


class Page(NamedTuple):
    """A page by the name that its path has, and its address here."""

    name: str
    address: str


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sessions", type=int, default=1_000_000)
    options.add_argument("--videos", type=int, default=1_000)
    options.add_argument("--page", action="append", help="only pages of these names")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        product_start(directory)
        with mock.patch("django.utils.timezone.now", return_value=NOW):
            measure(asked.sessions, asked.videos, asked.page)


def measure(sessions: int, videos: int, only: list[str] | None) -> None:
    from django.test import Client

    from analytics.collect.garbage import garbage_collection_relax
    from benchmarks.queries import filled
    from config.static import static_files_collect
    from videos.models import Membership, Role, User

    static_files_collect()
    workspace = filled(sessions, videos)
    member = User.objects.create_user(email="member@example.com", password="correct horse battery")
    Membership.objects.create(user=member, workspace=workspace, role=Role.OWNER)
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_ENCODING="gzip")
    client.force_login(member)
    pages = [page for page in pages_of(examples(workspace)) if not only or page.name in only]
    garbage_collection_relax()
    header = ("page", "period", "answered", "CPU", "SQL alone", "ratio", "statements", "size")
    print("{:24} {:8} {:>10} {:>9} {:>10} {:>6} {:>11} {:>8}".format(*header))
    for page in pages:
        if not is_page(client, page.address):
            continue
        for period, query in PERIODS.items():
            name, address = page.name, page.address + query
            headers: dict[str, str] = {}
            while address:
                get = partial(client.get, address, headers=headers)
                print(f"{name:24} {period:8} {figures(get)}")
                part = PART.search(get(headers={**headers, "Accept-Encoding": "identity"}).content.decode())
                name, address, headers = (
                    ("", "", {}) if part is None else (f"  then {part[2]}", unescape(part[1]), HTMX)
                )


def examples(workspace: Any) -> dict[str, str]:
    """Return what stands in the addresses of pages about one thing, by what the address begins with."""
    from videos.models import Event, Stream, Talk, Template

    video = workspace.videos.get(public_id="vid_0000000000")
    template = Template.objects.create(workspace=workspace, name="Template")
    workspace.videos.filter(folder=video.folder).update(template=template)
    event = Event.objects.create(workspace=workspace, name="Event")
    stream = Stream.objects.create(workspace=workspace, video=video)
    Talk.objects.create(event=event, title="Talk", stream=stream)
    return {
        "projects": video.project.public_id,
        "folders": video.folder.public_id,
        "videos": video.public_id,
        "templates": template.public_id,
        "events": event.public_id,
        "viewers": "visitor-7",
        "why": "views",
    }


def pages_of(known: dict[str, str]) -> Iterator[Page]:
    """Yield the dashboard's pages. What an address takes is known by what it begins with, or the page is left out."""
    from django.urls import URLResolver, get_resolver

    def walk(patterns: Any, before: str, name: str) -> Iterator[Page]:
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, route, name)
                continue
            takes = each.pattern.converters
            beginning = route.partition("/")[0]
            if not takes or (len(takes) == 1 and beginning in known):
                start, _, rest = route.partition("<")
                yield Page(
                    f"{each.name}", f"/{start}{known[beginning]}{rest.partition('>')[2]}" if takes else f"/{route}"
                )

    dashboard: Any = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "pages")
    yield from walk(dashboard.url_patterns, "", "")


def is_page(client: Any, address: str) -> bool:
    """Say whether there is something to look at: not a form's target, a file or a way to another page."""
    answer = client.get(address)
    return bool(answer.status_code == 200 and answer["content-type"].startswith("text/html"))


def figures(get: Callable[[], Any]) -> str:
    from django.conf import settings
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    from benchmarks.queries import send

    engine, at_once = connections["clickhouse"], settings.QUESTIONS_AT_ONCE
    settings.QUESTIONS_AT_ONCE = 1  # in this thread, where they can be counted
    get()
    with CaptureQueriesContext(engine) as asked, CaptureQueriesContext(connections["default"]) as related:
        size = len(get().content)
    # The next request forgets them.
    statements, relational = [query["sql"] for query in asked.captured_queries], len(related.captured_queries)
    settings.QUESTIONS_AT_ONCE = at_once
    get()
    taken = [spent(get) for _ in range(RUNS)]
    bare = [spent(partial(send, engine.connection.client, statements))[0] for _ in range(RUNS)]
    whole, used = (statistics.median(each) for each in zip(*taken, strict=True))
    alone = statistics.median(bare)
    ratio = f"{whole / alone:.2f}" if statements else ""
    return (
        f"{whole * 1000:>7.0f} ms {used * 1000:>6.0f} ms {alone * 1000:>7.0f} ms {ratio:>6}"
        f" {len(statements):>5} + {relational:<3} {size / 1000:>5.0f} kB"
    )


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that the work takes, and those of the processor."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - used


if __name__ == "__main__":
    main()
