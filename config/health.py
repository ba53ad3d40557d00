"""GET /healthz, for load balancers and supervisors: whether the databases answer and the background jobs run."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connections

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

logger = logging.getLogger("viewprint")

SECONDS = 5
NAMES = {"default": "database", "clickhouse": "engine"}


class Health:
    """An ASGI application: 200 if all is well, else 503, and what is not `ok` in the body.

    It asks on a thread of its own, beside Django: requests that wait for a free thread do not make the product ill,
    and any Host header will do.
    """

    def __init__(self, jobs_alive: Callable[[], bool]) -> None:
        self._jobs_alive = jobs_alive
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(SECONDS):
                found = await loop.run_in_executor(self._thread, _databases)
        except TimeoutError:
            logger.error("health: the databases did not answer within %s seconds", SECONDS)
            found = dict.fromkeys(NAMES.values(), "slow")
        found["jobs"] = "ok" if self._jobs_alive() else "stopped"
        well = set(found.values()) == {"ok"}
        body = json.dumps({"status": "ok" if well else "ill", **found}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send(
            {"type": "http.response.start", "status": 200 if well else 503, "headers": headers, "trailers": False}
        )
        await send(
            {"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False}
        )

    def stop(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def _databases() -> dict[str, str]:
    """Return `ok` or `failing` of each database."""
    found = {}
    for alias in settings.DATABASES:
        connection = connections[alias]
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.fetchone()
            found[NAMES[alias]] = "ok"
        except Error as error:
            logger.error("health: the %s does not answer: %s", NAMES[alias], type(error).__name__)
            # The next question begins with a connection of its own.
            connection.close()
            found[NAMES[alias]] = "failing"
    return found
