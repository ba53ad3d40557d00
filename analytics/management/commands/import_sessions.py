"""`manage.py import_sessions FILE --workspace W`: the NDJSON import from the shell."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from tqdm import tqdm

from analytics.collect.garbage import garbage_collection_relax
from analytics.collect.lines import PIECE, BadGzip, unpacked
from analytics.collect.places import PlacesError
from analytics.imports import NotImported, Report, sessions_import
from videos.models import Workspace


class Command(BaseCommand):
    help = (
        "Imports viewing sessions from newline-delimited JSON (gzip accepted, - for standard input) and prints what "
        "became of them as JSON. Ends with 0 if every line is stored, with 1 if any was rejected."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
        parser.add_argument(
            "--workspace", required=True, metavar="W", help="the workspace's number, public token or exact name"
        )
        parser.add_argument(
            "--match",
            choices=("title",),
            help="give lines whose video is not in the workspace to its one video with the line's title",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = workspace_named(options["workspace"])
        garbage_collection_relax()
        report = Report()
        problem = ""
        try:
            with _opened(options["file"]) as file, _bar(options["file"]) as bar:
                chunks = unpacked(_chunks(file, bar))
                sessions_import(
                    workspace.pk,
                    chunks,
                    report,
                    lambda _: bar.set_postfix(stored=report.stored),
                    by_title=options["match"] == "title",
                )
        except OSError as error:
            problem = f"{options['file']} cannot be read: {error.strerror or error}."
        except (BadGzip, NotImported, PlacesError) as error:
            problem = f"{error} {error.__cause__ or ''}".strip()
        self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        if problem:
            raise CommandError(f"{problem} {report.stored} lines are stored; the file may be imported again.")
        if report.rejected:
            sys.exit(1)


def workspace_named(word: str) -> Workspace:
    """Return the workspace with this number, public token or name; raises CommandError for none or several."""
    chosen = Q(public_token=word) | Q(name=word)
    if word.isdecimal():
        chosen |= Q(pk=int(word))
    found = list(Workspace.objects.filter(chosen)[:2])
    if not found:
        raise CommandError(f"There is no workspace with the number, public token or name {word!r}.")
    if len(found) > 1:
        raise CommandError(f"Several workspaces are called {word!r}; give the number or the public token of one.")
    return found[0]


def _opened(name: str) -> Any:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")


def _bar(name: str) -> tqdm[Any]:
    """Return a progress bar over the bytes read, on standard error and only where somebody watches."""
    size = None if name == "-" else Path(name).stat().st_size
    return tqdm(total=size, unit="B", unit_scale=True, desc="import", disable=None)


def _chunks(file: BinaryIO, bar: tqdm[Any]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        bar.update(len(piece))
        yield piece
