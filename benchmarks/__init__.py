"""Programs that print how fast the product is, each with an engine of its own in a temporary directory."""

from __future__ import annotations

import os


def product_start(directory: str) -> None:
    """Let this process be the product, with its data in the directory."""
    os.environ.update(DATA_DIR=directory, DJANGO_SETTINGS_MODULE="config.settings", LOG_LEVEL="ERROR")
    for name in ("DATABASE_URL", "CLICKHOUSE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
