"""Answers that are sent while they are made, so that none is held as a whole; only so many at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, StreamingHttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request

logger = logging.getLogger(__name__)

# A client that reads slowly keeps one of the threads that answer everybody.
AT_ONCE = max(1, settings.WEB_THREADS // 2)
RETRY_SECONDS = 30


class Unavailable(APIException):
    """The engine does not answer, or enough exports are being read."""

    status_code = 503
    wait = RETRY_SECONDS


class Export(Protocol):
    """The pieces of an answer, made while they are asked for; whoever opened it closes it."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


def streamed(request: Request, about: str, begin: Callable[[Callable[[], bool]], Export]) -> StreamingHttpResponse:
    """Return an answer of the pieces of what `begin` opens, given whether somebody still reads; `about` is for the log.

    Raises Unavailable, also where the engine does not answer, and what else `begin` raises.
    """
    with Slot() as slot:
        with engine_answers():
            export = begin(_still_there(request._request))
        slot.kept = True
    return StreamingHttpResponse(Sent(export, about, slot.release))


@contextmanager
def engine_answers() -> Iterator[None]:
    """Raise Unavailable where the engine does not answer."""
    try:
        yield
    except OperationalError as error:
        logger.error("api: the engine does not answer: %s", str(error)[:300])
        raise Unavailable("The engine does not answer just now.", "unavailable") from error


class Sent:
    """The pieces of an export on their way to a client; closed by the server at the end, however that comes."""

    def __init__(self, export: Export, about: str, ended: Callable[[], None]) -> None:
        self._export = export
        self._about = about
        self._ended = ended

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._export
        except DatabaseError as error:
            # Raised on, so that the server closes the connection without the end of the answer.
            logger.error("export: %s broke off: %s", self._about, error)
            raise

    def close(self) -> None:
        try:
            self._export.close()
        finally:
            self._ended()


class Slot:
    """One of AT_ONCE exports; given back once, at the end of the block unless it is kept."""

    _free = threading.BoundedSemaphore(AT_ONCE)

    def __init__(self) -> None:
        self.kept = False
        self._taken = self._free.acquire(blocking=False)
        if not self._taken:
            raise Unavailable(f"{AT_ONCE} exports are being read already; try again when one has ended.", "busy")

    def release(self) -> None:
        taken, self._taken = self._taken, False
        if taken:
            self._free.release()

    def __enter__(self) -> Slot:
        return self

    def __exit__(self, *failure: object) -> None:
        if not self.kept:
            self.release()


def _still_there(request: HttpRequest) -> Callable[[], bool]:
    """Return whether somebody still reads the answer, where the server in front of Django knows that."""
    client_gone = request.META.get("asgi.scope", {}).get("state", {}).get("client_gone", lambda: False)
    return lambda: not client_gone()
