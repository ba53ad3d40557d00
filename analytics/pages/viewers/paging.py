"""Pages of a long list: which one an address asks for, and the ways to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import QueryDict

from analytics.formats import count_shown
from analytics.pages.state import State

FARTHEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class PagedAddress:
    """The address of a page with a long list: its state, what the list adds to it, and which page of it (from 1)."""

    state: State
    number: int = 1

    def own(self) -> tuple[tuple[str, str], ...]:
        """Return what the list adds to the address beside the number of its page, defaults left out."""
        raise NotImplementedError

    @property
    def kept(self) -> State:
        """The state of the page with what every link on it keeps: all but the number of the list's page."""
        return replace(self.state, more=self.own())

    def url(self, **changes: Any) -> str:
        """Return the address with these parts changed."""
        other = replace(self, **changes)
        number = (("page", str(other.number)),) if other.number > 1 else ()
        return other.state.url(more=(*other.own(), *number))

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The period and the filters, for a form on the page that has all else."""
        return parse_qsl(urlsplit(self.state.url()).query)


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
