"""How /v1/catalog describes itself: each resource's shape, answer and example make its operations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiRequest

from videos.api.event_shapes import Parent
from videos.api.schema import answers
from videos.api.shapes import PublicId
from videos.api.shown import CatalogPage
from videos.api.tags import CATALOG
from videos.validators import LONGEST_DURATION

SUMMARIES = {
    "list": "List the {words}",
    "create": "Create a {word}",
    "show": "Show a {word}",
    "change": "Change a {word}",
    "delete": "Delete a {word}",
}
DESCRIPTIONS = {
    "list": "A page at a time, in the order in which they were made.",
    "create": "What is not named has its default. The `id` may be your own where it is free.",
    "show": "The whole of it.",
    "change": "What the body does not name stays as it is.",
    "delete": "For good.",
}
ACTIONS = {"GET": "list", "POST": "create"}
ITEM_ACTIONS = {"GET": "show", "PATCH": "change", "DELETE": "delete"}
WRITING_ERRORS = (400, 401, 403, 409, 413, 415, 422)


class CatalogSchema(AutoSchema):
    """Reads everything from the view's `resource`."""

    @property
    def resource(self) -> Any:
        return self.view.resource  # type: ignore[attr-defined]

    @property
    def action(self) -> str:
        return ITEM_ACTIONS[self.method] if "{" in self.path else ACTIONS[self.method]

    def get_tags(self) -> list[str]:
        return [CATALOG]

    def get_operation_id(self) -> str:
        words = self.path.split("/")[3]
        return f"catalog_{words}_{self.action}"

    def get_summary(self) -> str:
        words = self.path.split("/")[3]
        return SUMMARIES[self.action].format(words=words, word=self.resource.kind)

    def get_description(self) -> str:  # type: ignore[override]
        return DESCRIPTIONS[self.action]

    def get_override_parameters(self) -> list[Any]:
        if self.action == "list":
            return [self.resource.page]
        location = OpenApiParameter("Location", location="header", description="Its path.", response=[201])
        named = OpenApiParameter("public_id", location="path", description="Its id.")
        return [location] if self.action == "create" else [named]

    def get_request_serializer(self) -> Any:
        shape, example = self.resource.shape, self.resource.example
        given = PublicId if self.action == "create" else PublicId | Parent
        names = [name for name, field in shape().fields.items() if not isinstance(field, given)]
        body = {name: example[name] for name in names if example[name] is not None}
        return OpenApiRequest(shape, examples=[OpenApiExample("Example", body, request_only=True)])

    def get_response_serializers(self) -> Any:
        shown, example = self.resource.answer, self.resource.example
        if self.action == "list":
            page = {"data": [example], "pagination": {"page": 1, "per_page": 100, "total": 1}}
            return answers(CatalogPage[shown], example=page, errors=(401, 403, 422))  # type: ignore[valid-type]
        if self.action == "create":
            return answers(shown, example=example, status=201, errors=WRITING_ERRORS)
        if self.action == "change":
            return answers(shown, example=example, errors=(*WRITING_ERRORS, 404))
        if self.action == "delete":
            return answers(None, status=204, errors=(401, 403, 404))
        return answers(shown, example=example, errors=(401, 403, 404))


class StrictExtension(OpenApiSerializerExtension):
    """Known keys and no others; an id, and what something is part of, is given at creation only."""

    target_class = "videos.api.shapes.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if self.target.partial:
            for name, field in self.target.fields.items():
                if isinstance(field, PublicId | Parent):
                    schema["properties"].pop(name)
        return {**schema, "additionalProperties": False}


class SecondsExtension(OpenApiSerializerFieldExtension):
    target_class = "videos.api.shapes.Seconds"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        return {"type": "number", "minimum": 0, "maximum": int(LONGEST_DURATION)}


class DomainsExtension(OpenApiSerializerFieldExtension):
    target_class = "videos.api.shapes.Domains"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}, "description": "`example.com` or `*.example.com`"}


class ReferenceExtension(OpenApiSerializerFieldExtension):
    target_class = "videos.api.shapes.Reference"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        prefix = self.target.model._meta.get_field("public_id").prefix
        return {"type": "string", "description": f"An id such as `{prefix}0a1b2c3d4e`."}
