"""How the dialect's calls describe themselves: the answer's type is what the answering function says it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from videos.api.envelopes import WISTIA_ERROR
from videos.api.schema import answers
from videos.api.tags import WISTIA, WISTIA_ALIASES

NAMED = {
    "media": "The video's public id, or the number that lists give as its `id`.",
    "project": "The project's public id, or the number that lists give as its `id`.",
    "visitor": "The visitor's key, slashes included.",
    "event": "The viewing session's key.",
}
COUNT = {"type": "integer", "minimum": 1, "maximum": 999_999_999}
DATE = {"type": "string", "format": "date"}

PAGES = (
    OpenApiParameter("page", COUNT, description="The page, from 1."),
    OpenApiParameter("per_page", COUNT, description="The rows of a page; what is more than the most is the most."),
)
DATES = (
    OpenApiParameter("start_date", DATE, description="The first day, in the workspace's time zone."),
    OpenApiParameter("end_date", DATE, description="The last day, inclusive."),
)
DIRECTION = OpenApiParameter(
    "sort_direction", str, enum=["1", "0"], description="1 ascending, as by default; 0 descending."
)


def sort_by(*words: str) -> OpenApiParameter:
    """Return the parameter that orders a list by one of `words`, else by id."""
    return OpenApiParameter("sort_by", str, enum=words, description="By id where it is not given.")


def text(name: str, description: str, enum: Sequence[str] | None = None) -> OpenApiParameter:
    """Return a parameter that is a text."""
    return OpenApiParameter(name, str, description=description, enum=enum)


@dataclass(frozen=True)
class Told:
    """What a view says of itself beside the type of its answer."""

    name: str
    summary: str
    example: Any
    parameters: tuple[OpenApiParameter, ...] = ()


class WistiaSchema(AutoSchema):
    """Reads a view's `told` and `answer`. Of a call's four addresses the first is `/v1/….json`, as in the reference."""

    def get_operation(self, *args: Any, **options: Any) -> Any:
        self.told: Told = self.view.told  # type: ignore[attr-defined]
        return super().get_operation(*args, **options)

    def get_operation_id(self) -> str:
        prefix = "_modern" if self.path.startswith("/modern/") else ""
        end = "" if self.path.endswith(".json") else "_bare"
        return f"wistia_{self.told.name}{prefix}{end}"

    def get_tags(self) -> list[str]:
        return [WISTIA if self.get_operation_id() == f"wistia_{self.told.name}" else WISTIA_ALIASES]

    def get_summary(self) -> str:
        return self.told.summary

    def get_description(self) -> str:  # type: ignore[override]
        return self.view.answer.__doc__.partition(" Raises ")[0]  # type: ignore[attr-defined]

    def get_override_parameters(self) -> list[Any]:
        names = [name for name in NAMED if f"{{{name}}}" in self.path]
        named = [OpenApiParameter(name, str, "path", description=NAMED[name]) for name in names]
        return [*named, *self.told.parameters]

    def get_response_serializers(self) -> Any:
        errors = {401, 403}
        if self.told.parameters:
            errors.add(400)
        if "{" in self.path or {"media_id", "project_id"} & {parameter.name for parameter in self.told.parameters}:
            errors.add(404)
        shape = get_type_hints(self.view.answer, include_extras=True)["return"]  # type: ignore[attr-defined]
        return answers(shape, example=self.told.example, errors=errors, envelope=WISTIA_ERROR)
