"""Room for Python's own frames, where calls nest deeply: rendering a template, building a statement.

CPython (3.11, `push_chunk` in Python/pystate.c) keeps the frames of a thread in chunks of 16 kB and gives a chunk back
to the system as soon as it is empty. A loop whose calls reach over the edge of one therefore maps, touches and unmaps
memory in every turn: three thousand times in a page, which was half of what its templates took.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponseBase

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# In words of 8 bytes. With as many, the frame has a chunk of 256 kB, of which the calls within it have the rest.
SLOTS = 20_000


def with_room(function: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
    """Return what the function returns; whatever it calls has its frames in one chunk."""
    return function(*args, **kwargs)


with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)


class RoomMiddleware:
    """Answers each request with room for the frames of all that it takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return with_room(self.get_response, request)
