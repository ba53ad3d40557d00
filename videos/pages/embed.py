"""The embed page: one player for an iframe on any site. docs/sdk.md describes what it holds and its postMessage API."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from videos.models import Video


@require_safe
@xframe_options_exempt
def embed_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the player of a video, or say in its place why there is none (404 for an unknown id). Sets no cookie."""
    videos = Video.objects.select_related("workspace")
    video = videos.filter(public_id=public_id).first() if "\0" not in public_id else None
    response = render(request, "videos/embed.html", {"video": video}, status=200 if video else 404)
    response["Content-Security-Policy"] = _policy(video)
    response["Cache-Control"] = "public, max-age=60"
    return response


def _policy(video: Video | None) -> str:
    """Return the page's Content-Security-Policy: our scripts and styles only, and whoever may embed the video."""
    ancestors = " ".join(video.embed_domains or video.workspace.embed_domains) if video else ""
    links = [video.url, video.thumbnail_url] if video else []
    # A content network may redirect to another host, so the scheme is allowed and not the host alone.
    media = " ".join(["'self'", *sorted({f"{scheme}:" for link in links if (scheme := urlsplit(link).scheme)})])
    parts = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "media-src": media,
        "img-src": media,
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": ancestors or "*",
    }
    return "; ".join(f"{name} {sources}" for name, sources in parts.items())
