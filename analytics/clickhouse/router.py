"""Which models live where: the facts in ClickHouse, all else in the relational database, nothing in both."""

from __future__ import annotations

from typing import Any

from clickhouse_backend.models import ClickhouseModel
from django.apps import apps
from django.db.models import Model

FACTS = "clickhouse"
RELATIONAL = "default"


def _is_fact(model: type[Model]) -> bool:
    # A migration's historical model has lost its abstract base, but keeps the engine of its Meta.
    return issubclass(model, ClickhouseModel) or hasattr(model._meta, "engine")


class Router:
    """Routes by class. RunSQL and RunPython run on `default`, or with hints={"clickhouse": True} on `clickhouse`."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        """Return the alias of a fact, and no opinion on others."""
        return FACTS if _is_fact(model) else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool:
        """Return whether the operation belongs to this alias."""
        model = hints.get("model")
        if model is None and model_name is not None:
            model = apps.all_models[app_label].get(model_name.lower())
        fact = _is_fact(model) if model is not None else bool(hints.get(FACTS))
        return db == (FACTS if fact else RELATIONAL)
