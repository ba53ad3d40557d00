"""`manage.py export_sessions --workspace W --output FILE`: viewing sessions into a file, from the shell."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error
from tqdm import tqdm

from analytics.context import PREFIXES
from analytics.exporting.parameters import order_of
from analytics.exporting.sessions import FORMATS, ExportOrder, SessionsExport, sessions_count
from analytics.management.commands.import_sessions import workspace_named
from videos.errors import DomainError


class Command(BaseCommand):
    help = (
        "Writes viewing sessions to a file that import_sessions takes (NDJSON), or as CSV or Parquet. The file is "
        "there once it is complete; a name that ends in .gz makes it gzip. Prints the number of bytes as JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--workspace", required=True, metavar="W", help="the workspace's number, public token or exact name"
        )
        parser.add_argument("--output", required=True, metavar="FILE", help="the file, or - for standard output")
        parser.add_argument(
            "--format", choices=tuple(FORMATS), help="by default what the file's name says, else ndjson"
        )
        parser.add_argument("--period", default="", metavar="NAME", help="such as last_month; all_time by default")
        parser.add_argument("--from", default="", metavar="DATE", help="the first day (YYYY-MM-DD)")
        parser.add_argument("--to", default="", metavar="DATE", help="the last day, inclusive")
        for kind, prefix in PREFIXES.items():
            parser.add_argument(f"--{kind}", default="", metavar="ID", help=f"only this {kind}'s videos ({prefix}…)")
        parser.add_argument("--bots", action="store_true", help="recognised bots, too")
        parser.add_argument("--without-identities", action="store_true", help="leave out who viewers said they are")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = workspace_named(options["workspace"])
        words = {name: options[name] for name in ("period", "from", "to", *PREFIXES)}
        words["format"] = options["format"] or _format_named(options["output"])
        words["bots"] = "true" if options["bots"] else ""
        words["identities"] = "false" if options["without_identities"] else ""
        try:
            size = _write(order_of(workspace, words), options["output"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        except Error as error:
            raise CommandError(f"The engine does not answer to the end: {error}") from error
        except OSError as error:
            raise CommandError(f"{options['output']} cannot be written: {error.strerror or error}.") from error
        if options["output"] != "-":
            self.stdout.write(json.dumps({"output": options["output"], "format": words["format"], "bytes": size}))


def _format_named(output: str) -> str:
    suffix = Path(output.removesuffix(".gz")).suffix.removeprefix(".")
    return suffix if suffix in FORMATS else "ndjson"


def _write(order: ExportOrder, output: str) -> int:
    """Write the export and return the number of its bytes, before they are compressed."""
    size = done = 0
    with _target(output) as file, _bar(order) as bar, SessionsExport(order) as export:
        for piece in export:
            file.write(piece)
            size += len(piece)
            bar.update(export.sessions - done if order.format != "parquet" else len(piece))
            done = export.sessions
    return size


def _bar(order: ExportOrder) -> tqdm[Any]:
    """Return a progress bar, on standard error and only where somebody watches; Parquet's rows cannot be counted."""
    if order.format == "parquet":
        return tqdm(unit="B", unit_scale=True, desc="export", disable=None)
    # Asked only where it is shown.
    total = sessions_count(order) if sys.stderr.isatty() else None
    return tqdm(total=total, unit=" sessions", unit_scale=True, desc="export", disable=None)


@contextmanager
def _target(output: str) -> Iterator[IO[bytes]]:
    """Yield what to write to; the file has its name when the block has ended well, and is gone where it has not."""
    if output == "-":
        with nullcontext(sys.stdout.buffer) as out:
            yield out
            out.flush()
        return
    path = Path(output)
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as raw:
            if path.suffix == ".gz":
                with gzip.open(raw, "wb", compresslevel=6) as packed:
                    yield packed  # type: ignore[misc]
            else:
                yield raw
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
