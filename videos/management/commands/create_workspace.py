"""`manage.py create_workspace NAME --email E [--password P] [--timezone TZ]`"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from videos.errors import Invalid
from videos.management.tables import tables_check
from videos.services import workspace_bundle


class Command(BaseCommand):
    help = "Create a workspace with its owner and a read and write API token, and print them as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--email", required=True, help="the owner; who signs in with it already keeps the password")
        parser.add_argument("--password", help="of a new owner; generated and printed where it is left out")
        parser.add_argument("--timezone", default="UTC", help="an IANA name such as Europe/Berlin; days begin there")

    def handle(self, *args: Any, **options: Any) -> None:
        tables_check()
        try:
            bundle = workspace_bundle(options["name"], options["email"], options["password"], options["timezone"])
        except Invalid as error:
            raise CommandError(error.detail) from error
        self.stdout.write(json.dumps(bundle.as_json(), indent=2, ensure_ascii=False))
