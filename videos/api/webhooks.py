"""/v1/webhooks: who is told of what happens in the workspace, and what they were told."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiRequest, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from videos import services
from videos.api.parsers import ShallowJSONParser
from videos.api.shown import CatalogPagination
from videos.api.webhook_shapes import (
    DeliveryPage,
    DeliveryPageShape,
    WebhookPage,
    WebhookPageShape,
    WebhookShape,
    delivery_shown,
    new_webhook_shown,
    webhook_shown,
)
from videos.api.webhooks_described import (
    CHANGE,
    CHANGED,
    CREATE,
    CREATED,
    DELETE,
    DELIVERIES,
    LIST,
    REPEAT,
    SECRET,
    SHOW,
    TEST,
)
from videos.errors import Invalid
from videos.models import ApiToken, Webhook, Workspace
from videos.selectors import row_by_id, webhook_by_id


class WebhooksView(APIView):
    """GET lists the workspace's webhooks; POST makes one (201), and shows its secret this once."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(**LIST, parameters=[WebhookPageShape])
    def get(self, request: Request) -> Response:
        asked = _asked(WebhookPageShape, request)
        rows, pagination = _paged(_workspace(request).webhooks.all(), **asked)
        answer: WebhookPage = {"data": [webhook_shown(row) for row in rows], "pagination": pagination}
        return Response(answer)

    @extend_schema(**CREATE, request=OpenApiRequest(WebhookShape, examples=[CREATED]))
    def post(self, request: Request) -> Response:
        values = _body(request, partial=False)
        is_paused = values.pop("paused", False)
        with transaction.atomic():
            webhook = services.webhook_create(_workspace(request), **values)
            if is_paused:
                services.webhook_pause(webhook)
        headers = {"Location": reverse("webhook", args=[webhook.public_id]), "Cache-Control": "no-store"}
        return Response(new_webhook_shown(webhook), status=201, headers=headers)


class WebhookView(APIView):
    """GET shows one webhook, PATCH changes what it names, DELETE deletes it (204)."""

    parser_classes = [ShallowJSONParser]

    @extend_schema(**SHOW)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(webhook_shown(_webhook(request, public_id)))

    @extend_schema(**CHANGE, request=OpenApiRequest(WebhookShape, examples=[CHANGED]))
    def patch(self, request: Request, public_id: str) -> Response:
        webhook = _webhook(request, public_id)
        values = _body(request, partial=True)
        is_paused = values.pop("paused", None)
        with transaction.atomic():
            if values:
                services.webhook_update(webhook, **values)
            if is_paused is not None:
                (services.webhook_pause if is_paused else services.webhook_resume)(webhook)
        return Response(webhook_shown(webhook))

    @extend_schema(**DELETE)
    def delete(self, request: Request, public_id: str) -> Response:
        services.webhook_delete(_webhook(request, public_id))
        return Response(status=204)


class WebhookSecretView(APIView):
    """POST gives the webhook another secret, and shows it this once."""

    @extend_schema(**SECRET)
    def post(self, request: Request, public_id: str) -> Response:
        webhook = _webhook(request, public_id)
        services.webhook_secret_renew(webhook)
        return Response(new_webhook_shown(webhook), headers={"Cache-Control": "no-store"})


class WebhookTestView(APIView):
    """POST sends a message that means nothing (202)."""

    @extend_schema(**TEST)
    def post(self, request: Request, public_id: str) -> Response:
        delivery = services.webhook_test(_webhook(request, public_id))
        return Response(delivery_shown(delivery), status=202)


class DeliveriesView(APIView):
    """GET lists what the webhook was told, newest first."""

    @extend_schema(**DELIVERIES)
    def get(self, request: Request, public_id: str) -> Response:
        asked = _asked(DeliveryPageShape, request)
        page, per_page = asked.pop("page"), asked.pop("per_page")
        rows, pagination = _paged(_webhook(request, public_id).deliveries.filter(**asked), page, per_page)
        answer: DeliveryPage = {"data": [delivery_shown(row) for row in rows], "pagination": pagination}
        return Response(answer)


class DeliveryRepeatView(APIView):
    """POST sends a message again, under the same id (202); 409 while its webhook is paused or disabled."""

    @extend_schema(**REPEAT)
    def post(self, request: Request, public_id: str, message_id: str) -> Response:
        webhook = _webhook(request, public_id)
        delivery = row_by_id(webhook.deliveries.select_related("webhook"), "message", message_id)
        services.delivery_repeat(delivery)
        return Response(delivery_shown(delivery), status=202)


def _workspace(request: Request) -> Workspace:
    """Return the workspace of who calls; the permission lets nobody pass without a token."""
    return cast(ApiToken, request.auth).workspace


def _webhook(request: Request, public_id: str) -> Webhook:
    return webhook_by_id(_workspace(request), public_id)


def _asked(shape: type[WebhookPageShape], request: Request) -> dict[str, Any]:
    given = shape(data=request.query_params)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _body(request: Request, *, partial: bool) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Invalid.field("", "Send a JSON object.")
    shape = WebhookShape(data=request.data, partial=partial)
    shape.is_valid(raise_exception=True)
    return shape.validated_data


def _paged(rows: QuerySet[Any], page: int, per_page: int) -> tuple[QuerySet[Any], CatalogPagination]:
    begin = (page - 1) * per_page
    return rows[begin : begin + per_page], {"page": page, "per_page": per_page, "total": rows.count()}
