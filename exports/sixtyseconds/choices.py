"""Which metrics an export may be narrowed to, and where each stands in the dialect's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from exports.models import About
from videos.errors import Invalid

Place = tuple[str, ...]

# The keys that lead to a metric, through lists as if they were not there. What leads to none is always there.
PLACES: dict[str, dict[Place, str]] = {
    About.VIDEO: {
        ("metrics", "views"): "views",
        ("metrics", "unique_viewers"): "unique_viewers",
        ("metrics", "total_watch_time"): "watch_time",
        ("metrics", "average_watch_time"): "average_watch_time",
        ("metrics", "completion_rate"): "completion_rate",
        ("metrics", "engagement_score"): "engagement_score",
        ("watch_time_distribution",): "watch_time_distribution",
        ("engagement", "clicks"): "clicks",
        ("engagement", "shares"): "shares",
        ("engagement", "reactions"): "reactions",
        ("viewer_demographics", "devices"): "devices",
        ("viewer_demographics", "browsers"): "browsers",
        ("viewer_demographics", "countries"): "countries",
    },
    About.ACCOUNT: {
        ("summary", "total_views"): "views",
        ("summary", "unique_viewers"): "unique_viewers",
        ("summary", "average_completion_rate"): "completion_rate",
        ("summary", "average_engagement_score"): "engagement_score",
        ("summary", "total_interactions"): "interactions",
        ("trends", "views"): "views",
        ("trends", "completion_rate"): "completion_rate",
        ("trends", "engagement_score"): "engagement_score",
        ("top_videos", "views"): "views",
        ("top_videos", "engagement_score"): "engagement_score",
    },
    About.TEMPLATE: {
        ("total_views",): "views",
        ("average_completion_rate",): "completion_rate",
        ("average_engagement_score",): "engagement_score",
        ("metrics_distribution", "completion_rate"): "completion_rate",
        ("metrics_distribution", "engagement_score"): "engagement_score",
        ("metrics_distribution", "watch_time"): "watch_time",
        ("top_performing_videos", "views"): "views",
        ("top_performing_videos", "completion_rate"): "completion_rate",
        ("top_performing_videos", "engagement_score"): "engagement_score",
    },
}
METRICS = {about: tuple(dict.fromkeys(places.values())) for about, places in PLACES.items()}


def metrics_named(about: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the metrics of an export in the order named, each once; all where none is.

    The answer's own keys (`total_views`) name them too. Raises Invalid for unknown ones.
    """
    known = {
        **{place[-1]: metric for place, metric in PLACES[about].items()},
        **{name: name for name in METRICS[about]},
    }
    names = list(names)
    for name in names:
        if name not in known:
            message = f"There is no metric {name[:64]!r} of this type; there are {', '.join(METRICS[about])}."
            raise Invalid.field("metrics", message)
    return tuple(dict.fromkeys(known[name] for name in names)) or METRICS[about]


def narrowed(about: str, answer: Mapping[str, Any], metrics: Iterable[str]) -> dict[str, Any]:
    """Return the answer with these metrics alone; a part of it that has none of them is left out."""
    return _narrowed(answer, (), PLACES[about], frozenset(metrics))


def _narrowed(part: Any, path: Place, places: Mapping[Place, str], metrics: frozenset[str]) -> Any:
    if isinstance(part, list):
        return [_narrowed(each, path, places, metrics) for each in part]
    kept = {}
    for key, value in part.items():
        here = (*path, key)
        inside = {metric for place, metric in places.items() if place[: len(here)] == here}
        if not inside or (here in places and inside <= metrics):
            kept[key] = value
        elif here not in places and inside & metrics:
            kept[key] = _narrowed(value, here, places, metrics)
    return kept
