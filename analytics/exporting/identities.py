"""Who watched, beside what was watched: names live in the relational database, lines come from the engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db.models import Count

from analytics.models import Visitor

CHUNK = 400
_ENCODE = msgspec.json.Encoder().encode
_NOTHING = re.compile(rb',"[a-z_]+":null')


class Exported(msgspec.Struct, gc=False):
    """What completing a line needs to know of it."""

    video: str
    session: str
    visitor: str


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
        visitors = Visitor.objects.filter(workspace_id=workspace_id)
        self._names = with_identities and visitors.exists()
        if self._names:
            by_address = visitors.exclude(email="").order_by().values_list("email").annotate(n=Count("pk"))
            self._shared = {email for email, _ in by_address.filter(n__gt=1)}

    def completed(self, lines: Sequence[bytes]) -> bytes:
        """Return the lines, each with its end. Raises msgspec.MsgspecError for one that is no exported session."""
        heads = [_DECODE(line) for line in lines]
        persons = self._persons({head.visitor for head in heads}) if self._names else {}
        return b"".join(
            b"%b%b%b}\n" % (_NOTHING.sub(b"", line)[:-1], self._titles[head.video], _identity(persons, head))
            for line, head in zip(lines, heads, strict=True)
        )

    def _persons(self, keys: Iterable[str]) -> dict[str, tuple[int, str, bytes]]:
        """Return, by key, since when a person is known (ms), by which session, and the identity to write."""
        # A key with a NUL is nobody's: persons' keys are cleaned of them, and PostgreSQL would not even look.
        wanted = [key for key in keys if "\0" not in key]
        found = {}
        for start in range(0, len(wanted), CHUNK):
            chosen = Visitor.objects.filter(workspace_id=self._workspace_id, key__in=wanted[start : start + CHUNK])
            for person in chosen:
                # Whoever has no id is recognised by the address; where it is another's too, they would become one.
                if person.external_id or person.email not in self._shared:
                    since = round(person.first_seen_at.timestamp() * 1000)
                    identity = _member("identity", _said(person))
                    found[person.key] = since, str(person.identifying_session), identity
        return found


def _identity(persons: dict[str, tuple[int, str, bytes]], head: Exported) -> bytes:
    if head.visitor not in persons:
        return b""
    since, session, identity = persons[head.visitor]
    began = int(head.session.replace("-", "")[:12], 16)
    return identity if head.session == session or began > since else b""


def _said(person: Visitor) -> dict[str, Any]:
    organisation = {"name": person.org_name, "title": person.org_title}
    said = {
        "id": person.external_id,
        "email": person.email,
        "name": person.name,
        "org": {name: value for name, value in organisation.items() if value},
        "source": person.source,
    }
    return {name: value for name, value in said.items() if value}


def _member(name: str, value: Any) -> bytes:
    return b',"%b":%b' % (name.encode(), _ENCODE(value))
