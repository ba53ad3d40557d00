"""Pages that come in parts: htmx asks for each by the page's own address with `part`.

`part=all` is all of a page at once, for whoever has no scripts.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

from analytics.pages.downloads import PARAMETER, PART

ALL = "all"


def part_wanted(request: HttpRequest, parts: Collection[str]) -> str:
    """Return which of the page's parts is asked for alone, '' for the page itself."""
    name = request.GET.get(PART, "")
    return name if is_swap(request) and name in parts else ""


def is_whole(request: HttpRequest) -> bool:
    """Return whether nothing of the page may come later; a file needs all of it."""
    return request.GET.get(PART) == ALL or PARAMETER in request.GET


def is_swap(request: HttpRequest) -> bool:
    """Return whether the browser has the page around what it asks for; restored from history, it needs that too."""
    htmx: Any = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.history_restore_request
