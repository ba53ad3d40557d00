"""The player's scripts, under addresses that never change, for any site."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

# Lines that are only a comment, and indentation.
_LEFT_OUT = re.compile(rb"(?m)^\s*//.*\n|^\s+")
_GZIP_ACCEPTED = re.compile(r"(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[^,]*)?(?:,|$)")
MAX_AGE = 3600


@dataclass(frozen=True)
class Script:
    """A script as it is served, plain and compressed, each with its entity tag."""

    plain: bytes
    gzipped: bytes
    plain_etag: str
    gzipped_etag: str


@lru_cache(maxsize=16)
def _script(path: Path, changed_ns: int) -> Script:
    plain = _LEFT_OUT.sub(b"", path.read_bytes())
    tag = hashlib.sha256(plain).hexdigest()[:20]
    # Compressed here and once: the compressing middleware adds random bytes to every answer.
    return Script(plain, gzip.compress(plain, 9, mtime=0), f'"{tag}"', f'"{tag}-gzip"')


@require_safe
def player_script(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer one of the scripts of static/js: 304 where the browser has it; any site may load it."""
    found = finders.find(f"js/{name}")
    if not isinstance(found, str):
        raise Http404("There is no such script.")
    path = Path(found)
    script = _script(path, path.stat().st_mtime_ns)
    is_gzipped = _GZIP_ACCEPTED.search(request.headers.get("Accept-Encoding", "")) is not None
    etag = script.gzipped_etag if is_gzipped else script.plain_etag
    response = get_conditional_response(request, etag)
    if response is None:
        response = HttpResponse(script.gzipped if is_gzipped else script.plain, content_type="text/javascript")
        response["Content-Encoding"] = "gzip" if is_gzipped else "identity"
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    response["Vary"] = "Accept-Encoding"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
