"""The one parameter of the dialect: `expand`, comma separated or repeated (`expand[]` too), in either case."""

from __future__ import annotations

from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from videos.errors import FieldError, Malformed

EXPANSIONS = ("duration", "watch_time")
LONGEST_NAMED = 64
MOST_NAMED = 20
EXPAND = OpenApiParameter(
    "expand",
    type={"type": "array", "items": {"type": "string", "enum": list(EXPANSIONS)}},
    style="form",
    explode=False,
    description="What each session tells beside the rest: `duration`, `watch_time`, or both.",
)


def expand_of(given: QueryDict) -> set[str]:
    """Return which of EXPANSIONS are asked for. Raises Malformed naming each other one.

    Other parameters are ignored: clients that were written for the reference's vendor may send some of its own.
    """
    texts = [*given.getlist("expand"), *given.getlist("expand[]")]
    words = {word.strip().lower() for text in texts for word in text.split(",")} - {""}
    if unknown := sorted(words - set(EXPANSIONS)):
        known = ", ".join(EXPANSIONS)
        messages = (f"There is no expansion {word[:LONGEST_NAMED]!r}; there are {known}." for word in unknown)
        raise Malformed([FieldError("expand", message) for message in messages][:MOST_NAMED])
    return words
