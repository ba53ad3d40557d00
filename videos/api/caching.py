"""Who may keep an API's answers: those who asked."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers

from videos.api.problems import is_api


class PrivateAnswers:
    """Middleware: no cache that several people share keeps an answer of the API, and none is used unasked.

    Two workspaces ask at the same address with different tokens, and only of the header `Authorization` do caches know
    what it means. Where an answer says something about caching itself, that stands. A 304 varies by what its 200 does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if is_api(request):
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_cache=True)
            if response.status_code == 304:
                patch_vary_headers(response, ["Accept-Encoding"])
        return response
