"""What `make run` does before it serves: tables up to date, the demo where there is no data, how to sign in."""

from __future__ import annotations

import io
import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from videos.models import Workspace


class Command(BaseCommand):
    help = "Migrates both databases, makes the demo workspace where there is no workspace yet, and says how to sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if Workspace.objects.exists():
            self.stdout.write(
                "There is data already. Sign in as before; for a new password run `manage.py changepassword EMAIL`.\n"
                "API tokens are made on the page “API tokens”; one is shown only when it is made."
            )
            return
        printed = io.StringIO()
        call_command("seed_demo", stdout=printed, stderr=self.stderr)
        made = json.loads(printed.getvalue())
        self.stdout.write(
            f"The demo workspace “{made['workspace']['name']}” is ready. These are shown only now:\n"
            f"  e-mail     {made['email']}\n"
            f"  password   {made['password']}\n"
            f"  API token  {made['token']}"
        )
