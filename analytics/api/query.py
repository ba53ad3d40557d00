"""POST /v1/query: any metrics by any dimensions, the question the dashboard itself asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.context import PREFIXES, Context, Scope
from analytics.periods import Period, period_named, period_of_dates
from analytics.query import Question, ask
from analytics.sessions import Filter
from videos.errors import Invalid
from videos.models import ApiToken, Workspace
from videos.models import Scope as TokenScope

MOST_ROWS = 10_000
DEFAULT_PERIOD = "all_time"


class PeriodSerializer(serializers.Serializer):
    name = serializers.CharField(required=False)
    # `from` is a word of Python, so the fields are named in __init__.

    def get_fields(self) -> dict[str, serializers.Field]:
        dates = {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}
        return {**super().get_fields(), **dates}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = set(attrs)
        if given not in ({"name"}, {"from", "to"}):
            raise serializers.ValidationError("Give either a name, or from and to (YYYY-MM-DD, both inclusive).")
        return attrs


class FilterSerializer(serializers.Serializer):
    dimension = serializers.CharField()
    op = serializers.CharField(default="in")
    values = serializers.ListField(
        child=serializers.JSONField(allow_null=True),
        allow_empty=False,
        max_length=1000,  # type: ignore[arg-type]
    )

    def validate_values(self, values: list[Any]) -> list[Any]:
        if any(isinstance(value, dict | list) for value in values):
            raise serializers.ValidationError("Each value is a text, true, false or null.")
        return values


class QuestionSerializer(serializers.Serializer):
    """The shape of the body; what the names mean is checked where the question is answered."""

    metrics = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    by = serializers.ListField(child=serializers.CharField(), default=list)
    period = PeriodSerializer(default=dict)
    scope = serializers.DictField(child=serializers.CharField(), default=dict)
    filters = FilterSerializer(many=True, default=list)
    compare = serializers.CharField(default="", allow_blank=True, allow_null=True)
    order = serializers.CharField(default="", allow_blank=True)
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    per_page = serializers.IntegerField(default=100, min_value=1, max_value=MOST_ROWS)
    bots = serializers.BooleanField(default=False)

    def validate_scope(self, scope: dict[str, str]) -> dict[str, str]:
        if len(scope) > 1 or set(scope) - set(PREFIXES):
            raise serializers.ValidationError(f"A scope is one of {', '.join(PREFIXES)} with its id.")
        return scope

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if unknown := set(self.initial_data) - set(self.fields):
            message = f"There is no such part of a question; there are {', '.join(self.fields)}."
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), message))
        return attrs


def question_of(workspace: Workspace, data: dict[str, Any]) -> Question:
    """Return the question that a validated body asks of a workspace. Raises Invalid for an unknown period."""
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
        per_page=data["per_page"],
        with_bots=data["bots"],
        now=now,
    )


def period_of(given: dict[str, Any], workspace: Workspace, now: datetime) -> Period:
    """Return the period that a validated PeriodSerializer means at `now`; Invalid for an unknown name or bad dates."""
    if "from" in given:
        return period_of_dates(given["from"], given["to"], workspace.zone)
    return period_named(given.get("name", DEFAULT_PERIOD), workspace.zone, now)


def period_shown(period: Period) -> dict[str, Any]:
    """Return the period as the answer names it: local dates (null without a bound) and the time zone."""
    return {
        "from": period.first_on and period.first_on.isoformat(),
        "to": period.last_on and period.last_on.isoformat(),
        "timezone": period.zone.key,
    }


class QueryView(APIView):
    """Answers with a row per combination of the dimensions that occurs, one row without dimensions."""

    scope = TokenScope.READ

    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise Invalid.field("", "The body is a JSON object.")
        serializer = QuestionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        answer = ask(question_of(cast(ApiToken, request.auth).workspace, serializer.validated_data))
        body = {"rows": answer.rows, "total_rows": answer.total_rows, "period": period_shown(answer.period)}
        if answer.previous is not None:
            body["previous_period"] = period_shown(answer.previous)
        return Response(body)
