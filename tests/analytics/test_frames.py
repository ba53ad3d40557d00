"""Python's own frames have room, wherever in the stack a loop begins."""

from __future__ import annotations

import resource
from collections.abc import Callable
from threading import Thread

from django.http import HttpResponse
from django.test import RequestFactory

from analytics.frames import RoomMiddleware, with_room

TURNS = 300


def deep(calls: int) -> int:
    return calls and deep(calls - 1)


def busy() -> None:
    for _ in range(TURNS):
        deep(4)


def begun_at(depth: int, work: Callable[[], None]) -> None:
    if depth:
        begun_at(depth - 1, work)
    else:
        work()


def most_pages_touched(run: Callable[..., object]) -> int:
    """Return how often the worst of the loops, each begun deeper in the stack, was given new memory by the system."""
    counts = []

    def measure() -> None:
        for depth in range(0, 400, 3):
            before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
            run(begun_at, depth, busy)
            counts.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    thread = Thread(target=measure)
    thread.start()
    thread.join()
    return max(counts)


def test_a_loop_of_calls_maps_no_memory_in_every_turn() -> None:
    # Where this fails, Python has mended it, and the module can go.
    assert most_pages_touched(lambda work, *arguments: work(*arguments)) >= TURNS
    assert most_pages_touched(with_room) < TURNS / 4


def test_a_request_has_room_and_its_own_answer() -> None:
    def answer(request: object) -> HttpResponse:
        begun_at(60, busy)
        return HttpResponse("answered")

    respond, request = RoomMiddleware(answer), RequestFactory().get("/")
    assert getattr(respond(request), "content") == b"answered"  # noqa: B009
    assert most_pages_touched(lambda *_: respond(request)) < TURNS / 4
