"""Adding the player: a video's code to copy, and whether its first snapshot has arrived."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from analytics.arrivals import Arrivals, arrivals_of, refusals
from analytics.pages.library.embed import codes_of
from videos.access import current_workspace
from videos.errors import Unknown
from videos.models import Video, Workspace
from videos.pages.shell import owners_page, page_shown
from videos.selectors import video_by_id

MOST_VIDEOS = 100
NEVER_PUBLIC = ("localhost", "127.0.0.1", "::1")


@owners_page
@require_safe
def setup_view(request: HttpRequest) -> HttpResponse:
    """Show the code of the chosen video, and look for its snapshots; 204 to a page that has seen all there is."""
    workspace = current_workspace(request)
    video = _chosen(request, workspace)
    if video is None:
        return page_shown(request, "analytics/setup.html", "Add the player", video=None)
    arrivals, refused = arrivals_of(workspace, video), refusals()
    seen = _seen(arrivals, refused)
    if request.htmx and request.GET.get("seen") == seen:  # type: ignore[attr-defined]
        return HttpResponse(status=204)
    return page_shown(
        request,
        "analytics/setup.html",
        "Add the player",
        video=video,
        videos=_offered(workspace, video),
        codes=codes_of(video, settings.PUBLIC_URL),
        arrivals=arrivals,
        elsewhere=_title(workspace, arrivals),
        refused=refused,
        seen=seen,
        public_url=settings.PUBLIC_URL,
        is_local=urlsplit(settings.PUBLIC_URL).hostname in NEVER_PUBLIC,
        is_insecure=settings.PUBLIC_URL.startswith("http:"),
        domains=video.embed_domains or workspace.embed_domains,
    )


def _chosen(request: HttpRequest, workspace: Workspace) -> Video | None:
    """Return the video that the address names, else the newest one. Raises Http404 for one that there is not."""
    public_id = request.GET.get("video")
    if not public_id:
        return Video.objects.filter(workspace=workspace).order_by("-pk").first()
    try:
        return video_by_id(workspace, public_id)
    except Unknown as error:
        raise Http404(error.detail) from error


def _offered(workspace: Workspace, chosen: Video) -> list[Video]:
    """Return the newest videos, and the chosen one whatever its age."""
    newest = list(Video.objects.filter(workspace=workspace).order_by("-pk")[:MOST_VIDEOS])
    return newest if chosen in newest else [chosen, *newest]


def _title(workspace: Workspace, arrivals: Arrivals) -> Video | None:
    """Return the video that something came of instead, as far as it is still there."""
    if arrivals.elsewhere is None:
        return None
    return Video.objects.filter(workspace=workspace, pk=arrivals.elsewhere.video_id).first()


def _seen(arrivals: Arrivals, refused: list[tuple[int, str]]) -> str:
    """Return what differs whenever there is something new to say."""
    latest = arrivals.latest or arrivals.elsewhere
    return f"{latest.version if latest else ''}:{sum(number for number, _ in refused)}"
