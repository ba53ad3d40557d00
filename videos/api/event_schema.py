"""What /v1/schema tells of registrations beyond what is told of all resources: several come at once."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiRequest, PolymorphicProxySerializer

from videos.api.catalog_schema import WRITING_ERRORS, CatalogSchema
from videos.api.event_shapes import RegistrationShape
from videos.api.event_shown import REGISTRATION, ShownRegistrations
from videos.api.schema import answers


class RegistrationsSchema(CatalogSchema):
    """POST takes one registration or a list of them, and answers alike."""

    def get_request_serializer(self) -> Any:
        one = {name: REGISTRATION[name] for name in ("talk", "email", "name", "registered_at")}  # type: ignore[literal-required]
        either = PolymorphicProxySerializer(
            component_name="RegistrationOrSeveral",
            serializers=[RegistrationShape, RegistrationShape(many=True)],
            resource_type_field_name=None,
            many=False,
        )
        examples = [
            OpenApiExample("One", one, request_only=True),
            OpenApiExample("Several", [one], request_only=True),
        ]
        return OpenApiRequest(either, examples=examples)

    def get_response_serializers(self) -> Any:
        found = super().get_response_serializers()
        if self.action == "create":
            several: ShownRegistrations = {"data": [REGISTRATION], "created": 1}
            found |= answers(ShownRegistrations, example=several, errors=WRITING_ERRORS)
        return found
