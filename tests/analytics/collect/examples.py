"""Snapshots to send, and what came back."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36"
)
VISIT = "3f2b1c9a-0000-4000-8000-000000000001"


class Sent(NamedTuple):
    """An answer: its status, its headers by lower-case name, its JSON or None."""

    status: int
    headers: dict[str, str]
    body: Any

    def errors(self) -> list[tuple[int, str]]:
        return [(error["index"], error["field"]) for error in self.body["errors"]]


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def uuid7(at_ms: int | None = None, tail: int | None = None) -> str:
    """Return a UUIDv7 of a moment in ms since 1970, now by default."""
    at = now_ms() if at_ms is None else at_ms
    rest = random.getrandbits(62) if tail is None else tail
    return str(UUID(int=at << 80 | 7 << 76 | (rest >> 50 & 0xFFF) << 64 | 2 << 62 | rest))


def snapshot(video: str, **more: Any) -> dict[str, Any]:
    """Return a snapshot of a session that began now; None in `more` leaves a key out."""
    base = {"v": 1, "video": video, "session": uuid7(), "seq": 1, "visitor": "browser-1", "visit": VISIT, "plays": 1}
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def ndjson(items: Iterable[Any]) -> bytes:
    """Return the lines of an import."""
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)
