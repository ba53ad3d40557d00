"""`manage.py seed_demo [--sessions N] [--days D] [--seed S]`: a realistic demo, the same for the same seed."""

from __future__ import annotations

import json
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from analytics.collect.places import PlacesError
from analytics.demo.people import people_file
from analytics.demo.registrations import registrations_drawn
from analytics.demo.sessions import LONGEST, DemoPlan, DemoYear
from analytics.demo.workspace import (
    demo_calendar,
    demo_create,
    demo_owner,
    demo_workspace,
    media_render,
    registrations_file,
)
from analytics.imports import NotImported, Report, sessions_import
from videos.errors import DomainError
from videos.management.tables import tables_check
from videos.models import Workspace
from videos.services import WorkspaceBundle
from videos.tokens import token_create

Item = TypeVar("Item")


class Command(BaseCommand):
    help = (
        "Create a demo workspace: videos rendered on this machine, filed in projects and folders, an event with its "
        "registrations, and a believable year of viewing sessions that ends with the last midnight. Prints the same "
        "JSON as create_workspace. Where the demo is there already, its catalog stays as it is, files that are missing "
        "are rendered, the same options bring the same sessions, which changes nothing, and the JSON holds a new token "
        "and no password."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        sessions, days = _whole(1, 50_000_000), _whole(1, LONGEST)
        parser.add_argument("--sessions", type=sessions, default=60_000, metavar="N", help="how many viewing sessions")
        parser.add_argument("--days", type=days, default=365, metavar="D", help="over how many days")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="other seeds give other sessions")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        tables_check()
        existing = demo_workspace()
        try:
            for _ in self._progress(media_render(), "Rendering videos"):
                pass
        except OSError as error:
            raise CommandError(f"The demo's videos cannot be written: {error}") from error
        bundle = self._workspace(existing, options["days"])
        until = demo_calendar(bundle.workspace, options["days"]).until
        year = DemoYear(DemoPlan(options["sessions"], options["days"], options["seed"], until))
        self._import(bundle.workspace, year)
        registered = registrations_file(bundle.workspace, registrations_drawn(year))
        self.stderr.write(f"Registering for the event: {registered:,} done.")
        self.stderr.write(f"Listing people to watch a course: {people_file(bundle.workspace):,} done.")
        self.stderr.write(f"The demo is ready after {time.monotonic() - started:.0f} s.")
        self.stdout.write(json.dumps(bundle.as_json(), indent=2, ensure_ascii=False))

    def _workspace(self, workspace: Workspace | None, days: int) -> WorkspaceBundle:
        """Return the workspace, created where there is none, with a token that is new in either case."""
        if workspace is not None:
            owner = demo_owner(workspace)
            if owner is None:
                raise CommandError(f"The demo workspace ({workspace.pk}) has no owner; give it one first.")
            self.stderr.write("The demo workspace is there already; its catalog and its members' passwords stay.")
            _, token = token_create(workspace, "Demo, seeded again")
            return WorkspaceBundle(workspace, owner, token, None)
        try:
            bundle, invited = demo_create(days)
        except DomainError as error:
            raise CommandError(f"The demo workspace cannot be created: {error.detail}") from error
        for member, password in invited:
            self.stderr.write(f"Also signs in: {member.email}, password {password or 'unchanged'}")
        return bundle

    def _import(self, workspace: Workspace, year: DemoYear) -> None:
        report = Report()
        try:
            lines = self._progress(year.lines(), "Importing sessions", year.plan.sessions)
            sessions_import(workspace.pk, lines, report)
        except (NotImported, PlacesError) as error:
            raise CommandError(f"{error} {report.stored} sessions are stored; the command may be repeated.") from error
        if report.rejected:
            raise CommandError(f"{report.rejected} sessions were rejected, the first: {report.errors[0]}")

    def _progress(self, items: Iterable[Item], label: str, total: int | None = None) -> Iterator[Item]:
        """Yield the items; standard error shows how far they are while somebody watches, and the number at the end."""
        count = 0
        for item in tqdm(items, desc=label, total=total, unit="", disable=None, leave=False):
            count += 1
            yield item
        self.stderr.write(f"{label}: {count:,} done.")


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is not a whole number from {least:,} to {most:,}")
        return int(text)

    return read
