"""Long answers: whoever makes one hears that its client has gone away, or has stopped reading it."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        ASGISendEvent,
        HTTPScope,
    )

logger = logging.getLogger("viewprint")

STREAMED = frozenset({"/v1/export/sessions"})
# As long a client may read nothing of what waits for it, while a thread waits for the client.
SECONDS = 60


class Downloads:
    """ASGI middleware around a synchronous application, which cannot see its client.

    Requests for STREAMED paths have `client_gone` in the scope's state, which says whether to stop; their body is
    dropped. After that nothing is sent, and a connection that is still there is closed without the answer's end.
    """

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["path"] not in STREAMED:
            await self.app(scope, receive, send)
            return
        gone = threading.Event()
        state: dict[str, Any] = scope.setdefault("state", {})  # type: ignore[arg-type]
        state["client_gone"] = gone.is_set

        async def no_body() -> ASGIReceiveEvent:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def impatient_send(message: ASGISendEvent) -> None:
            if gone.is_set():
                return
            try:
                async with asyncio.timeout(SECONDS):
                    await send(message)
            except TimeoutError:
                logger.warning("downloads: a client has read nothing for %s s, and is left", SECONDS)
                gone.set()

        watcher = asyncio.create_task(_watch(receive, gone))
        try:
            await self.app(scope, no_body, impatient_send)
        finally:
            gone.set()
            watcher.cancel()


async def _watch(receive: ASGIReceiveCallable, gone: threading.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()
