"""How viewers are called, and where their pages are."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from zlib import crc32

from analytics.models import Visitor
from analytics.viewers.marks import mark_of

TONES = 8
# Keys are whatever pages call their viewers; these would be taken for other paths.
_PREFIX = "key:"
_TAKEN = {".", "..", "progress", "lists"}


@dataclass(frozen=True)
class Face:
    """A viewer in a list: what to call them, what else is known (`detail`), and a coloured sign: initials or none.

    `tone` numbers the sign's colour, always the same for a viewer. `is_team`: one of the workspace's own people.
    """

    label: str
    detail: str
    initials: str
    tone: int
    url: str
    is_known: bool
    is_team: bool = False


def face_of(key: str, person: Visitor | None, *, is_team: bool = False) -> Face:
    """Return the face of the viewer with this key."""
    tone, url = crc32(key.encode()) % TONES, viewer_path(key)
    if person is None:
        return Face(mark_of(key), "Anonymous", "", tone, url, False, is_team)
    names = [text for text in (person.name, person.email, person.external_id) if text]
    detail = " · ".join([*names[1:2], *([person.org_name] if person.org_name else [])])
    return Face(names[0] if names else key, detail, initials_of(names[0] if names else key), tone, url, True, is_team)


def initials_of(name: str) -> str:
    """Return one or two letters of a name or an address."""
    words = name.partition("@")[0].replace(".", " ").replace("_", " ").split()
    letters = [word[0] for word in words if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


def viewer_path(key: str) -> str:
    """Return the address of a viewer's page."""
    is_taken = key.partition("/")[0] in _TAKEN or key.startswith(_PREFIX)
    return f"/viewers/{quote(f'{_PREFIX}{key}' if is_taken else key, safe='')}/"


def key_in(path: str) -> str:
    """Return the key that the part of a path between /viewers/ and its last slash stands for."""
    return path.removeprefix(_PREFIX)
