"""The dialect's paths, each with `.json` and without, to be included under /v1 and under /modern alike."""

from __future__ import annotations

from django.urls import URLPattern, path

from analytics.api.wistia import catalog, events, stats, visitors
from analytics.api.wistia.base import WistiaView
from analytics.api.wistia.iframe import heatmap

ROUTES: tuple[tuple[str, type[WistiaView]], ...] = (
    ("stats/account", stats.AccountView),
    ("stats/account/by_date", stats.AccountByDateView),
    ("stats/projects/<str:project>/by_date", stats.ProjectByDateView),
    ("stats/projects/<str:project>", stats.ProjectView),
    ("stats/medias/<str:media>/by_date", stats.MediaByDateView),
    ("stats/medias/<str:media>/engagement", stats.EngagementView),
    ("stats/medias/<str:media>", stats.MediaView),
    ("stats/visitors", visitors.VisitorsView),
    # Keys are whatever a page names its visitors by, slashes included.
    ("stats/visitors/<path:visitor>", visitors.VisitorView),
    ("stats/events", events.EventsView),
    ("stats/events/<str:event>", events.EventView),
    ("medias", catalog.MediasView),
    ("medias/<str:media>/stats", stats.MediaSummaryView),
    ("medias/<str:media>", catalog.MediaFileView),
    ("projects", catalog.ProjectsView),
    ("projects/<str:project>", catalog.ProjectFilesView),
)


def _both(route: str, view: type[WistiaView]) -> list[URLPattern]:
    return [path(f"{route}.json", view.as_view()), path(route, view.as_view())]


urlpatterns = [
    path("stats/events/<str:event>/iframe.html", heatmap),
    *(pattern for route, view in ROUTES for pattern in _both(route, view)),
]
