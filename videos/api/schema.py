"""How views say what they answer, for /v1/schema: attached with drf-spectacular's `extend_schema`.

    from drf_spectacular.utils import extend_schema
    from videos.api.envelopes import KINESCOPE_ERROR
    from videos.api.schema import answers
    from videos.api.tags import KINESCOPE

    @extend_schema(
        operation_id="kinescope_overview",
        summary="Totals, timeline and tops of a period",
        tags=[KINESCOPE],
        parameters=[...],
        responses=answers(Overview, example={...}, errors=(400, 401, 403, 404), envelope=KINESCOPE_ERROR),
    )

The envelope is PROBLEM where none is given. Request bodies are the serializers that validate them (`request=`).
A response's type is the TypedDict that the answering function returns, and becomes a component of the type's name.
`Annotated[float, msgspec.Meta(description="seconds", ge=0)]` says more of a member; its docstring describes the type.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_examples_list, build_media_type_object
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from videos.api.envelopes import JSON, PROBLEM, Envelope

COMPONENT = "#/components/schemas/{name}"
TOO_MANY = 429
TOKEN_PLACES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer TOKEN`"},
    "apiToken": {"type": "apiKey", "in": "header", "name": "X-API-Token", "description": "`X-API-Token: TOKEN`"},
    "basic": {"type": "http", "scheme": "basic", "description": "Any user name, and the token as the password."},
    "apiPassword": {
        "type": "apiKey",
        "in": "query",
        "name": "api_password",
        "description": "`?api_password=TOKEN`, on the Wistia paths.",
    },
}
_components: dict[str, Any] = {}


Answers = dict[tuple[int, str], OpenApiResponse]


def schema_of(shape: Any) -> dict[str, Any]:
    """Return the JSON Schema of a type: of TypedDicts and Structs a reference to a component of that name.

    Raises ValueError where two different types of the API have the same name.
    """
    if get_origin(shape) in (Union, UnionType):
        # msgspec decodes no union of several TypedDicts, and so describes none.
        return {"anyOf": [schema_of(each) for each in get_args(shape)]}
    (schema,), components = msgspec.json.schema_components((shape,), ref_template=COMPONENT)
    for name, component in components.items():
        if _components.setdefault(name, component) != component:
            raise ValueError(f"Two types of the API are called {name}; rename one of them.")
    return schema


def answers(
    shape: Any,
    *,
    example: Any = None,
    examples: Mapping[str, Any] | None = None,
    status: int = 200,
    errors: Collection[int] = (401, 403, 404, 422),
    envelope: Envelope = PROBLEM,
    content_type: str = JSON,
    description: str = "",
) -> Answers:
    """Return an operation's `responses`: what it answers, and its errors. Where a token is asked for (401), calls are
    counted as well (429).

    `shape` is the type of the body, or None for no body; `examples` are several by name, instead of the one `example`.
    Two such mappings are joined with `|`, say JSON and CSV for one status.
    """
    named = dict(examples or {})
    if example is not None:
        named["Example"] = example
    found = {(status, content_type): _response(shape, status, named, description)}
    for error in sorted({*errors, TOO_MANY} if 401 in errors else errors):
        plain = error in envelope.in_plain_text
        error_shape = str if plain else envelope.shape
        sample = "Request was throttled." if plain else envelope.example(error)
        key = (error, "text/plain" if plain else envelope.content_type)
        found[key] = _response(error_shape, error, {"Example": sample})
    return found


def operation(operation_id: str, *, summary: str, tag: str, responses: Answers, **more: Any) -> dict[str, Any]:
    """Return an operation written by hand, for what is no view of the REST framework; `more` are members of it.

    It is for everyone, without a token.
    """
    bodies: dict[str, Any] = {}
    for (status, content_type), response in responses.items():
        body = bodies.setdefault(str(status), {"description": response.description})
        if response.response is not None:
            body.setdefault("content", {})[content_type] = build_media_type_object(
                response.response, build_examples_list(response.examples)
            )
    described = {"operationId": operation_id, "summary": summary, "tags": [tag], "security": []}
    return {**described, **more, "responses": dict(sorted(bodies.items()))}


def _response(shape: Any, status: int, examples: Mapping[str, Any], description: str = "") -> OpenApiResponse:
    return OpenApiResponse(
        None if shape is None else schema_of(shape),
        description or HTTPStatus(status).phrase,
        [
            OpenApiExample(name, value, response_only=True, status_codes=[str(status)])
            for name, value in examples.items()
        ],
    )


def components_add(result: dict[str, Any], generator: Any, **options: Any) -> dict[str, Any]:
    """Postprocessing hook: add the types that `schema_of` met, and the places of tokens.

    Raises ValueError where a type and a serializer have the same name.
    """
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    if both := sorted(set(schemas) & set(_components)):
        raise ValueError(f"Serializers and types of the API have names in common: {', '.join(both)}.")
    result["components"] |= {
        "schemas": dict(sorted({**schemas, **_components}.items())),
        "securitySchemes": TOKEN_PLACES,
    }
    return _without_marks(result)


def _without_marks(part: Any) -> Any:
    """Return a part of the description without what drf-spectacular marks enums with for hooks of its own."""
    if isinstance(part, list):
        return [_without_marks(each) for each in part]
    if isinstance(part, dict):
        return {name: _without_marks(each) for name, each in part.items() if name != "x-spec-enum-id"}
    return part


class TokenScheme(OpenApiAuthenticationExtension):
    """A token, in any one of the places where TokenAuthentication looks for it; `components_add` describes these."""

    target_class = "videos.api.auth.TokenAuthentication"
    # What is named here is one class's own, and these places are several classes'.
    name: list[str] = []
    places: tuple[str, ...] = ("bearer", "apiToken", "basic")

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        return [{place: []} for place in self.places]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        return []


class QueryTokenScheme(TokenScheme):
    """The same, or in the query."""

    target_class = "videos.api.auth.QueryTokenAuthentication"
    places = (*TokenScheme.places, "apiPassword")
