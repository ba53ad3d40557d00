"""Short hand-written sessions for the oracle's own tests."""

from decimal import Decimal
from typing import Any

from .catalog import Catalog, Folder, Video
from .facts import Session, session_of
from .sampling import uuid4, uuid7

NOON = 1_735_732_800_000  # 2025-01-01 12:00 in UTC
CATALOG = Catalog(
    zone="Europe/Berlin",
    videos=(
        Video("minute", Decimal(60), project="p", folder="leaf", template="t", event="e"),
        Video("short", Decimal(4), project="p", folder="root"),
        Video("clip", Decimal(20)),
        Video("unknown"),
    ),
    folders=(Folder("root", None, "p"), Folder("middle", "root", "p"), Folder("leaf", "middle", "p")),
)


def snapshot(video: str = "minute", *stretches: tuple[float, float], at: int = NOON, **more: Any) -> dict[str, Any]:
    """A snapshot of a played session at `at` (ms since 1970) with these stretches; `more` overrides anything."""
    neutral = {"session": uuid7(at), "seq": 1, "visitor": "v", "visit": uuid4(0), "plays": 1}
    return {"v": 1, "video": video, "stretches": [list(one) for one in stretches], **neutral, **more}


def session(video: str = "minute", *stretches: tuple[float, float], **more: Any) -> Session:
    """The session of such a snapshot."""
    return session_of(snapshot(video, *stretches, **more), CATALOG)
