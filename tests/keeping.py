"""Worlds that a module's tests share: stored once, and found by each test as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction

from analytics.clickhouse.creation import kept_tables_forget, written_tables_keep

T = TypeVar("T")


@contextmanager
def keeping(blocker: Any, build: Callable[[], T]) -> Iterator[T]:
    """Yield what `build` returns, with what it stores there for all tests until the block ends.

    A transaction around those of the tests undoes the catalog, so none of them may be transactional; the facts, which
    have none, are returned to this state after each test that stores some.
    """
    with blocker.unblock(), transaction.atomic():
        built = build()
        written_tables_keep()
        yield built
        kept_tables_forget()
        transaction.set_rollback(True)
