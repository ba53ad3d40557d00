"""`migrate`, for every database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Migrates every database, each with its own bookkeeping; with --database, that one."""

    help = "Updates the schema of every database, or with --database of one."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=None)

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        databases = [options["database"]] if options["database"] else list(connections)
        return super().get_check_kwargs(options) | {"databases": databases}  # type: ignore[dict-item]

    def handle(self, *args: Any, **options: Any) -> None:
        for alias in [options["database"]] if options["database"] else list(connections):
            if options["verbosity"] >= 1 and not options["database"]:
                self.stdout.write(self.style.MIGRATE_HEADING(f"Database {alias}:"))
            super().handle(*args, **{**options, "database": alias})
