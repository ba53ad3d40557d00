"""The table of calls holds every path and method of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, resolve

from tests.analytics.api.everywhere.calls import ADDRESSES
from tests.analytics.api.everywhere.world import UNKNOWN

PREFIXES = ("v1/", "modern/")
METHODS = ("get", "post", "put", "patch", "delete")


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the route and the view of each path below."""
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield route, each.callback


def methods(view: Any) -> list[str]:
    """Return the methods of a view; one that is a function only shows."""
    kind = getattr(view, "cls", None)
    return [name.upper() for name in METHODS if hasattr(kind, name)] if kind else ["GET"]


def test_every_path_and_method_of_the_api_is_in_the_table() -> None:
    there = {
        (route, method)
        for route, view in patterns(get_resolver())
        if route.startswith(PREFIXES)
        for method in methods(view)
    }
    tabled = {(resolve(call.arguments(UNKNOWN)["path"].partition("?")[0]).route, call.method) for call in ADDRESSES}
    assert len(there) > 80
    assert there - tabled == set()


def test_no_call_is_there_twice() -> None:
    tabled = [(str(call), str(call.body)) for call in ADDRESSES if call.body is not None]
    assert len(tabled) == len(set(tabled))
