"""Pages of a long list: which one an address asks for, and the ways to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from analytics.formats import count_shown

FARTHEST = 1_000_000


@dataclass(frozen=True)
class Pager:
    """Which rows of how many are shown, in words, and the addresses of the pages around ('' where there is none)."""

    shown: str
    previous_url: str
    next_url: str


def page_asked(query: QueryDict, notices: list[str]) -> int:
    """Return the number of the page that an address asks for, 1 without; what is none is said in the notices."""
    text = query.get("page", "") or "1"
    if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= FARTHEST:
        return int(text)
    notices.append(f"There is no page “{text}”; this is the first one.")
    return 1


def pager_of(number: int, size: int, in_all: int, url: Callable[[int], str]) -> Pager:
    """Return the pager of a page (from 1) with so many rows; `url` makes the address of a page."""
    last = min(number * size, in_all)
    first = count_shown((number - 1) * size + 1)
    return Pager(
        shown=f"{first}–{count_shown(last)} of {count_shown(in_all)}" if in_all else "",
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if last < in_all else "",
    )
