"""Out of the spool and into the engine, in order, without one bad row holding up the rest for ever."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import InterfaceError, OperationalError

from analytics.collect.counters import drop_count
from analytics.collect.facts import FactRow
from analytics.collect.spool import Spool

logger = logging.getLogger(__name__)

Insert = Callable[[Sequence[FactRow]], None]
# The engine is not there, has no room, or is too busy: what it refuses now, it may take later.
UNAVAILABLE = (OperationalError, InterfaceError, OSError)
# So many rows refused one by one, and none taken: then it is not the rows.
SUSPECTS = 16


class Refusing(Exception):
    """The engine refuses whatever it is given; the spool must wait."""


class Replay:
    """One pass over the spool. A row is judged bad only if the engine, asked again, refuses it and takes another."""

    def __init__(
        self, spool: Spool, insert: Insert, taken_elsewhere: Callable[[], FactRow | None], stopping: Callable[[], bool]
    ) -> None:
        """`taken_elsewhere` gives a row that the engine has taken from others since this pass began, if any."""
        self._spool = spool
        self._insert = insert
        self._taken_elsewhere = taken_elsewhere
        self._stopping = stopping
        self._taken: FactRow | None = None
        self._suspects: list[FactRow] = []

    def run(self) -> int:
        """Store all that waits, unless stopped; return the number of rows stored.

        Raises Refusing where the engine takes nothing. A segment is removed when all of it is stored, so that one that
        was left in the middle is replayed from its beginning, which changes nothing.
        """
        stored = 0
        for path, records in self._spool.taken():
            for rows in records:
                if self._stopping():
                    return stored
                stored += self._store(rows)
            stored += self._judge()
            self._spool.done(path)
        return stored

    def _store(self, rows: Sequence[FactRow]) -> int:
        try:
            self._insert(rows)
        except UNAVAILABLE as error:
            raise Refusing(reason(error)) from error
        except Exception as error:
            # Whatever it is, these rows are not stored: look for the one at fault.
            if len(rows) > 1:
                middle = len(rows) // 2
                return self._store(rows[:middle]) + self._store(rows[middle:])
            self._suspects.append(rows[0])
            if len(self._suspects) >= SUSPECTS and self._other() is None:
                raise Refusing(reason(error)) from error
            return 0
        self._taken = rows[0]
        return len(rows)

    def _judge(self) -> int:
        """Store the suspects or put them in quarantine; return the number stored."""
        suspects, self._suspects = self._suspects, []
        stored = 0
        for row in suspects:
            try:
                self._insert([row])
            except Exception as error:
                # The engine may have been away, and come back, since it refused this row first.
                self._prove_taking(error)
                self._spool.quarantine(row, str(error))
                drop_count("quarantined")
                logger.error("collect: session %s seq %s is in quarantine: %s", row.id, row.seq, reason(error))
            else:
                self._taken = row
                stored += 1
        return stored

    def _prove_taking(self, error: Exception) -> None:
        """Raise Refusing unless the engine takes, just now, a row that it has taken before (which changes nothing)."""
        other = self._other()
        if isinstance(error, UNAVAILABLE) or other is None:
            raise Refusing(reason(error)) from error
        try:
            self._insert([other])
        except Exception as refusal:
            # Whatever it is, it is not about the suspect.
            raise Refusing(reason(refusal)) from refusal

    def _other(self) -> FactRow | None:
        return self._taken or self._taken_elsewhere()


def reason(error: Exception) -> str:
    """Return what a log may say of a refusal: of one for its content only the kind, since the rest may quote it."""
    return str(error)[:500] if isinstance(error, UNAVAILABLE) else type(error).__name__
