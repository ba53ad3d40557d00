"""What background tasks have in common: sound database connections, and waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import Task
from django.db import close_old_connections

# Redis hands a task that has waited for an hour to another worker as well; whatever waits so long is left to the task
# that looks for what is due.
LONGEST_COUNTDOWN = timedelta(minutes=30)


@contextmanager
def fresh_connections() -> Iterator[None]:
    """Let go of broken database connections, as Django does around a request; a worker's thread keeps sound ones."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def queue_later(task: Task, row_id: int, wait: timedelta) -> None:
    """Queue the task for a row after `wait`; what waits longer than a queue should is found by its row."""
    if wait <= LONGEST_COUNTDOWN:
        task.apply_async((row_id,), countdown=wait.total_seconds())
