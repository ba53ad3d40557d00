"""All that is known of one visitor, as one JSON text that is written while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from django.db import connections

from analytics.context import Context
from analytics.exporting.columns import flat_columns, line_columns
from analytics.exporting.sessions import PIECE, broken_off, stream_opened
from analytics.models import TeamViewer, Visitor
from analytics.viewers.lists import people_lists_of
from analytics.visitors import visitor_person, visitor_sessions
from videos.api.event_shown import registration_shown
from videos.api.shapes import instant_shown
from videos.errors import Unknown
from videos.models import Workspace
from videos.selectors import registrations_of_address

_SETTINGS = {"date_time_output_format": "iso"}
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(msgspec.Raw).decode


class VisitorExport:
    """The bytes of the JSON, iterated once, then closed: who the visitor is, where they registered, what they watched.

    Opening it asks the engine. Raises Unknown for a key of which nothing is known, and the classes of django.db; what
    is raised later means that the text is incomplete. `is_wanted` is asked before each piece; the answer no ends it.
    """

    def __init__(self, context: Context, key: str, is_wanted: Callable[[], bool] = lambda: True) -> None:
        self._is_wanted = is_wanted
        person, sessions = visitor_person(context.workspace, key), visitor_sessions(context.workspace, key)
        if person is None and not sessions.exists():
            raise Unknown("visitor", key)
        self._head = _ENCODE(_known(context.workspace, key, person))[:-1] + b',"sessions":['
        order = "fact.started_at, fact.id"
        self._stream = stream_opened(sessions, _columns(context), "JSONEachRow", order, _SETTINGS)
        try:
            # Now, as that is when an engine says what it cannot do.
            self._first = self._piece()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        before, rest, piece = b"\n", b"", self._first
        while piece:
            *lines, rest = (rest + piece).split(b"\n")
            if lines:
                yield before + b",\n".join(map(_whole, lines))
                before = b",\n"
            if not self._is_wanted():
                return
            piece = self._piece()
        # The engine ends every line; what comes after the last end is no session.
        if rest:
            raise broken_off(rest)
        yield b"\n]}\n"

    def close(self) -> None:
        """Stop the engine's query, if it still runs, and let go of its client."""
        self._stream.close()

    def _piece(self) -> bytes:
        with connections["clickhouse"].wrap_database_errors:
            return self._stream.read(PIECE)


def _whole(line: bytes) -> bytes:
    """Return a line of the engine's. Raises OperationalError for one that is no session."""
    try:
        return bytes(_DECODE(line))
    except msgspec.MsgspecError as error:
        # A server that fails in the middle writes its error behind the last session.
        raise broken_off(line) from error


def _known(workspace: Workspace, key: str, person: Visitor | None) -> dict[str, Any]:
    email = person.email if person else ""
    return {
        "visitor": key,
        "team": "\0" not in key and TeamViewer.objects.filter(workspace=workspace, key=key).exists(),
        "identity": _identity(person) if person else None,
        "lists": [{"id": row.public_id, "name": row.name or None} for row in people_lists_of(workspace, email)],
        "registrations": [registration_shown(row) for row in registrations_of_address(workspace, email)],
    }


def _identity(person: Visitor) -> dict[str, Any]:
    return {
        "id": person.external_id or None,
        "email": person.email or None,
        "name": person.name or None,
        "org": {"name": person.org_name or None, "title": person.org_title or None},
        "source": person.source or None,
        "identifying_session": str(person.identifying_session),
        "first_seen_at": instant_shown(person.first_seen_at),
        "updated_at": instant_shown(person.updated_at),
    }


def _columns(context: Context) -> dict[str, str]:
    """Return, by key, what is told of a session: what a line of the import has, and what the server made of it."""
    maps = context.maps
    videos = {key: names[0] for key, names in maps.video.items()}
    line = line_columns(videos)
    flat = flat_columns(videos, [maps.names[video] for video in videos.values()])
    empty = {"video": line["video"], **{name: flat[name] for name in ("title", "domain", "source", "country")}}
    same = {name: sql for name, sql in line.items() if name not in {"v", "visitor", *empty}}
    return {
        "session": same.pop("session"),
        "started_at": flat["started_at"],
        "received_at": flat["received_at"],
        **{name: f"nullIf({sql}, '')" for name, sql in empty.items()},
        **same,
    }
