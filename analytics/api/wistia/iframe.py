"""A session's heatmap as a page for an iframe on anyone's site: HTML and SVG, no script, one style of its own."""

from __future__ import annotations

import base64
import hashlib

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from analytics.api.wistia.base import UNAUTHORIZED
from analytics.api.wistia.events import percent_viewed, session_with_stretches
from analytics.api.wistia.stats import known_duration
from analytics.context import Context
from analytics.heatmap import COLOURS, heatmap_of
from videos.errors import Unknown
from videos.models import Video, Workspace

STYLE = (
    "html,body{height:100%;margin:0;background:#fff;color:#333;color-scheme:light}"
    "body,figure{display:flex;flex-direction:column}figure{flex:1;margin:0;min-height:0}"
    "svg.map{display:block;flex:1;width:100%;min-height:8px}"
    "figcaption{display:flex;justify-content:space-between;gap:8px;padding:2px 6px;border-top:1px solid #999;"
    "font:11px/14px system-ui,sans-serif;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".key svg{width:10px;height:10px;margin:0 3px 0 8px;vertical-align:-1px}"
    "@media(max-width:380px){.key{display:none}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"


@require_safe
@xframe_options_exempt
@conditional_page
def heatmap(request: HttpRequest, event: str) -> HttpResponse:
    """Answer the heatmap of an event of the workspace whose `public_token` is given, and to nothing else."""
    token = request.GET.get("public_token", "")
    workspace = Workspace.objects.filter(public_token=token).first() if token and "\0" not in token else None
    if workspace is None:
        body = {"code": UNAUTHORIZED, "error": "public_token is not that of a workspace."}
        return JsonResponse(body, status=401)
    try:
        return _page(request, Context(workspace), event)
    except Unknown as error:
        return JsonResponse({"error": error.detail}, status=error.status)


def _page(request: HttpRequest, context: Context, event: str) -> HttpResponse:
    session = session_with_stretches(context, event)
    video = Video.objects.filter(workspace=context.workspace, pk=session["video_id"]).first()
    duration = session["duration"] or (known_duration(context, video) if video else None)
    drawn = heatmap_of(session["starts"], session["ends"], duration, percent_viewed(session))
    shown = {
        "heatmap": drawn,
        "title": video.title if video else "a deleted video",
        "keys": zip(("1×", "2×", "3×", "4×", "5× or more"), COLOURS[1:], strict=True),
        "style": mark_safe(STYLE),
    }
    response = render(request, "analytics/heatmap.html", shown)
    response["Content-Security-Policy"] = POLICY
    response["X-Robots-Tag"] = "noindex"
    return response
