"""Request bodies: small ones are read before a thread is given to the request, so that a slow sender holds none."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from videos.api.problems import CONTENT_TYPE, problem

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, HTTPScope

# Read as they arrive, of any size: the view asks who is sending before it reads.
STREAMED = frozenset({"/v1/import/sessions"})
SECONDS = 30
POURED_AWAY = 32 * 1024 * 1024


class TooLarge(Exception):
    """The body is longer than settings.DATA_UPLOAD_MAX_MEMORY_SIZE."""


class Disconnected(Exception):
    """The client went away before its body was complete."""


class BodyGuard:
    """ASGI middleware in front of a synchronous application.

    A body has to arrive within SECONDS and may have settings.DATA_UPLOAD_MAX_MEMORY_SIZE bytes, announced or chunked;
    those of STREAMED paths pass by. Header names with an underscore, which WSGI cannot tell from those with a hyphen,
    are dropped.
    """

    def __init__(self, app: ASGI3Application) -> None:
        self.app = app

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        headers = {name: value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")}
        asks_first = any(name == b"expect" for name, _ in scope["headers"])
        kept = [(name, value) for name, value in scope["headers"] if b"_" not in name]
        clean: dict[str, Any] = {**scope, "headers": kept}
        if headers and scope["path"] not in STREAMED:
            try:
                body = await _body(headers, receive)
            except TooLarge:
                if not asks_first:
                    await _pour_away(receive)
                most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
                await _refuse(send, 413, "too_large", f"A request may have {most} bytes.")
                return
            except TimeoutError:
                await _refuse(send, 408, "too_slow", f"The request did not arrive within {SECONDS} seconds.")
                return
            except Disconnected:
                return
            kept = [(name, value) for name, value in kept if name not in headers]
            clean["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
            receive = _replay(body, receive)
        await self.app(clean, receive, send)  # type: ignore[arg-type]


async def _body(headers: dict[bytes, bytes], receive: ASGIReceiveCallable) -> bytes:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > most:
        raise TooLarge
    body = bytearray()
    async with asyncio.timeout(SECONDS):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Disconnected
            body += message.get("body", b"")
            if len(body) > most:
                raise TooLarge
            if not message.get("more_body"):
                return bytes(body)


async def _pour_away(receive: ASGIReceiveCallable) -> None:
    """Let a client that is still sending finish, within reason: cut off, it would never see the answer."""
    poured = 0
    try:
        async with asyncio.timeout(SECONDS):
            while poured < POURED_AWAY:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                poured += len(message.get("body", b""))
    except TimeoutError:
        return


def _replay(body: bytes, receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Return a `receive` that gives the body at once, then what the connection says."""
    given = False

    async def replaying() -> ASGIReceiveEvent:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replaying


async def _refuse(send: ASGISendCallable, status: int, code: str, detail: str) -> None:
    body = json.dumps(problem(status, code, detail)).encode()
    headers = [
        (b"content-type", CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body, "more_body": False})
