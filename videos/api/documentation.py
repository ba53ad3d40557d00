"""/v1/schema, the API's description by OpenAPI 3.1, and /v1/docs, a page to read it. Both are for everyone."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page, require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from videos.api.schema import answers, operation
from videos.api.tags import OWN

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
YAML = "application/yaml"
OPENING = {"openapi": "3.1.0", "info": {"title": "Viewprint API", "version": "1"}, "paths": {}}


@cache
def schema_document() -> dict[str, Any]:
    """Return the API's description; it says the same to all and for as long as the process runs."""
    return SchemaGenerator().get_schema(request=None, public=True)


@method_decorator(conditional_page, name="dispatch")
class SchemaView(APIView):
    """GET answers JSON, or YAML where `Accept` or `?format=yaml` asks for it."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2]

    @extend_schema(
        operation_id="schema",
        summary="Describe this API",
        description="This very document, by OpenAPI 3.1.",
        tags=[OWN],
        auth=[],
        parameters=[OpenApiParameter("format", enum=["json", "yaml"], description="Instead of the header `Accept`.")],
        responses=answers(dict[str, Any], example=OPENING, errors=(404, 406))
        | answers(dict[str, Any], example=OPENING, errors=(404, 406), content_type=YAML),
    )
    def get(self, request: Request) -> Response:
        return Response(schema_document())


@require_safe
@conditional_page
def docs_page(request: HttpRequest) -> HttpResponse:
    """Show the description with Swagger UI, all of it from this host."""
    response = render(request, "videos/api_docs.html")
    response["Content-Security-Policy"] = POLICY
    return response


def docs_described(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Postprocessing hook: the page is no view of the REST framework, so its path is added by hand."""
    result["paths"]["/v1/docs"] = {
        "get": operation(
            "docs",
            summary="Read this description in a browser",
            tag=OWN,
            responses=answers(str, example="<!DOCTYPE html>…", errors=(), content_type="text/html"),
        )
    }
    return result
