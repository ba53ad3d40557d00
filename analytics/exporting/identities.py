"""Who watched, beside what was watched: names live in the relational database, lines come from the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import Count

from analytics.exporting.columns import LINE_NULLABLE
from analytics.models import Visitor

CHUNK = 400
_ENCODE = msgspec.json.Encoder().encode
REMEMBERED = 100_000
_SAID = ("external_id", "email", "name", "org_name", "org_title", "source")


_NOTHING = tuple(b',"%b":null' % name.encode() for name in (*LINE_NULLABLE, "error"))


class Exported(msgspec.Struct, gc=False):
    """What completing a line needs to know of it."""

    video: str
    session: str
    visitor: str


class Known(NamedTuple):
    """A person: known since when (ms since 1970), by which session, and the identity to write."""

    since: int
    session: str
    identity: bytes


_DECODE = msgspec.json.Decoder(Exported).decode


class Lines:
    """Completes lines from the engine with the title of the video and, if wished, with the identity of the viewer.

    An identity stands on the session that identified the person and on all that began later: what the same browser
    watched before was nobody's yet.
    """

    def __init__(self, workspace_id: int, titles: dict[str, str], *, with_identities: bool) -> None:
        self._workspace_id = workspace_id
        self._titles = {video: _member("title", title) for video, title in titles.items()}
        self._shared: set[str] = set()
        self._known: dict[str, Known | None] = {}
        visitors = Visitor.objects.filter(workspace_id=workspace_id)
        self._names = with_identities and visitors.exists()
        if self._names:
            by_address = visitors.exclude(email="").order_by().values_list("email").annotate(n=Count("pk"))
            self._shared = {email for email, _ in by_address.filter(n__gt=1)}

    def completed(self, lines: Sequence[bytes]) -> bytes:
        """Return the lines, each with its end. Raises msgspec.MsgspecError for one that is no exported session."""
        text = b"\n".join(lines)
        for nothing in _NOTHING:
            # A quote within a text has a backslash in front of it: only members of the line look like this.
            text = text.replace(nothing, b"")
        lines = text.split(b"\n")
        heads = [_DECODE(line) for line in lines]
        if self._names:
            self._look_up({head.visitor for head in heads})
        return b"".join(
            b"%b%b%b}\n" % (line[:-1], self._titles[head.video], self._identity(head))
            for line, head in zip(lines, heads, strict=True)
        )

    def _look_up(self, keys: set[str]) -> None:
        """Know of each key whose it is, if anybody's."""
        if len(self._known) > REMEMBERED:
            self._known = {}
        unseen = keys - self._known.keys()
        self._known |= dict.fromkeys(unseen)
        # A key with a NUL is nobody's: persons' keys are cleaned of them, and PostgreSQL would not even look.
        wanted = [key for key in unseen if "\0" not in key]
        for start in range(0, len(wanted), CHUNK):
            chosen = Visitor.objects.filter(workspace_id=self._workspace_id, key__in=wanted[start : start + CHUNK])
            rows = chosen.order_by().values_list("key", "first_seen_at", "identifying_session", *_SAID)
            for key, first_seen_at, session, *said in rows:
                self._known[key] = self._person(first_seen_at, session, dict(zip(_SAID, said, strict=True)))

    def _person(self, first_seen_at: datetime, session: UUID, said: dict[str, str]) -> Known | None:
        # Whoever has no id is recognised by the address; where it is another's too, they would become one.
        if not said["external_id"] and said["email"] in self._shared:
            return None
        since = round(first_seen_at.timestamp() * 1000)
        return Known(since, str(session), _member("identity", _identity(**said)))

    def _identity(self, head: Exported) -> bytes:
        person = self._known.get(head.visitor)
        if person is None:
            return b""
        began = int(head.session[:8] + head.session[9:13], 16)
        return person.identity if head.session == person.session or began > person.since else b""


def _identity(external_id: str, email: str, name: str, org_name: str, org_title: str, source: str) -> dict[str, Any]:
    """Return an identity as a line has it, without what was never said."""
    organisation = _said(name=org_name, title=org_title)
    return _said(id=external_id, email=email, name=name, org=organisation, source=source)


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _member(name: str, value: Any) -> bytes:
    return b',"%b":%b' % (name.encode(), _ENCODE(value))
