"""The whole product as one ASGI application: the collector beside Django, and what starts and stops with them."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Sets Django up, which the imports below it need.
from config.wsgi import application as django_application  # isort: skip

from a2wsgi import WSGIMiddleware
from django.conf import settings

from analytics.collect.app import collector
from analytics.together import helpers_stop
from config.access import AccessLog
from config.bodies import BodyGuard
from config.downloads import Downloads
from config.health import Health
from config.jobs import Jobs

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope

logger = logging.getLogger("viewprint")

COLLECT_PATHS = frozenset({"/v1/collect", "/v1/s"})
HEALTH_PATH = "/healthz"


class Product:
    """Sends snapshots to the collector, on the event loop, and the rest to Django, on its fixed threads."""

    def __init__(self) -> None:
        self.jobs = Jobs()
        self.health = Health(self.jobs.alive)
        self._threads = WSGIMiddleware(django_application, workers=settings.WEB_THREADS)  # type: ignore[arg-type]
        # Snapshots are not logged one by one: there are thousands a second, and the collector counts what it drops.
        self.django = AccessLog(BodyGuard(Downloads(self._threads)))  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            path = scope["path"]
            if path in COLLECT_PATHS:
                await collector(scope, receive, send)  # type: ignore[arg-type]
            elif path == HEALTH_PATH:
                await self.health(scope, receive, send)
            else:
                await self.django(scope, receive, send)

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Start on the server's first word; stop on its second, which comes when every request is answered."""
        await receive()
        try:
            await collector.start()
            await asyncio.to_thread(self.jobs.start)
        except Exception as error:
            logger.exception("The product does not start.")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await collector.stop()
        await asyncio.to_thread(self.jobs.stop)
        self.health.stop()
        self._threads.executor.shutdown(wait=False, cancel_futures=True)
        helpers_stop()
        await send({"type": "lifespan.shutdown.complete"})


application = Product()
