"""The access log: one line a request, with the route instead of the path, so that no name, key or address is in it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

logger = logging.getLogger("viewprint.access")


class RouteMiddleware:
    """Hands the route that Django resolved to the access log, which sees the request from outside Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        scope = request.META.get("asgi.scope")
        if scope is not None and request.resolver_match is not None:
            scope["state"]["route"] = f"/{request.resolver_match.route}"
        return response


class AccessLog:
    """ASGI middleware that logs method, route, status, milliseconds until the last byte was sent, and bytes sent."""

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        size = 0

        async def counting_send(message: ASGISendEvent) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message["body"])
            await send(message)

        state: dict[str, Any] = scope.setdefault("state", {})
        try:
            await self.app(scope, receive, counting_send)
        finally:
            logger.info(
                "method=%s route=%s status=%s ms=%.1f bytes=%d",
                scope["method"] if scope["method"].isalpha() else "?",
                state.get("route") or ("/static/*" if scope["path"].startswith(settings.STATIC_URL) else "unknown"),
                status or 500,
                (time.perf_counter() - began) * 1000,
                size,
            )
