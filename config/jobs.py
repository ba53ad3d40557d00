"""Celery's worker and schedule as threads of the serving process, where they are not processes of their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from celery import signals
from celery.beat import Service
from celery.worker import WorkController
from celery.worker import state as worker_state
from celery.worker.consumer import Consumer
from django.conf import settings
from django.db import connections

from config.celery import AT_START, app, refuse_outside_serve

logger = logging.getLogger("viewprint")

STOP_SECONDS = 30
# How long the schedule sleeps at most, and so how long it takes to stop.
BEAT_SECONDS = 1


@app.task(name="viewprint.wake")
def wake_task() -> None:
    """Do nothing, at once."""


class Jobs:
    """The worker and the schedule; nothing at all where `settings.JOBS_IN_PROCESS` is false."""

    def __init__(self) -> None:
        self._beat: Service | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work, first on what an earlier process left unfinished."""
        if not settings.JOBS_IN_PROCESS:
            return
        signals.beat_init.disconnect(refuse_outside_serve)
        worker = WorkController(
            app=app,
            hostname="serve",
            pool_cls="threads",
            concurrency=settings.JOBS_AT_ONCE,
            without_heartbeat=True,
            without_mingle=True,
            without_gossip=True,
            ready_callback=_catch_up,
        )
        self._beat = Service(app, max_interval=BEAT_SECONDS, scheduler_cls=app.conf.beat_scheduler)
        worker_state.should_stop = None
        self._threads = [
            threading.Thread(target=_logged, args=(worker.start,), name="jobs-worker", daemon=True),
            threading.Thread(target=_logged, args=(self._beat.start,), name="jobs-schedule", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def alive(self) -> bool:
        """Whether everything that was started still runs."""
        return all(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """End after the running tasks; those that take longer than STOP_SECONDS are left to the next start."""
        if self._beat is not None:
            self._beat.stop()
        # The worker's own thread sees it and takes itself down: from another thread, both would read its sockets.
        worker_state.should_stop = 0  # type: ignore[assignment]
        if not settings.REDIS_URL:
            # It waits for work for two seconds, and once more when it has seen that it is to stop: this wakes it.
            for _ in range(2):
                wake_task.delay()
        for thread in self._threads:
            thread.join(STOP_SECONDS)
            if thread.is_alive():
                logger.warning("jobs: %s still runs after %s seconds", thread.name, STOP_SECONDS)


def _catch_up(consumer: Consumer) -> None:
    """Queue what a start begins with, once the queue is reached."""
    for name in AT_START:
        app.send_task(name)


def _logged(work: Callable[[], None]) -> None:
    """Run a thread's work; an error ends it, and /healthz then tells."""
    app.set_current()
    try:
        work()
    except Exception:
        logger.exception("jobs: %s ended", threading.current_thread().name)
    finally:
        connections.close_all()
