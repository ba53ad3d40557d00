"""Several questions of one page at once: while the engine works on one, another thread asks the next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import close_old_connections

from analytics.frames import with_room

Answer = TypeVar("Answer")


def together(*works: Callable[[], Any]) -> list[Any]:
    """Return what the works return, in their order, done at once as far as `QUESTIONS_AT_ONCE` lets them.

    Each may ask both databases. Whatever no helper has begun yet, the caller's own thread does itself, so that nobody
    waits for helpers that others keep busy. Raises what one of them raised.
    """
    if settings.QUESTIONS_AT_ONCE < 2:
        return [work() for work in works]
    begun = [_helpers().submit(with_room, fresh, work) for work in works[1:]]
    done = {0: works[0]()}
    for place, future in enumerate(begun, start=1):
        if future.cancel():
            done[place] = works[place]()
    return [done[place] if place in done else begun[place - 1].result() for place in range(len(works))]


def fresh(work: Callable[[], Answer]) -> Answer:
    """Do the work on connections that have not died meanwhile: this thread serves no requests that would check."""
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def helpers_stop() -> None:
    """Let the helpers end; they are idle when no request is being answered."""
    if _helpers.cache_info().currsize:
        _helpers().shutdown(wait=False, cancel_futures=True)


@cache
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.QUESTIONS_AT_ONCE - 1, "question")
