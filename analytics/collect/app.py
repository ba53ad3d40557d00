"""POST /v1/collect and /v1/s: a bare ASGI application, since a request that costs 100 µs pays for no framework.

The event loop reads, checks, derives and enriches; the database is asked on a thread (lookups.py), rows are stored on
another (writer.py), and the answer waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from analytics.collect import answers
from analytics.collect.addresses import Proxies
from analytics.collect.answers import Answer
from analytics.collect.counters import drop_count
from analytics.collect.devices import device_of
from analytics.collect.enrich import EPOCH, Sender, VideoFacts, Viewer, agreed, fact_row
from analytics.collect.facts import FactRow, facts_insert
from analytics.collect.garbage import garbage_collection_relax
from analytics.collect.identity import anonymous_viewer
from analytics.collect.limits import Limiter
from analytics.collect.lookups import Lookups
from analytics.collect.persons import Claim, identity_of, names_person
from analytics.collect.places import Places, PlacesError
from analytics.collect.replay import Insert
from analytics.collect.snapshot import SNAPSHOTS, Fault, Snapshot, TooMany, Unreadable, clock_fault
from analytics.collect.spool import SPOOL, Spool
from analytics.collect.writer import NotStored, Writer

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BYTES = 64 * 1024
BODY_SECONDS = 30
UNKNOWN_VIDEO = Fault("video", "there is no such video", "unknown_video")


class Disconnected(Exception):
    """The client went away before its body was complete."""


class Parts(NamedTuple):
    """What a started collector works with."""

    writer: Writer
    lookups: Lookups
    places: Places
    proxies: Proxies
    limiter: Limiter


class Known(NamedTuple):
    """A snapshot that may be stored, and the video it is of."""

    snapshot: Snapshot
    video: VideoFacts


class Collector:
    """The ASGI application. `start` and `stop` belong into the server's lifespan, on the loop that serves."""

    def __init__(self, insert: Insert = facts_insert) -> None:
        self._insert = insert
        self._parts: Parts | None = None

    async def start(self) -> None:
        """Read the settings, begin to write. Raises ImproperlyConfigured, with a sentence, for a bad setting."""
        try:
            places = Places(settings.GEOIP_PATH)
            proxies = Proxies(settings.TRUSTED_PROXIES)
        except PlacesError as error:
            raise ImproperlyConfigured(str(error)) from error
        except ValueError as error:
            raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from error
        writer = Writer(self._insert, Spool(Path(settings.DATA_DIR) / SPOOL))
        limiter = Limiter(settings.COLLECT_PER_ADDRESS_PER_MINUTE)
        self._parts = Parts(writer, Lookups(), places, proxies, limiter)
        garbage_collection_relax()
        writer.start()

    async def stop(self) -> None:
        """Store everything that was handed over, then end; requests that come later get 503."""
        parts, self._parts = self._parts, None
        if parts is not None:
            await asyncio.to_thread(parts.writer.stop)
            await asyncio.to_thread(parts.lookups.stop)
            parts.places.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        method = scope["method"]
        if method == "POST":
            try:
                answer = await self._post(scope, headers, receive)
            except Disconnected:
                drop_count("disconnected")
                return
            except Exception:
                # A page can read an answer only with our headers, and a player keeps its state on a 5xx.
                logger.exception("collect: a request failed")
                drop_count("failed")
                answer = answers.problem(500, "internal", "Something went wrong here; the fault has been logged.")
        elif method == "OPTIONS":
            answer = answers.preflight(headers.get(b"access-control-request-headers", b""))
        else:
            answer = answers.not_allowed()
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else answer.body})

    async def _post(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        parts = self._parts
        if parts is None:
            return answers.unavailable("The server is starting or stopping.")
        peer = scope.get("client") or ("", 0)
        address = parts.proxies.client(peer[0], headers.get(b"x-forwarded-for", b"").decode("latin-1"))
        if seconds := parts.limiter.wait(address):
            drop_count("too_many_requests")
            return answers.slow_down(seconds)
        length = headers.get(b"content-length", b"0")
        body = await _body(receive) if not length.isdigit() or int(length) <= MAX_BYTES else None
        if body is None:
            drop_count("too_large")
            return answers.too_large(MAX_BYTES)
        try:
            items = SNAPSHOTS.body(body)
        except Unreadable as error:
            drop_count("unparsable")
            return answers.unparsable(str(error))
        except TooMany:
            drop_count("too_many")
            return answers.too_many()
        agent = headers.get(b"user-agent", b"").decode("latin-1")
        try:
            return await self._store(parts, items, address, agent)
        except (DatabaseError, NotStored) as error:
            drop_count("unavailable", len(items))
            logger.warning("collect: %d snapshots are not stored: %s", len(items), type(error).__name__)
            return answers.unavailable("Nothing can be stored at the moment; keep the snapshots and send them again.")

    async def _store(self, parts: Parts, items: list[Snapshot | list[Fault]], address: str, agent: str) -> Answer:
        now = datetime.now(UTC)
        found, faults = await _known(parts.lookups, items, now)
        if found:
            sender = Sender(address, parts.places.of(address), device_of(agent))
            rows = await _rows(parts.lookups, found, sender, agent, now)
            await parts.writer.store(rows)
        if not faults:
            return answers.STORED
        return answers.refused(faults, len(items), len(found), now)


async def _known(
    lookups: Lookups, items: list[Snapshot | list[Fault]], now: datetime
) -> tuple[list[Known], list[tuple[int, Fault]]]:
    """Return the snapshots that may be stored, and what is wrong with the others, by their index."""
    now_ms = int(now.timestamp() * 1000)
    videos = await lookups.videos({item.video for item in items if isinstance(item, Snapshot)})
    found = []
    faults: list[tuple[int, Fault]] = []
    for index, item in enumerate(items):
        if isinstance(item, list):
            faults.extend((index, fault) for fault in item)
            drop_count(item[0].code)
            continue
        video = videos.get(item.video)
        fault = UNKNOWN_VIDEO if video is None else clock_fault(item, now_ms)
        if fault is not None:
            faults.append((index, fault))
            drop_count(fault.code)
        elif video is not None:
            found.append(Known(item, video))
    return found, faults


async def _rows(lookups: Lookups, found: list[Known], sender: Sender, agent: str, now: datetime) -> list[FactRow]:
    """Return the rows to store, when what they say about persons is stored."""
    viewers = [await _viewer(lookups, one, sender.address, agent, now) for one in found]
    identified = [
        number for number, one in enumerate(found) if agreed(one.snapshot, one.video) and names_person(one.snapshot)
    ]
    if identified:
        keys = await lookups.person_keys([_claim(found[number]) for number in identified])
        for number, key in zip(identified, keys, strict=True):
            viewers[number] = viewers[number]._replace(visitor=key)
    return [fact_row(one.snapshot, one.video, sender, viewer, now) for one, viewer in zip(found, viewers, strict=True)]


async def _viewer(lookups: Lookups, one: Known, address: str, agent: str, now: datetime) -> Viewer:
    """Return whose session it is: what the player says, where it may; what it leaves open, by the day's salt."""
    snapshot = one.snapshot
    has_agreed = agreed(snapshot, one.video)
    if has_agreed and snapshot.visit:
        return Viewer(snapshot.visitor or "", snapshot.visit)
    salt = await lookups.salt(lookups.salts.day(snapshot.started_ms, now))
    if has_agreed:
        visitor = snapshot.visitor or ""
        return Viewer(visitor, anonymous_viewer(salt, one.video.workspace_id, visitor, "").visit)
    return anonymous_viewer(salt, one.video.workspace_id, address, agent)


def _claim(one: Known) -> Claim:
    snapshot = one.snapshot
    at = EPOCH + timedelta(milliseconds=snapshot.started_ms)
    return Claim(one.video.workspace_id, identity_of(snapshot), snapshot.visitor or "", snapshot.session, at)


def _headers(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers; of one that was sent several times, its values joined as HTTP says."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b"," + value if name in headers else value
    return headers


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body, None for one of more than MAX_BYTES. Raises Disconnected."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body = message.get("body", b"")
        return body if len(body) <= MAX_BYTES else None
    chunks = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                if message["type"] == "http.disconnect":
                    raise Disconnected
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > MAX_BYTES:
                    return None
                if not message.get("more_body"):
                    return b"".join(chunks)
                message = await receive()
    except TimeoutError as error:
        raise Disconnected from error


collector = Collector()
