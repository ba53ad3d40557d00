"""Group commit: requests hand rows over and wait; one thread stores them together and answers them together.

Whatever the engine refuses goes to the spool, which counts as stored; a second thread replays it. Order does not
matter: the highest `seq` of a session wins, and storing a row again changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from django.db import connections

from analytics.collect.facts import FactRow
from analytics.collect.replay import UNAVAILABLE, Insert, Refusing, Replay, reason
from analytics.collect.spool import Spool, SpoolError
from analytics.frames import with_room

logger = logging.getLogger(__name__)

Entry = tuple[Sequence[FactRow], "asyncio.Future[None]"]


class NotStored(Exception):
    """The rows are not stored and will not be; the sender must keep them and try again."""


class Writer:
    """Stores rows in groups of at most `most_rows`; a group begins `interval` seconds after the one before, or at once.

    `insert` stores rows durably or raises; it is called from two threads of the writer's own.
    """

    def __init__(
        self,
        insert: Insert,
        spool: Spool,
        *,
        most_rows: int = 5_000,
        interval: float = 0.1,
        most_waiting: int = 50_000,
        retry_after: float = 1.0,
        give_up_after: float = 30.0,
    ) -> None:
        self._insert = insert
        self._spool = spool
        self._most_rows = most_rows
        self._interval = interval
        self._most_waiting = most_waiting
        self._retry_after = retry_after
        self._give_up_after = give_up_after
        self._entries: deque[Entry] = deque()
        self._waiting = 0
        self._began_at = 0.0
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._replay_now = threading.Event()
        self._down_until = 0.0
        self._taken: FactRow | None = None
        self._threads = [
            threading.Thread(target=with_room, args=(_closing, self._write), name="collect-writer"),
            threading.Thread(target=with_room, args=(_closing, self._replay), name="collect-replay"),
        ]

    def start(self) -> None:
        """Begin to write, and to replay what an earlier process left in the spool."""
        self._replay_now.set()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Store everything handed over, then end. Blocks."""
        with self._changed:
            self._stopped.set()
            self._changed.notify()
        self._replay_now.set()
        for thread in self._threads:
            thread.join()
        self._spool.close()

    async def store(self, rows: Sequence[FactRow]) -> None:
        """Return when the rows are durably stored.

        Raises NotStored if they cannot be, too many are waiting, or the engine does not answer within `give_up_after`
        seconds; then they may be stored all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._changed:
            if self._stopped.is_set():
                raise NotStored("The server is stopping.")
            if self._waiting + len(rows) > self._most_waiting:
                raise NotStored("Too many snapshots are waiting to be stored.")
            self._entries.append((rows, future))
            self._waiting += len(rows)
            # The thread sleeps until the first row, then until the group is full or its time has come.
            if len(self._entries) == 1 or self._waiting >= self._most_rows:
                self._changed.notify()
        # Ten times as cheap as asyncio.timeout(), and this is done thousands of times a second.
        late = loop.call_later(self._give_up_after, _answer, [future], NotStored("The engine does not answer."))
        try:
            await future
        finally:
            late.cancel()

    def _write(self) -> None:
        while entries := self._take():
            rows = [row for entry in entries for row in entry[0]]
            try:
                answer = self._commit(rows)
            except Exception:
                # Were this thread to end, every request from now on would wait in vain.
                logger.exception("collect: %d rows could be stored nowhere", len(rows))
                answer = NotStored("Nothing can be stored at the moment.")
            _settle(entries, answer)

    def _take(self) -> list[Entry]:
        """Wait for a group; an empty one means that all is stored and the writer stops."""
        with self._changed:
            while not self._entries and not self._stopped.is_set():
                self._changed.wait()
            while self._entries and self._waiting < self._most_rows and not self._stopped.is_set():
                left = self._began_at + self._interval - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            entries: list[Entry] = []
            rows = 0
            while self._entries and (not entries or rows + len(self._entries[0][0]) <= self._most_rows):
                entry = self._entries.popleft()
                entries.append(entry)
                rows += len(entry[0])
            self._waiting -= rows
            self._began_at = time.monotonic()
            return entries

    def _commit(self, rows: Sequence[FactRow]) -> NotStored | None:
        """Store the rows in the engine, else in the spool; return what to tell the senders if neither takes them."""
        began = time.monotonic()
        if began >= self._down_until:
            try:
                self._insert(rows)
            except Exception as error:
                # Whatever it is, the rows are not stored yet, and this thread must go on.
                if isinstance(error, UNAVAILABLE):
                    # Until the replay gets through again, do not let every group wait for the same refusal.
                    self._down_until = time.monotonic() + 10 * self._retry_after
                logger.error("collect: the engine refused %d rows, which go to the spool: %s", len(rows), reason(error))
            else:
                self._taken = rows[0]
                logger.debug("collect: stored %d rows in %.0f ms", len(rows), 1000 * (time.monotonic() - began))
                return None
        try:
            self._spool.append(rows)
        except SpoolError as error:
            logger.critical("collect: %d rows could be stored nowhere: %s", len(rows), error)
            return NotStored("Nothing can be stored at the moment.")
        self._replay_now.set()
        return None

    def _replay(self) -> None:
        while not self._stopped.is_set():
            self._replay_now.wait(timeout=30 * self._retry_after)
            self._replay_now.clear()
            if self._stopped.is_set() or not self._spool.waits():
                continue
            try:
                stored = self._replay_once()
            except Refusing as error:
                logger.warning("collect: the spool waits: %s", error)
            except Exception:
                # Whatever it is may pass; until it does, the spool grows, and this says so.
                logger.exception("collect: the spool cannot be replayed")
            else:
                self._down_until = 0.0
                if stored:
                    logger.info("collect: replayed %d rows from the spool", stored)
                continue
            # Not on the condition: whoever waits there is taken for the writer.
            self._stopped.wait(self._retry_after)
            self._replay_now.set()

    def _replay_once(self) -> int:
        self._taken = None
        return Replay(self._spool, self._insert, lambda: self._taken, self._stopped.is_set).run()


def _closing(work: Callable[[], None]) -> None:
    """Run a thread's work, and close the database connections that it opened."""
    try:
        work()
    finally:
        connections.close_all()


def _settle(entries: Sequence[Entry], error: NotStored | None) -> None:
    """Wake the requests of a group, with one call into each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for _, future in entries:
        loops.setdefault(future.get_loop(), []).append(future)
    for loop, futures in loops.items():
        try:
            loop.call_soon_threadsafe(_answer, futures, error)
        except RuntimeError:
            # The loop has been closed under its requests: nobody is left to be told.
            logger.warning("collect: %d requests went away before they were answered", len(futures))


def _answer(futures: Sequence[asyncio.Future[None]], error: NotStored | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
