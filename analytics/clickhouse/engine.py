"""The table engine of the facts, on one server or on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clickhouse_backend.models import engines
from django.conf import settings
from django.db.models.expressions import RawSQL


class _AnySettings:
    """Engines whose settings the engine itself checks when the table is created; upstream knows a few of them only."""

    def __init__(self, *expressions: Any, settings: dict[str, Any], **keys: Any) -> None:
        super().__init__(*expressions, **keys)
        self.settings = settings

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return "analytics.clickhouse.engine.fact_engine", self.helper_args, self.helper_kwargs  # type: ignore[attr-defined]


class _Plain(_AnySettings, engines.ReplacingMergeTree):
    function = "ReplacingMergeTree"


class _Replicated(_AnySettings, engines.ReplicatedReplacingMergeTree):
    function = "ReplicatedReplacingMergeTree"


def fact_engine(
    version: str, *, order_by: Sequence[str], partition_by: str | None = None, **engine_settings: Any
) -> engines.BaseMergeTree:
    """Return the engine that keeps of each `order_by` the row with the highest `version`.

    `settings.CLICKHOUSE_TABLES` says which: `plain`, or `replicated` on a cluster. `partition_by` is a column or SQL of
    columns. Engine settings are passed on; an insert is on the disk when it is answered (`fsync_after_insert`).
    The model and its migration both call this, so a migration is the same for both kinds.
    """
    keys: dict[str, Any] = {"order_by": tuple(order_by), "settings": {"fsync_after_insert": 1, **engine_settings}}
    if partition_by is not None:
        keys["partition_by"] = partition_by if partition_by.isidentifier() else RawSQL(partition_by, ())  # noqa: S611
    if settings.CLICKHOUSE_TABLES == "replicated":
        engine: Any = _Replicated(other_parameters=(version,), **keys)
    else:
        engine = _Plain(version, **keys)
    engine.helper_args = (version,)
    engine.helper_kwargs = {"order_by": tuple(order_by), "partition_by": partition_by, **engine_settings}
    return engine
