"""How the dialect's calls describe themselves in /v1/schema: their parameters, and an answer to each."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from analytics.api.kinescope.answers import ENTITIES, FIELDS, GROUP_BY
from analytics.api.kinescope.parameters import DEFAULT_PER_PAGE, LAST_PAGE, MOST_PER_PAGE
from analytics.api.kinescope.referrers import METRICS
from analytics.api.kinescope.shapes import (
    KinescopeGrouped,
    KinescopeMeasures,
    KinescopeOverview,
    KinescopeReferrers,
)
from analytics.dimensions import GRAINS

MOMENT = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}


def _list(name: str, known: tuple[str, ...], description: str) -> OpenApiParameter:
    schema = {"type": "array", "items": {"type": "string", "enum": list(known)}}
    return OpenApiParameter(name, schema, description=description, explode=False, style="form")


def _order(fields: tuple[str, ...], default: str) -> OpenApiParameter:
    words = "|".join(fields)
    schema = {"type": "string", "pattern": rf"^({words})\.(asc|desc)$"}
    return OpenApiParameter("order", schema, description=f"`field.direction`, such as `views.desc`; {default}.")


PERIOD = (
    OpenApiParameter("from", MOMENT, required=True, description="Begin: a day, or an instant with its time zone."),
    OpenApiParameter("to", MOMENT, required=True, description="End, inclusive: a day, or an instant."),
    OpenApiParameter("project_id", str, description="Only this project."),
    OpenApiParameter("video_id", str, description="Only this video."),
)
PAGES = (
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}),
    OpenApiParameter(
        "per_page", {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": DEFAULT_PER_PAGE}
    ),
)
CHOSEN = _list("fields", tuple(FIELDS), "Only these metrics, comma separated.")
OVERVIEW = (*PERIOD, OpenApiParameter("group", str, enum=GRAINS, default="day", description="The steps."), CHOSEN)
GROUPED = (
    *PERIOD,
    _list("group_by", tuple(GROUP_BY), "What to group by; required unless `group` or `group_entities` is given."),
    OpenApiParameter("group", str, enum=GRAINS, description="Steps of time to group by."),
    _list("group_entities", tuple(ENTITIES), "Further groups, comma separated."),
    CHOSEN,
    _order(("date", *FIELDS, *GROUP_BY, *ENTITIES.values()), "by date where it is grouped by, else by views"),
    *PAGES,
)
REFERRERS = (*PERIOD, _order(("domain", *METRICS), "`views.desc` by default"), *PAGES)

_MEASURES: KinescopeMeasures = {
    "player_loads": 85,
    "views": 20,
    "unique_views": 18,
    "view_rate": 0.235294117647,
    "total_watch_time": 2410.5,
    "engagement": 0.61,
    "watch_depth": 0.402,
    "peak_concurrent_viewers": 3,
}
OVERVIEW_EXAMPLE: KinescopeOverview = {
    "meta": {"time": {"from": "2024-01-01", "to": "2024-01-01", "timezone": "Europe/Berlin"}},
    "data": {
        "total": _MEASURES,
        "timeline": [{"date": "2024-01-01", **_MEASURES}],
        "top": {
            "oses": [{"name": "Windows", **_MEASURES}],
            "devices": [{"name": "desktop", **_MEASURES}],
            "browsers": [{"name": "Chrome", **_MEASURES}],
            "countries": [{"name": "DE", **_MEASURES}],
        },
    },
}
GROUPED_EXAMPLE: KinescopeGrouped = {
    "meta": {
        "pagination": {"page": 1, "per_page": 10, "total": 1},
        "order": {"views": "desc"},
        "time": {"from": "2024-01-01", "to": "2024-01-31", "timezone": "Europe/Berlin"},
    },
    "data": [{"video_id": "vid_0a1b2c3d4e", **_MEASURES}],
}
REFERRERS_EXAMPLE: KinescopeReferrers = {
    "meta": {
        "pagination": {"page": 1, "per_page": 10, "total": 1},
        "order": {"views": "desc"},
        "time": {"from": "2024-01-01", "to": "2024-01-31", "timezone": "Europe/Berlin"},
        "pages": {"total": 1, "listed": 1},
    },
    "data": [
        {
            "domain": "www.example.com",
            "views": 20,
            "player_loads": 85,
            "view_rate": 0.235294117647,
            "pages": [
                {"url": "https://www.example.com/pricing", "views": 20, "player_loads": 85, "view_rate": 0.235294117647}
            ],
        }
    ],
}
