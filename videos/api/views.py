"""/v1/catalog: what is measured."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from videos.api.parsers import ShallowJSONParser
from videos.api.resources import Resource
from videos.api.shapes import PageShape
from videos.errors import Invalid
from videos.models import ApiToken, Workspace


class CatalogView(APIView):
    """What both views have in common; `resource` is given where the paths are named."""

    parser_classes = [ShallowJSONParser]
    # Django's `as_view` takes only what the class has already.
    resource: Resource = cast(Resource, None)

    @property
    def workspace(self) -> Workspace:
        return cast(ApiToken, self.request.auth).workspace

    def values(self, request: Request, partial: bool = False) -> dict[str, Any]:
        """Return the body's values; raises ValidationError naming each field at fault."""
        if not isinstance(request.data, dict):
            raise Invalid.field("", "Send a JSON object.")
        shape = self.resource.shape(data=request.data, partial=partial, context={"workspace": self.workspace})
        shape.is_valid(raise_exception=True)
        return shape.validated_data


class CollectionView(CatalogView):
    """GET lists the workspace's rows in the order they were made, a page at a time; POST creates one."""

    def get(self, request: Request) -> Response:
        asked = PageShape(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page, per_page = asked.validated_data["page"], asked.validated_data["per_page"]
        rows = self.resource.rows(self.workspace).order_by("pk")
        if search := asked.validated_data["search"]:
            rows = rows.filter(**{f"{self.resource.name_field}__icontains": search})
        begin = (page - 1) * per_page
        data = [self.resource.shown(row) for row in rows[begin : begin + per_page]]
        pagination = {"page": page, "per_page": per_page, "total": rows.count()}
        return Response({"data": data, "pagination": pagination})

    def post(self, request: Request) -> Response:
        row = self.resource.create(self.workspace, **self.values(request))
        location = reverse(f"catalog_{self.resource.kind}", args=[row.public_id])
        return Response(self.resource.shown(row), status=201, headers={"Location": location})


class ItemView(CatalogView):
    """GET shows one row, PATCH changes and moves it, DELETE deletes it."""

    def get(self, request: Request, public_id: str) -> Response:
        return Response(self.resource.shown(self.resource.by_id(self.workspace, public_id)))

    def patch(self, request: Request, public_id: str) -> Response:
        row = self.resource.by_id(self.workspace, public_id)
        self.resource.change(row, self.values(request, partial=True))
        return Response(self.resource.shown(row))

    def delete(self, request: Request, public_id: str) -> Response:
        self.resource.delete(self.resource.by_id(self.workspace, public_id))
        return Response(status=204)
