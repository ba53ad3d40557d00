"""/v1/catalog: what is measured."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import Q
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from videos.api.catalog_schema import CatalogSchema
from videos.api.event_schema import RegistrationsSchema
from videos.api.event_shapes import RegistrationShape, known_talks
from videos.api.event_shown import ShownRegistrations, registration_shown
from videos.api.parsers import ShallowJSONParser
from videos.api.resources import Resource
from videos.api.shown import CatalogPage, CatalogPagination
from videos.errors import Invalid
from videos.models import ApiToken, Workspace
from videos.services.registrations import registrations_create

MOST_AT_ONCE = 1_000


@method_decorator(conditional_page, name="dispatch")
class CatalogView(APIView):
    """What both views have in common, an ETag of what is shown too; `resource` is given where the paths are named."""

    parser_classes = [ShallowJSONParser]
    schema = CatalogSchema()
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
        shape = self.resource.page(data=request.query_params, context={"workspace": self.workspace})
        shape.is_valid(raise_exception=True)
        asked = dict(shape.validated_data)
        page, per_page, search = asked.pop("page"), asked.pop("per_page"), asked.pop("search")
        rows = self.resource.rows(self.workspace).filter(**asked).order_by("pk")
        if search:
            conditions = [Q(**{f"{name}__icontains": search}) for name in self.resource.searched]
            rows = rows.filter(reduce(or_, conditions))
        begin = (page - 1) * per_page
        data = [self.resource.shown(row) for row in rows[begin : begin + per_page]]
        pagination: CatalogPagination = {"page": page, "per_page": per_page, "total": rows.count()}
        answer: CatalogPage[Any] = {"data": data, "pagination": pagination}
        return Response(answer)

    def post(self, request: Request) -> Response:
        row = self.resource.create(self.workspace, **self.values(request))
        location = reverse(f"catalog_{self.resource.kind}", args=[row.public_id])
        return Response(self.resource.shown(row), status=201, headers={"Location": location})


class RegistrationsView(CollectionView):
    """POST also takes a list, as an import brings it: all of it is registered, or nobody."""

    schema = RegistrationsSchema()

    def post(self, request: Request) -> Response:
        return self.post_several(request.data) if isinstance(request.data, list) else super().post(request)

    def post_several(self, several: list[Any]) -> Response:
        """Answer 200 with all of them, those who were registered before included; raises what names each field."""
        if len(several) > MOST_AT_ONCE:
            raise Invalid.field("", f"Send at most {MOST_AT_ONCE} registrations at a time.")
        context = {"workspace": self.workspace, "known_talks": known_talks(self.workspace, several)}
        shapes = [RegistrationShape(data=one, context=context) for one in several]
        wrong = {str(number): shape.errors for number, shape in enumerate(shapes) if not shape.is_valid()}
        if wrong:
            raise ValidationError(wrong)
        registered = registrations_create([shape.validated_data for shape in shapes])
        answer: ShownRegistrations = {
            "data": [registration_shown(row) for row in registered.rows],
            "created": registered.created,
        }
        return Response(answer)


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
