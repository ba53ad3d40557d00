"""The catalog's part of /v1/."""

from __future__ import annotations

from django.urls import path

from videos.api.documentation import SchemaView, docs_page
from videos.api.login import LoginView
from videos.api.resources import RESOURCES
from videos.api.views import CollectionView, ItemView, RegistrationsView

# How a list is reached where it can do more than others.
LISTS = {"registrations": RegistrationsView}

urlpatterns = [
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", docs_page, name="docs"),
    path("auth/login", LoginView.as_view(), name="login"),
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
