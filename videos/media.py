"""Serve rendered videos and thumbnails from MEDIA_ROOT, with byte ranges, so that a browser can seek in them.

Django's own file view has no ranges. Behind a web server or a CDN that serves MEDIA_ROOT itself, this view is idle.
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile


@require_safe
@xframe_options_exempt
def media_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer a file under MEDIA_ROOT: 200, 206 for one byte range, 304 if unchanged, 416 for a range past the end."""
    file = _file_named(path)
    stat = file.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    response = get_conditional_response(request, etag, int(stat.st_mtime)) or _bytes_response(request, file, etag)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["Cache-Control"] = "public, max-age=3600"
    # Pages of other sites play these files and may draw them, as they may with any embedded video.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    # Named, so that the compressing middleware leaves the bytes, and with them the ranges, as they are.
    response["Content-Encoding"] = "identity"
    return response


def _bytes_response(request: HttpRequest, file: Path, etag: str) -> HttpResponseBase:
    size = file.stat().st_size
    asked = _range_asked(request, etag, size)
    start, end = asked or (0, size - 1)
    if asked and start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = FileResponse(SlicedFile(file.open("rb"), start, end), status=206 if asked else 200, content_type=kind)
    response["Content-Length"] = str(end - start + 1)
    if asked:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    return response


def _file_named(path: str) -> Path:
    """Return the regular, visible file at a path below MEDIA_ROOT; raise Http404 for anything else."""
    try:
        # With links resolved, so that none of them leads out.
        root = Path(settings.MEDIA_ROOT).resolve()
        file = Path(safe_join(root, Path(root, path).resolve()))
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404("There is no such file.") from error
    if any(part.startswith(".") for part in file.relative_to(root).parts) or not file.is_file():
        raise Http404("There is no such file.")
    return file


def _range_asked(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte asked for, or None for the whole file; first > last where there is nothing.

    Several ranges at once, other units and malformed headers are answered with the whole file, as RFC 9110 allows.
    """
    header = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", request.headers.get("Range", "").replace(" ", ""))
    if header is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = header.groups()
    if first and last and int(last) < int(first):
        return None
    if first:
        return int(first), min(int(last), size - 1) if last else size - 1
    return (max(0, size - int(last)), size - 1) if last else None
