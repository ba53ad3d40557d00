"""Who watched, where nobody said so: keys that hold for one day and cannot be traced back afterwards."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings

from analytics.collect.enrich import EPOCH, Viewer
from analytics.models import DailySalt

DAY = timedelta(days=1)


def anonymous_viewer(salt: bytes, workspace_id: int, address: str, agent: str) -> Viewer:
    """Return the viewer that a keyed hash of address and user agent makes: the same within a workspace and a day."""
    return _hashed(salt, str(workspace_id), address, agent)


def session_viewer(session: UUID) -> Viewer:
    """Return a viewer of this session alone, for history that says nothing at all about its sender."""
    return _hashed(secret_key("session"), str(session))


def historic_viewer(workspace_id: int, address: str, agent: str, on: date) -> Viewer:
    """Return the viewer of imported history without a visitor: the same each time the same file is sent."""
    return _hashed(secret_key("history"), str(workspace_id), address, agent, on.isoformat())


def secret_key(purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, from SECRET_KEY: changing that changes every key."""
    return hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=purpose.encode()[:16]).digest()


def _hashed(key: bytes, *parts: str) -> Viewer:
    # Lengths in front keep ("ab", "c") and ("a", "bc") apart.
    data = b"".join(len(part := text.encode(errors="replace")).to_bytes(4) + part for text in parts)
    digest = hashlib.blake2b(data, key=key, digest_size=32).digest()
    return Viewer(digest[:16].hex(), UUID(bytes=digest[16:], version=5))


class Salts:
    """The salts of today and yesterday (UTC), shared by all processes through the database, kept here in memory.

    A session is hashed with the salt of the day of its load, so that its snapshots agree across midnight; when that
    one is destroyed, with today's.
    """

    def __init__(self) -> None:
        self._known: dict[date, bytes] = {}
        self._lock = threading.Lock()

    def day(self, started_ms: int, now: datetime) -> date:
        """Return the day whose salt a session loaded at `started_ms` is hashed with."""
        today = now.date()
        loaded = (EPOCH + timedelta(milliseconds=started_ms)).date()
        return loaded if loaded == today - DAY else today

    def cached(self, day: date) -> bytes | None:
        return self._known.get(day)

    def fetch(self, day: date) -> bytes:
        """Return the day's salt from the database, drawn there by whoever comes first. Blocks."""
        row, _ = DailySalt.objects.get_or_create(on=day, defaults={"salt": secrets.token_bytes(32)})
        oldest = datetime.now(UTC).date() - DAY
        with self._lock:
            self._known = {on: salt for on, salt in self._known.items() if on >= oldest}
            self._known[day] = bytes(row.salt)
        return self._known[day]

    def forget(self, now: datetime) -> None:
        """Drop what has outlived its 48 hours from memory."""
        oldest = now.date() - DAY
        if any(on < oldest for on in self._known):
            with self._lock:
                self._known = {on: salt for on, salt in self._known.items() if on >= oldest}


def old_salts_destroy(now: datetime) -> int:
    """Delete the salts whose day began 48 hours or more before `now`; return how many there were."""
    destroyed, _ = DailySalt.objects.filter(on__lt=now.astimezone(UTC).date() - DAY).delete()
    return destroyed
