"""What collecting asks the relational database, on a thread of its own, asked together and remembered briefly."""

from __future__ import annotations

import asyncio
import re
import weakref
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db import connections

from analytics.collect.enrich import VideoFacts
from analytics.collect.identity import Salts
from analytics.collect.persons import Claim, Persons
from analytics.collect.recent import Recent
from analytics.together import fresh
from videos.models import Video

# What another process changes of a video or its workspace takes effect within these seconds; our own changes at once.
FRESH_SECONDS = 4.0
CHUNK = 400
_FACTS = ("pk", "workspace_id", "duration", "workspace__address_kept", "workspace__consent_required")
_VIDEO_ID = re.compile(r"vid_[a-z0-9][a-z0-9_-]{0,59}")

Answer = TypeVar("Answer")


def video_facts(public_ids: Iterable[str]) -> dict[str, VideoFacts]:
    """Return the facts of those videos that exist, by public id. Blocks; raises the classes of django.db."""
    wanted = [public_id for public_id in public_ids if _VIDEO_ID.fullmatch(public_id)]
    found = {}
    for start in range(0, len(wanted), CHUNK):
        rows = Video.objects.filter(public_id__in=wanted[start : start + CHUNK]).values_list("public_id", *_FACTS)
        for public_id, *facts in rows:
            found[public_id] = _facts(*facts)
    return found


def titled_video_facts(workspace_id: int, titles: Iterable[str]) -> dict[str, list[VideoFacts]]:
    """Return the facts of a workspace's videos that have one of the titles. Blocks; raises the classes of django.db."""
    wanted = [title for title in titles if "\0" not in title]
    found: dict[str, list[VideoFacts]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = Video.objects.filter(workspace=workspace_id, title__in=wanted[start : start + CHUNK])
        for title, *facts in rows.order_by("pk").values_list("title", *_FACTS):
            found.setdefault(title, []).append(_facts(*facts))
    return found


def _facts(pk: int, workspace_id: int, duration: Decimal | None, kept: str, consent_required: bool) -> VideoFacts:
    milliseconds = None if duration is None else int(duration * 1000)
    return VideoFacts(pk, workspace_id, milliseconds or None, kept, consent_required)


def videos_forget() -> None:
    """Let every collector of this process read its videos anew: the catalog has changed."""
    for lookups in list(_ALL):
        lookups.forget()


class Lookups:
    """The relational side of collecting, for one event loop. Awaited calls raise the classes of django.db."""

    def __init__(self) -> None:
        self.salts = Salts()
        self._persons = Persons(tells=True)
        self._videos: Recent[str, VideoFacts] = Recent(100_000, FRESH_SECONDS)
        self._asked: dict[str, asyncio.Future[VideoFacts | None]] = {}
        self._asking = False
        self._thread = ThreadPoolExecutor(1, "collect-lookup")
        self._tasks: set[asyncio.Task[None]] = set()
        _ALL.add(self)

    def forget(self) -> None:
        """Read every video anew."""
        self._videos.clear()

    def stop(self) -> None:
        """End the thread and its database connections. Blocks until what it is doing is done."""
        self._thread.submit(connections.close_all)
        self._thread.shutdown()

    async def videos(self, public_ids: Collection[str]) -> dict[str, VideoFacts]:
        """Return the facts of those videos that exist.

        Unknown ids are not remembered: a video that has just been created must work at once. What bounds the load of
        asking for nonsense is that all questions that come up during one query share the next.
        """
        found = {}
        missing = []
        for public_id in public_ids:
            if facts := self._videos.get(public_id):
                found[public_id] = facts
            elif _VIDEO_ID.fullmatch(public_id):
                missing.append(public_id)
        for public_id in missing:
            if facts := await self._ask(public_id):
                found[public_id] = facts
        return found

    async def salt(self, day: date) -> bytes:
        """Return the day's salt."""
        self.salts.forget(datetime.now(UTC))
        if salt := self.salts.cached(day):
            return salt
        return await self._run(lambda: self.salts.fetch(day))

    async def person_keys(self, claims: list[Claim]) -> list[str]:
        """Return the visitor key of each claim's person, when what is new about them is stored."""
        known = [self._persons.cached(claim) for claim in claims]
        if all(known):
            return [key for key in known if key]
        return await self._run(lambda: self._persons.keys(claims))

    def _ask(self, public_id: str) -> asyncio.Future[VideoFacts | None]:
        future = self._asked.get(public_id)
        if future is None:
            future = self._asked[public_id] = asyncio.get_running_loop().create_future()
        if not self._asking:
            self._asking = True
            task = asyncio.create_task(self._answer_all())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Several requests wait for one answer, and one that goes away must not take it from the others.
        return asyncio.shield(future)

    async def _answer_all(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, {}
                try:
                    found = await self._run(lambda ids=list(asked): video_facts(ids))  # type: ignore[misc]
                except Exception as error:
                    # Each of those who wait must hear of it, whatever it is.
                    for future in asked.values():
                        future.set_exception(error)
                    continue
                for public_id, future in asked.items():
                    facts = found.get(public_id)
                    if facts:
                        self._videos.put(public_id, facts)
                    future.set_result(facts)
        finally:
            self._asking = False

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._thread, fresh, work)


_ALL: weakref.WeakSet[Lookups] = weakref.WeakSet()
