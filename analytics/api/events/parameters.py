"""The one parameter of the dialect: `expand`, comma separated or repeated, in either case."""

from __future__ import annotations

from collections.abc import Iterator

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
    """Return which of EXPANSIONS are asked for. Raises Malformed naming each other one, and unknown parameters."""
    words = {word.strip().lower() for text in given.getlist("expand") for word in text.split(",")} - {""}
    if errors := list(_errors(set(given) - {"expand"}, words - set(EXPANSIONS))):
        raise Malformed(errors[:MOST_NAMED])
    return words


def _errors(parameters: set[str], words: set[str]) -> Iterator[FieldError]:
    for name in sorted(parameters):
        yield FieldError(name[:LONGEST_NAMED], "There is no such parameter; there is expand.")
    for word in sorted(words):
        message = f"There is no expansion {word[:LONGEST_NAMED]!r}; there are {', '.join(EXPANSIONS)}."
        yield FieldError("expand", message)
