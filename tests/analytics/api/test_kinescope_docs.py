"""docs/api-kinescope.md: its calls are answered as it shows, and no parameter or field is missing."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from analytics.api.kinescope import described
from analytics.api.kinescope.answers import ENTITIES, FIELDS, GROUP_BY
from analytics.api.kinescope.urls import urlpatterns
from tests.analytics.api.test_query_docs import DOCS, Call, calls, documented, same

__all__ = ["documented"]
pytestmark = pytest.mark.django_db(databases=["default", "clickhouse"])
PAGE = (DOCS / "api-kinescope.md").read_text()


@pytest.mark.parametrize("call", calls(PAGE), ids=lambda call: call.command[-100:])
def test_each_call_is_answered_as_the_page_shows(documented: APIClient, call: Call) -> None:
    same(call, documented)


def test_every_call_parameter_and_field_is_told() -> None:
    assert {call.command.partition("$URL/v1/")[2].partition("?")[0] for call in calls(PAGE)} == {
        str(pattern.pattern) for pattern in urlpatterns
    }
    parameters = PAGE.partition("## Parameters")[2].partition("## Fields")[0]
    told = [*described.OVERVIEW, *described.GROUPED, *described.REFERRERS]
    for name in {parameter.name for parameter in told} | set(GROUP_BY) | set(ENTITIES):
        assert f"`{name}`" in parameters, name
    for field, metric in FIELDS.items():
        assert f"| `{field}` | `{metric}` |" in PAGE
