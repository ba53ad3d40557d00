"""What a player sends: the shape of a snapshot, its bounds, and what is said about one that breaks them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from analytics.collect.pages import page_of

MAX_ITEMS = 100
AHEAD_MS = 5 * 60 * 1000
BEHIND_MS = 48 * 60 * 60 * 1000

Seconds = Annotated[float, Meta(ge=0, le=604_800)]
Text = Annotated[str, Meta(max_length=2_048)]
Count = Annotated[int, Meta(ge=0, le=4_294_967_295)]
Pixels = Annotated[int, Meta(ge=0, le=65_535)]


class Action(msgspec.Struct, frozen=True, gc=False):
    """Something a viewer did, `at` seconds into the video."""

    type: Literal["click", "share", "reaction", "cta", "annotation", "turnstile"]
    name: Text | None = None
    at: Seconds | None = None
    converted: bool | None = None


class Organisation(msgspec.Struct, frozen=True, gc=False):
    name: Text | None = None
    title: Text | None = None


class Identity(msgspec.Struct, frozen=True, gc=False):
    """Who the viewer says to be; `id` or `email` makes them a known person."""

    id: Text | None = None
    email: Text | None = None
    name: Text | None = None
    org: Organisation | None = None
    source: Literal["turnstile", "embed"] | None = None


class Quality(msgspec.Struct, frozen=True, gc=False):
    """How playback went; `startup` and `rebuffering` are seconds."""

    startup: Seconds | None = None
    rebuffers: Count | None = None
    rebuffering: Seconds | None = None
    error: Text | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The whole state of one viewing session so far. Times are seconds; null means the same as leaving a key out."""

    v: int
    video: Text
    session: UUID
    seq: Count
    visit: UUID | None = None
    visitor: Annotated[str, Meta(max_length=64)] | None = None
    page: Text | None = None
    referrer: Text | None = None
    plays: Count | None = None
    stretches: Annotated[list[tuple[Seconds, Seconds]], Meta(max_length=2_000)] | None = None
    elapsed: Seconds | None = None
    duration: Seconds | None = None
    live: bool | None = None
    actions: Annotated[list[Action], Meta(max_length=500)] | None = None
    identity: Identity | None = None
    quality: Quality | None = None
    screen: tuple[Pixels, Pixels] | None = None
    language: Text | None = None
    consent: bool | None = None

    @property
    def started_ms(self) -> int:
        """The moment of the load: milliseconds since 1970 in UTC, as the UUIDv7 carries it."""
        return self.session.int >> 80


class Fault(msgspec.Struct, frozen=True, gc=False):
    """Why an item was refused: `field` is the snapshot's key, or empty where the whole item is at fault."""

    field: str
    message: str
    code: str = "invalid"


class Unreadable(Exception):
    """The body is not JSON, or neither a snapshot nor a list of them."""


class TooMany(Exception):
    """The list has more than MAX_ITEMS snapshots."""


Shape = TypeVar("Shape", bound=Snapshot)


class Reader(Generic[Shape]):
    """Reads JSON into snapshots of one shape: fast where all is well, field by field where something is not."""

    def __init__(self, shape: type[Shape]) -> None:
        self._one = msgspec.json.Decoder(shape)
        self._one_or_many = msgspec.json.Decoder(shape | list[shape])  # type: ignore[valid-type]
        self._shape = shape
        self._fields = {
            field.encode_name: (msgspec.json.Decoder(field.type), field.required)
            for field in msgspec.structs.fields(shape)
        }

    def body(self, body: bytes) -> list[Shape | list[Fault]]:
        """Return, for each item of a request's body in order, the snapshot or its faults.

        Raises Unreadable, and TooMany for a list of more than MAX_ITEMS. The load's time is not judged here.
        """
        try:
            found = self._one_or_many.decode(body)
        except _UNDECODABLE:
            return [self.line(item) for item in _items(_mended(body))]
        items = found if isinstance(found, list) else [found]
        if len(items) > MAX_ITEMS:
            raise TooMany
        return [_faults(item) or item for item in items]

    def line(self, text: bytes) -> Shape | list[Fault]:
        """Return the snapshot that this JSON object holds, or its faults."""
        try:
            item = self._one.decode(text)
        except _UNDECODABLE:
            return self._by_field(_mended(text))
        return _faults(item) or item

    def _by_field(self, text: bytes) -> Shape | list[Fault]:
        try:
            raw = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        except msgspec.ValidationError:
            return [Fault("", "a snapshot is a JSON object")]
        except _UNDECODABLE as error:
            return [Fault("", f"is not JSON: {_unreadable(error)}")]
        values: dict[str, Any] = {}
        faults = []
        for name, (decoder, required) in self._fields.items():
            if name not in raw:
                if required:
                    faults.append(Fault(name, "is required"))
                continue
            try:
                values[name] = decoder.decode(raw[name])
            except _UNDECODABLE as error:
                faults.append(Fault(name, _plain(str(error))))
        if faults:
            return faults
        item = self._shape(**values)
        return _faults(item) or item


_UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
# What may be left alone first: an escaped backslash, a whole pair of surrogates.
_HALF_CHARACTER = re.compile(
    rb"(\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_NO_ADDRESS = "must be an address that begins with http:// or https:// and names a host"
SNAPSHOTS = Reader(Snapshot)


def clock_fault(snapshot: Snapshot, now_ms: int) -> Fault | None:
    """Say whether the load lies too far from `now_ms` (milliseconds since 1970) to be a matter of a slow network."""
    ahead = snapshot.started_ms - now_ms
    if ahead > AHEAD_MS:
        return Fault("session", f"its time is {ahead / 1000:.0f} s ahead of the server's; at most 300 s", "clock_skew")
    if -ahead > BEHIND_MS:
        return Fault("session", f"its time is {-ahead / 1000:.0f} s behind the server's; at most 48 h", "clock_skew")
    return None


def _items(body: bytes) -> list[bytes]:
    """Split a body that did not decode at once, so that one bad item does not spoil the others."""
    kind = body.lstrip()[:1]
    if kind not in (b"{", b"["):
        raise Unreadable("The body is neither a snapshot (a JSON object) nor a list of them.")
    try:
        if kind == b"{":
            msgspec.json.decode(body, type=msgspec.Raw)
            return [body]
        items = msgspec.json.decode(body, type=list[msgspec.Raw])
    except _UNDECODABLE as error:
        raise Unreadable(f"The body is not JSON: {_unreadable(error)}.") from error
    if len(items) > MAX_ITEMS:
        raise TooMany
    return [bytes(item) for item in items]


def _mended(text: bytes) -> bytes:
    """Replace half characters, which JavaScript writes where a text was cut in the middle of an emoji."""
    return _HALF_CHARACTER.sub(lambda found: found[1] or rb"\ufffd", text) if b"\\u" in text else text


def _faults(item: Snapshot) -> list[Fault]:
    """Return what types and ranges cannot say."""
    faults = []
    if item.v != 1:
        faults.append(Fault("v", f"must be 1, the version of this protocol, not {item.v}"))
    # Version 7 and RFC 9562's variant; UUID.version says the same five times as slowly.
    bits = item.session.int
    if bits >> 76 & 15 != 7 or bits >> 62 & 3 != 2:
        faults.append(Fault("session", "must be a UUIDv7 (RFC 9562), whose first 48 bits are the load's time"))
    for start, end in item.stretches or ():
        if start > end:
            faults.append(Fault("stretches", f"[{start:g}, {end:g}] ends before it starts"))
            break
    if item.page and page_of(item.page) is None:
        faults.append(Fault("page", _NO_ADDRESS))
    if item.referrer and page_of(item.referrer) is None:
        faults.append(Fault("referrer", _NO_ADDRESS))
    return faults


def _plain(message: str) -> str:
    """Return msgspec's message as a clause that begins with where in the field the fault is."""
    text, _, path = message.replace("`", "").partition(" - at $")
    text = re.sub(r"\.0$", "", text)
    text = text[:1].lower() + text[1:]
    return f"{path.removeprefix('.')}: {text}" if path else text


def _unreadable(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return _plain(str(error)).removeprefix("JSON is malformed: ").removeprefix("jSON is malformed: ")
