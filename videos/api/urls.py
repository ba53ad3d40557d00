"""The catalog's part of /v1/."""

from __future__ import annotations

from django.urls import path

from videos.api.documentation import SchemaView, docs_page
from videos.api.login import LoginView
from videos.api.resources import RESOURCES
from videos.api.views import CollectionView, ItemView, RegistrationsView
from videos.api.webhooks import (
    DeliveriesView,
    DeliveryRepeatView,
    WebhookSecretView,
    WebhooksView,
    WebhookTestView,
    WebhookView,
)

# How a list is reached where it can do more than others.
LISTS = {"registrations": RegistrationsView}

urlpatterns = [
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", docs_page, name="docs"),
    path("auth/login", LoginView.as_view(), name="login"),
    path("webhooks", WebhooksView.as_view(), name="webhooks"),
    path("webhooks/<str:public_id>", WebhookView.as_view(), name="webhook"),
    path("webhooks/<str:public_id>/secret", WebhookSecretView.as_view(), name="webhook_secret"),
    path("webhooks/<str:public_id>/test", WebhookTestView.as_view(), name="webhook_test"),
    path("webhooks/<str:public_id>/deliveries", DeliveriesView.as_view(), name="webhook_deliveries"),
    path(
        "webhooks/<str:public_id>/deliveries/<str:message_id>/redeliver",
        DeliveryRepeatView.as_view(),
        name="webhook_redeliver",
    ),
    *(
        pattern
        for name, resource in RESOURCES.items()
        for pattern in (
            path(f"catalog/{name}", LISTS.get(name, CollectionView).as_view(resource=resource), name=f"catalog_{name}"),
            path(
                f"catalog/{name}/<str:public_id>", ItemView.as_view(resource=resource), name=f"catalog_{resource.kind}"
            ),
        )
    ),
]
