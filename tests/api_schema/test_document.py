"""The document itself: by the rules of OpenAPI 3.1, whole, and with examples that are right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from django.urls import get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient
from uritemplate import variables

from tests.analytics.api.everywhere.test_table import PREFIXES, methods, patterns
from tests.api_schema.reading import Operation, contents, faults, operations
from videos.api.tags import TAGS
from videos.models import Video, Workspace

COLLECTOR = {("/v1/collect", "post"), ("/v1/s", "post")}


def _described(route: str) -> str:
    """Return a route as OpenAPI writes it: `/v1/medias/{media}` for `v1/medias/<str:media>`."""
    return "/" + "".join(
        f"{{{part.partition('>')[0].rpartition(':')[2]}}}{part.partition('>')[2]}" if number else part
        for number, part in enumerate(route.split("<"))
    )


def test_it_follows_the_specification(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(document).validate()
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name.replace("_", "").isalnum()


def test_it_is_made_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(public=True)
    assert not GENERATOR_STATS, (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache)


def test_every_path_and_method_is_in_it_and_no_other(document: dict[str, Any]) -> None:
    there = {
        (_described(route), method.lower())
        for route, view in patterns(get_resolver())
        if route.startswith(PREFIXES)
        for method in methods(view)
    }
    told = {(operation.path, operation.method) for operation in operations(document)}
    assert len(there) > 100
    assert told == there | COLLECTOR


def test_each_operation_says_what_it_is(document: dict[str, Any], subtests: pytest.Subtests) -> None:
    known = {tag["name"] for tag in TAGS}
    for operation in operations(document):
        with subtests.test(str(operation)):
            about = operation.about
            assert about["summary"].strip() and not about["summary"].endswith(".")
            assert len(about["tags"]) == 1 and about["tags"][0] in known
            named = {each["name"] for each in about.get("parameters", ()) if each["in"] == "path"}
            assert named == set(variables(operation.path))


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = Counter(operation.about["operationId"] for operation in operations(document))
    assert [name for name, count in ids.items() if count > 1] == []
    assert all(name.isidentifier() for name in ids)


def test_tags_are_all_used_and_explained(document: dict[str, Any]) -> None:
    used = {operation.about["tags"][0] for operation in operations(document)}
    assert used == {tag["name"] for tag in document["tags"]}
    assert all(tag["description"].endswith(".") for tag in document["tags"])


def test_each_answer_has_an_example_and_each_example_is_right(
    document: dict[str, Any], subtests: pytest.Subtests
) -> None:
    for operation in operations(document):
        for status, content_type, content in contents(operation):
            with subtests.test(f"{operation} {status} {content_type}"):
                examples = content.get("examples", {})
                assert examples or status == "request"
                for name, example in examples.items():
                    assert faults(document, content["schema"], example["value"]) == [], name


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    names = {reference.removeprefix("#/components/schemas/") for reference in _references(document)}
    assert names <= set(document["components"]["schemas"])


def test_calls_without_a_token_are_few(document: dict[str, Any]) -> None:
    public = {operation.path for operation in operations(document) if not operation.about.get("security")}
    assert public == {
        *("/v1/schema", "/v1/docs", "/v1/collect", "/v1/s", "/v1/auth/login"),
        *(f"/{prefix}/stats/events/{{event}}/iframe.html" for prefix in ("v1", "modern")),
    }


def test_where_a_token_goes(document: dict[str, Any]) -> None:
    places: list[dict[str, list[str]]] = [{"bearer": []}, {"apiToken": []}, {"basic": []}]
    by_id = {operation.about["operationId"]: operation for operation in operations(document)}
    assert by_id["reports_list"].about["security"] == places
    assert by_id["wistia_account"].about["security"] == [*places, {"apiPassword": []}]
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiToken", "basic", "apiPassword"}


def test_it_answers_json_and_yaml_the_same(document: dict[str, Any]) -> None:
    for answer in (
        APIClient().get("/v1/schema", HTTP_ACCEPT="application/yaml"),
        APIClient().get("/v1/schema?format=yaml"),
    ):
        assert answer["Content-Type"].startswith("application/yaml")
        assert yaml.safe_load(answer.content) == document
    assert (
        APIClient().get("/v1/schema", HTTP_ACCEPT="text/html,*/*;q=0.8")["Content-Type"].startswith("application/json")
    )


def test_it_is_the_same_for_all_and_holds_nothing_of_anyones(db: None, document: dict[str, Any]) -> None:
    workspace = Workspace.objects.create(name="Hidden Valley Films")
    Video.objects.create(workspace=workspace, title="The secret plan")
    first, second = (APIClient().get("/v1/schema") for _ in range(2))
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    assert "Set-Cookie" not in first
    text = json.dumps(first.json())
    assert "Hidden Valley" not in text and "secret plan" not in text and workspace.public_token not in text


def _operation(document: dict[str, Any], operation_id: str) -> Operation:
    return next(each for each in operations(document) if each.about["operationId"] == operation_id)


def test_a_parameter_tells_what_it_takes(document: dict[str, Any]) -> None:
    parameters = {each["name"]: each for each in _operation(document, "sixtyseconds_account").about["parameters"]}
    assert set(parameters) == {"start_date", "end_date", "group_by"}
    assert parameters["start_date"]["schema"] == {"type": "string", "format": "date"}
    assert parameters["group_by"]["schema"]["enum"] == ["day", "week", "month"]
    assert not any(each.get("required") for each in parameters.values())


def test_a_snapshot_is_described_with_its_bounds(document: dict[str, Any]) -> None:
    snapshot = document["components"]["schemas"]["Snapshot"]
    assert set(snapshot["required"]) == {"v", "video", "session", "seq"}
    stretches = next(each for each in snapshot["properties"]["stretches"]["anyOf"] if each["type"] == "array")
    assert stretches["maxItems"] == 2_000
    assert stretches["items"]["prefixItems"] == [{"type": "number", "minimum": 0, "maximum": 604_800}] * 2
