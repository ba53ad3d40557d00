"""A question as POST /v1/query has it in its body, and as GET's parameters are put together to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.api.query.shapes import PeriodShown, QueryAnswer
from analytics.context import PREFIXES, Context, Scope
from analytics.dimensions import DIMENSIONS
from analytics.metrics import METRICS
from analytics.periods import Period, period_named, period_of_dates
from analytics.query import COMPARISONS, MOST_DIMENSIONS, Answer, Question
from analytics.sessions import OPERATIONS, Filter
from videos.models import Workspace

MOST_ROWS, MOST_PAGE = 10_000, 1_000_000
MOST_FILTERS, MOST_VALUES, LONGEST_NAME, LONGEST_VALUE = 50, 1000, 64, 2048
DEFAULT_PERIOD = "all_time"


class StrictSerializer(serializers.Serializer):
    """Refuses keys that it does not know: a mistyped one would else change the answer without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            message = f"There is no such key; there are {', '.join(self.fields)}."
            raise serializers.ValidationError({name[:LONGEST_NAME]: [message] for name in unknown[:10]})
        return super().to_internal_value(data)


class PeriodSerializer(StrictSerializer):
    """Either a name, or the first and the last day, both in the workspace's time zone and both included."""

    name = serializers.CharField(required=False, max_length=LONGEST_NAME)
    # `from` is a word of Python, so the fields are named in get_fields.

    def get_fields(self) -> dict[str, serializers.Field]:
        dates = {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}
        return {**super().get_fields(), **dates}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = set(attrs)
        if given not in ({"name"}, {"from", "to"}):
            raise serializers.ValidationError("Give either a name, or from and to (YYYY-MM-DD, both inclusive).")
        return attrs


class ValueField(serializers.CharField):
    """A text, or null for what is unknown; true, false and whole numbers stand for their texts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, allow_blank=True, trim_whitespace=False, max_length=LONGEST_VALUE, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str | bool | int):
            raise serializers.ValidationError("Each value is a text, true, false or null.")
        return super().to_internal_value(str(data).lower() if isinstance(data, bool) else str(data))


class NameField(serializers.CharField):
    """One of some names; whether it is, is found out where the question is answered, which lists the known ones."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LONGEST_NAME, **options)


def _one_of(known: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(known)}


@extend_schema_field({"type": "array", "items": _one_of(METRICS), "uniqueItems": True, "minItems": 1})
class MetricsField(serializers.ListField):
    child = NameField()


@extend_schema_field({"type": "array", "items": _one_of(DIMENSIONS), "uniqueItems": True, "maxItems": MOST_DIMENSIONS})
class DimensionsField(serializers.ListField):
    child = NameField()


@extend_schema_field(_one_of(DIMENSIONS))
class DimensionField(NameField):
    pass


@extend_schema_field(_one_of(OPERATIONS))
class OperationField(NameField):
    pass


@extend_schema_field({"type": "string", "enum": ["", *COMPARISONS, None]})
class ComparisonField(NameField):
    pass


@extend_schema_field(
    {
        "type": "object",
        "properties": {kind: {"type": "string", "maxLength": LONGEST_NAME} for kind in PREFIXES},
        "additionalProperties": False,
        "maxProperties": 1,
    }
)
class ScopeField(serializers.DictField):
    child = NameField()


class FilterSerializer(StrictSerializer):
    """A condition that sessions must meet to count; null among the values is what is unknown or none."""

    dimension = DimensionField()
    op = OperationField(default="in")
    values = serializers.ListField(
        child=ValueField(),
        allow_empty=False,
        max_length=MOST_VALUES,  # type: ignore[arg-type]
    )


class QuestionSerializer(StrictSerializer):
    """What is asked. A part that is null counts as left out."""

    # What the names mean is checked where the question is answered.
    metrics = MetricsField(allow_empty=False)
    by = DimensionsField(default=list)
    period = PeriodSerializer(default=dict)
    scope = ScopeField(default=dict)
    filters = FilterSerializer(many=True, default=list, max_length=MOST_FILTERS)  # type: ignore[call-arg]
    compare = ComparisonField(default="", allow_blank=True, allow_null=True)
    order = NameField(default="", allow_blank=True)
    page = serializers.IntegerField(default=1, min_value=1, max_value=MOST_PAGE)
    per_page = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ROWS)
    bots = serializers.BooleanField(default=False)

    def to_internal_value(self, data: Any) -> Any:
        given = {name: part for name, part in data.items() if part is not None} if isinstance(data, Mapping) else data
        return super().to_internal_value(given)

    def validate_scope(self, scope: dict[str, str]) -> dict[str, str]:
        if len(scope) > 1 or set(scope) - set(PREFIXES):
            raise serializers.ValidationError(f"A scope is one of {', '.join(PREFIXES)} with its id.")
        return scope


def question_of(workspace: Workspace, data: Mapping[str, Any], per_page: int) -> Question:
    """Return the question that validated data ask of a workspace, with `per_page` rows where they name no number.

    Raises Invalid for an unknown period.
    """
    now = timezone.now()
    scope = next((Scope(kind, public_id) for kind, public_id in data["scope"].items()), None)
    return Question(
        context=Context(workspace),
        period=period_of(data["period"], workspace, now),
        metrics=tuple(data["metrics"]),
        by=tuple(data["by"]),
        scope=scope,
        filters=tuple(Filter(each["dimension"], each["op"], tuple(each["values"])) for each in data["filters"]),
        compare=data["compare"] or "",
        order=data["order"],
        page=data["page"],
        per_page=data.get("per_page", per_page),
        with_bots=data["bots"],
        now=now,
    )


def period_of(given: Mapping[str, Any], workspace: Workspace, now: datetime) -> Period:
    """Return the period that a validated PeriodSerializer means at `now`; Invalid for an unknown name or bad dates."""
    if "from" in given:
        return period_of_dates(given["from"], given["to"], workspace.zone)
    return period_named(given.get("name", DEFAULT_PERIOD), workspace.zone, now)


def period_shown(period: Period) -> PeriodShown:
    """Return the period as the answer names it: local dates (null without a bound) and the time zone."""
    return {
        "from": period.first_on.isoformat() if period.first_on else None,
        "to": period.last_on.isoformat() if period.last_on else None,
        "timezone": period.zone.key,
    }


def answer_shown(answer: Answer) -> QueryAnswer:
    """Return the answer as JSON has it."""
    shown = QueryAnswer(rows=answer.rows, total_rows=answer.total_rows, period=period_shown(answer.period))
    if answer.previous is not None:
        shown["previous_period"] = period_shown(answer.previous)
    return shown
