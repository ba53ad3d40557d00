"""Viewing sessions as a file: NDJSON that the import takes, CSV, or Parquet, all in flat memory and at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import msgspec
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connections

from analytics.clickhouse.streams import ByteStream
from analytics.context import Context, Scope
from analytics.exporting.columns import FLAT, csv_columns, flat_columns, line_columns
from analytics.exporting.identities import Lines
from analytics.models import ViewingSession
from analytics.periods import Period
from analytics.sessions import viewing_sessions

PIECE = 256 * 1024
ROWS_PER_GROUP = 65_536
FORMATS = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_SETTINGS: dict[str, dict[str, Any]] = {
    "JSONEachRow": {
        "output_format_json_quote_64bit_integers": 0,
        "output_format_json_escape_forward_slashes": 0,
        "output_format_json_validate_utf8": 1,
    },
    "CSV": {
        "format_csv_null_representation": "",
        "output_format_csv_crlf_end_of_line": 1,
        "date_time_output_format": "iso",
        "output_format_json_escape_forward_slashes": 0,
    },
    "Parquet": {"output_format_parquet_row_group_size": ROWS_PER_GROUP, "output_format_parquet_string_as_string": 1},
}
# What is held of an answer is a few blocks of rows; a block of the usual 65,000 sessions would be 40 MB of text.
_FLAT_MEMORY = {"max_block_size": 4096, "max_query_size": 256 * 1024 * 1024, "max_threads": 2}
# Each row ends in whether it was a bot; a server that fails in the middle writes its error behind the last one.
_CSV_END = re.compile(rb",(true|false)\r\n\Z")
_PARQUET_END = b"PAR1"


@dataclass(frozen=True)
class ExportOrder:
    """Which sessions, and how. `with_identities` is about NDJSON: the other formats have keys of visitors only."""

    context: Context
    period: Period
    format: str = "ndjson"
    scope: Scope | None = None
    with_bots: bool = False
    with_identities: bool = True

    @property
    def file_name(self) -> str:
        """Return what the file is best called."""
        dates = ""
        if self.period.first_on and self.period.last_on:
            dates = f"-{self.period.first_on}-{self.period.last_on}"
        return f"viewprint-sessions{dates}.{self.format}"


def sessions_count(order: ExportOrder) -> int:
    """Return how many sessions an export has, as long as no more arrive. Raises Unknown, and django.db errors."""
    return int(_sessions(order).count())


class SessionsExport:
    """The bytes of a file, piece by piece, in no particular order of sessions; iterated once, then closed.

    Opening it asks the engine, so that what is wrong with the order is raised there: Unknown for a foreign scope, the
    classes of django.db for what the engine refuses. Whatever is raised later means that the file is incomplete.
    `is_wanted` is asked before each piece; the answer no ends it. `sessions` counts those that were read, as far as
    the format shows it. Sessions of videos that are not in the catalog (any more) are left out.
    """

    def __init__(self, order: ExportOrder, is_wanted: Callable[[], bool] = lambda: True) -> None:
        self.sessions = 0
        self._is_wanted = is_wanted
        maps = order.context.maps
        videos = {key: names[0] for key, names in maps.video.items()}
        titles = {video: maps.names[video] for video in videos.values()}
        self._make: Callable[[], Iterator[bytes]]
        if order.format == "ndjson":
            lines = Lines(order.context.workspace.pk, titles, with_identities=order.with_identities)
            self._make = lambda: self._ndjson(lines)
            self._stream = stream_opened(_sessions(order), line_columns(videos), "JSONEachRow")
        elif order.format == "csv":
            self._make = self._csv
            self._stream = stream_opened(_sessions(order), csv_columns(videos, titles.values()), "CSV")
        else:
            self._make = self._parquet
            self._stream = stream_opened(_sessions(order), flat_columns(videos, titles.values()), "Parquet")
        self._pieces = self._begun()

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def __enter__(self) -> SessionsExport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the engine's query, if it still runs, and let go of its client."""
        stream, self._stream = self._stream, _Closed()
        stream.close()

    def _begun(self) -> Iterator[bytes]:
        """Return the pieces; the first one is made now, as that is when an engine says what it cannot do."""
        pieces = self._make()
        try:
            first = next(pieces, b"")
        except BaseException:
            self.close()
            raise
        return _after(first, pieces)

    def _read(self) -> Iterator[bytes]:
        wrapper = connections["clickhouse"]
        while self._is_wanted():
            with wrapper.wrap_database_errors:
                piece = self._stream.read(PIECE)
            if not piece:
                return
            yield piece

    def _ndjson(self, lines: Lines) -> Iterator[bytes]:
        rest: list[bytes] = []
        for piece in self._read():
            first, *more = piece.split(b"\n")
            rest.append(first)
            if more:
                whole = [b"".join(rest), *more[:-1]]
                rest = [more[-1]]
                yield self._completed(lines, whole)
        if (last := b"".join(rest)) and self._is_wanted():
            # The engine ends every line; what comes after the last end is no session.
            raise broken_off(last)

    def _completed(self, lines: Lines, whole: list[bytes]) -> bytes:
        try:
            text = lines.completed(whole)
        except msgspec.MsgspecError as error:
            raise broken_off(whole[-1]) from error
        self.sessions += len(whole)
        return text

    def _csv(self) -> Iterator[bytes]:
        head = ("\ufeff" + ",".join(FLAT) + "\r\n").encode()
        end = b""
        for piece in self._read():
            end = (end + piece[-4096:])[-4096:]
            # Also the ends of lines within quotes, of which there are next to none.
            self.sessions += piece.count(b"\n")
            yield head + piece
            head = b""
        yield head
        if end and not _CSV_END.search(end) and self._is_wanted():
            raise broken_off(end)

    def _parquet(self) -> Iterator[bytes]:
        end = b""
        for piece in self._read():
            end = (end + piece[-4096:])[-4096:]
            yield piece
        if not end.endswith(_PARQUET_END) and self._is_wanted():
            raise broken_off(end)


