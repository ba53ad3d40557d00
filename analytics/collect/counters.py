"""How often something was dropped, and why: since this process started, without saying whose it was."""

from __future__ import annotations

import threading
from collections import Counter

_counts: Counter[str] = Counter()
_lock = threading.Lock()


def drop_count(reason: str, number: int = 1) -> None:
    """Count `number` snapshots (or requests, where none could be read) dropped for this reason."""
    with _lock:
        _counts[reason] += number


def drop_counts() -> dict[str, int]:
    """Return the drops since this process started, by reason; docs/collect.md explains each."""
    with _lock:
        return dict(_counts)
