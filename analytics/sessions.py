"""Which viewing sessions a question is about: workspace, scope, period, filters, bots or not."""

from __future__ import annotations

from dataclasses import dataclass

from clickhouse_backend.models.query import QuerySet
from django.db.models import Q

from analytics.context import Context, Scope
from analytics.dimensions import DIMENSIONS
from analytics.models import ViewingSession
from analytics.periods import Period
from videos.errors import Invalid

OPERATIONS = ("in", "not_in", "contains")


@dataclass(frozen=True)
class Filter:
    """A condition on one dimension: its value is one of `values`, none of them, or contains one (without case)."""

    dimension: str
    op: str
    values: tuple[str | bool | None, ...]


def viewing_sessions(
    context: Context,
    period: Period,
    scope: Scope | None = None,
    filters: tuple[Filter, ...] = (),
    *,
    with_bots: bool = False,
    with_team: bool = False,
) -> QuerySet:
    """Return the newest snapshots of the sessions asked for. Raises Invalid and Unknown.

    `with_team`: those of the workspace's own people too, where it leaves them out.
    """
    sessions = ViewingSession.objects.filter(workspace_id=context.workspace.pk)
    if not with_bots:
        sessions = sessions.filter(bot=False)
    if context.team and not with_team:
        sessions = sessions.exclude(visitor__in=context.team)
    if period.start is not None:
        sessions = sessions.filter(started_at__gte=period.start)
    if period.end is not None:
        sessions = sessions.filter(started_at__lt=period.end)
    if scope is not None:
        sessions = sessions.filter(video_id__in=context.videos_of(scope))
    for position, each in enumerate(filters):
        sessions = _filtered(sessions, f"filter_{position}", each, context)
    return sessions


def _filtered(sessions: QuerySet, alias: str, condition: Filter, context: Context) -> QuerySet:
    dimension = DIMENSIONS.get(condition.dimension)
    if dimension is None:
        raise Invalid.field(
            "filters", f"There is no dimension {condition.dimension!r}; there are {', '.join(DIMENSIONS)}."
        )
    if condition.op not in OPERATIONS:
        raise Invalid.field("filters", f"There is no operation {condition.op!r}; there are {', '.join(OPERATIONS)}.")
    sessions = sessions.alias(**{alias: dimension.filter_key(context)})
    if condition.op == "in":
        return sessions.filter(**{f"{alias}__in": dimension.filter_values(condition.values, context)})
    if condition.op == "not_in":
        return sessions.exclude(**{f"{alias}__in": dimension.filter_values(condition.values, context)})
    if None in condition.values:
        raise Invalid.field("filters", "What is unknown contains nothing; look for null with in or not_in.")
    texts = [str(value) for value in condition.values]
    found = dimension.containing(texts, context)
    if found is not None:
        return sessions.filter(**{f"{alias}__in": found})
    anything = Q()
    for text in texts:
        anything |= Q(**{f"{alias}__icontains": text})
    return sessions.filter(anything)
