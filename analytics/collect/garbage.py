"""Python's cyclic garbage collection, for processes that make objects by the thousand and keep few."""

from __future__ import annotations

import gc


def garbage_collection_relax() -> None:
    """Leave what is loaded by now out of garbage collection for good, and collect less often; once a process.

    A thousand requests that wait together look to Python like a heap that grows, and it searches all of Django for
    garbage again and again: that took half the time of collecting, and came in pauses of a tenth of a second.
    """
    if gc.get_freeze_count():
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
