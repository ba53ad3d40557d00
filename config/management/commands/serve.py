"""The whole product in one process: web, collector, background jobs, schedules."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.server import serve


class Command(BaseCommand):
    help = "Serves the whole product in one process: web, collector, background jobs, schedules. SIGTERM stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="the port (default: %(default)s; 0: any free one)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        serve(host, port, self.announce)

    def announce(self, address: str) -> None:
        """Say where it listens, on standard output, which carries nothing else."""
        self.stdout.write(f"Viewprint listens on {address}")
        if not settings.JOBS_IN_PROCESS:
            self.stdout.write("Background jobs: run `celery -A config worker` and `celery -A config beat` beside it.")
        self.stdout.flush()