class _Closed:
    """A stream that gives nothing more."""

    def read(self, size: int) -> bytes:
        raise OperationalError("The export is closed.")

    def close(self) -> None:
        """Closing twice is no fault."""


def broken_off(text: bytes) -> OperationalError:
    """Return what to raise for an answer of the engine that ends otherwise than it should."""
    said = re.search(rb"Code: \d+\. DB::Exception: .{0,300}", text)
    reason = said[0].decode(errors="replace") if said else "it does not end as the format does"
    return OperationalError(f"The engine's answer broke off: {reason}")


def _sessions(order: ExportOrder) -> Any:
    sessions = viewing_sessions(order.context, order.period, order.scope, with_bots=order.with_bots)
    return sessions if order.scope else sessions.filter(video_id__in=list(order.context.maps.video))


def stream_opened(
    sessions: Any, columns: dict[str, str], form: str, order_by: str = "", settings: Mapping[str, Any] | None = None
) -> ByteStream:
    """Return what the engine writes of the sessions (a queryset): `columns`, in SQL over `fact`, in one of its formats.

    `settings` go before those of the format. Raises the classes of django.db for what the engine refuses.
    """
    names = [field.name for field in ViewingSession._meta.concrete_fields]
    try:
        inner, parameters = sessions.values(*names).query.get_compiler("clickhouse").as_sql()
    except EmptyResultSet:
        # No video at all; the engine shall make the empty file all the same.
        nothing = ViewingSession.objects.filter(video_id=0)
        inner, parameters = nothing.values(*names).query.get_compiler("clickhouse").as_sql()
    selected = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    # Our own text, with the catalog's as literals; `%` is doubled for the parameters.
    sql = f"SELECT {selected.replace('%', '%%')} FROM ({inner}) AS fact"  # noqa: S608
    sql += f" ORDER BY {order_by}" if order_by else ""
    wrapper = connections["clickhouse"]
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        return wrapper.connection.byte_stream(
            sql, parameters, form, {**_SETTINGS[form], **_FLAT_MEMORY, **(settings or {})}
        )


def _after(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from pieces
