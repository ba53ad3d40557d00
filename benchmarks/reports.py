"""How long a report of all fields takes, and how much memory, in both formats, whole and broken down.

    python benchmarks/reports.py [--sessions 1000000] [--videos 10000] [--case csv --case xlsx:day …]

Fills an engine in a temporary directory, then makes each report as a worker does, in a process of its own: the memory
is what its largest moment adds to what the process had when it had just asked its first question. A case is a format,
or a format and a breakdown (day, country, domain, viewer).
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import product_start

CASES = ("csv", "xlsx", "csv:day", "csv:viewer", "xlsx:country")
GOALS = {"csv": "< 3 s", "xlsx": "< 10 s"}
VIDEOS_PER_STREAM, TALKS_PER_EVENT = 20, 10


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sessions", type=int, default=1_000_000)
    options.add_argument("--videos", type=int, default=10_000)
    options.add_argument("--case", action="append", help=f"by default {', '.join(CASES)}")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        alone(fill, directory, asked.sessions, asked.videos)
        print(f"{'report':15} {'rows':>10} {'took':>9} {'goal':>7} {'CPU':>9} {'ZIP':>9} {'memory':>10}")
        for case in asked.case or CASES:
            alone(measure, directory, case)


def alone(work: Any, *arguments: Any) -> None:
    """Do the work in a new process: the engine is one process's, and memory is measured from a clean start."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(f"{work.__name__} ended with {process.exitcode}.")


def fill(directory: str, sessions: int, videos: int) -> None:
    """Fill the engine, and show every twentieth video as a stream in the talks of events."""
    product_start(directory)
    from benchmarks.queries import filled
    from videos.models import Event, Stream, Talk, Video

    workspace = filled(sessions, videos)
    live = list(Video.objects.filter(workspace=workspace).order_by("pk")[::VIDEOS_PER_STREAM])
    streams = Stream.objects.bulk_create(
        Stream(public_id=f"strm_{number:010}", workspace=workspace, video=video) for number, video in enumerate(live)
    )
    for begin in range(0, len(streams), TALKS_PER_EVENT):
        event = Event.objects.create(workspace=workspace, name=f"Event {begin}")
        Talk.objects.bulk_create(
            Talk(public_id=f"ses_{begin + number:010}", event=event, title="Talk", stream=stream)
            for number, stream in enumerate(streams[begin : begin + TALKS_PER_EVENT])
        )


def measure(directory: str, case: str) -> None:
    """Make one report into a file, and print what it took."""
    product_start(directory)
    from datetime import UTC, datetime

    from analytics.context import Context
    from analytics.periods import period_named
    from analytics.query import Question, ask
    from exports.archive import write_archive
    from exports.fields import breakdown_named, fields_named
    from exports.rows import report_table, selected_contents
    from videos.models import Workspace

    format, _, breakdown = case.partition(":")
    now = datetime(2026, 12, 31, 12, tzinfo=UTC)
    workspace = Workspace.objects.get()
    period = period_named("all_time", workspace.zone, now)
    ask(Question(Context(workspace), period, ("views",), now=now))
    before = peak_since_now()
    started, used = time.perf_counter(), time.process_time()
    context = Context(workspace)
    contents = selected_contents(context)
    table = report_table(context, period, contents, fields_named([]), breakdown_named(breakdown))
    with tempfile.TemporaryFile() as target:
        rows = write_archive(target, format, table, str, now)
        size = target.tell()
    took, used = time.perf_counter() - started, time.process_time() - used
    memory = (memory_of("VmHWM") - before) / 1024
    print(
        f"{case:15} {rows:>10,} {took:>7.1f} s {GOALS.get(case, ''):>7} {used:>7.1f} s"
        f" {size / 1e6:>6.1f} MB {memory:>7.0f} MB",
        flush=True,
    )


def peak_since_now() -> int:
    """Forget the largest memory of this process so far; return that of now, in kB. Linux only."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory_of("VmRSS")


def memory_of(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    main()
