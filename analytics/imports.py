"""History in bulk: newline-delimited snapshots of any age, with what the server would have added, into the fact table.

One pass, in batches, whatever the size. What a line becomes depends on the line and on SECRET_KEY alone, and the engine
keeps one row for each (session, seq): the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections
from msgspec import Meta

from analytics.collect.addresses import normal
from analytics.collect.derive import milliseconds
from analytics.collect.devices import UNKNOWN, Device, device_of
from analytics.collect.enrich import EPOCH, Sender, VideoFacts, Viewer, agreed, fact_row
from analytics.collect.facts import FactRow, facts_encoded, lines_insert
from analytics.collect.identity import historic_viewer, session_viewer
from analytics.collect.lines import LONGEST_LINE, lines
from analytics.collect.lookups import titled_video_facts, video_facts
from analytics.collect.persons import Claim, Persons, identity_of, names_person
from analytics.collect.places import Place, Places
from analytics.collect.snapshot import AHEAD_MS, Fault, Reader, Snapshot, Text

BATCH = 10_000
SHOWN_ERRORS = 100
PORTION = 500
REMEMBERED_VIDEOS = 50_000
UTM = ("utm_source", "utm_medium", "utm_campaign")


class Line(Snapshot, frozen=True, kw_only=True, gc=False):
    """One line of an import: a snapshot, and what the server adds to those that players send."""

    country: Annotated[str, Meta(pattern=r"^([A-Za-z]{2})?$")] | None = None
    region: Text | None = None
    city: Text | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    network: Text | None = None
    ip: Text | None = None
    device: Literal["desktop", "tablet", "smartphone", "tv", "other"] | None = None
    os: Text | None = None
    os_version: Text | None = None
    browser: Text | None = None
    browser_version: Text | None = None
    bot: bool | None = None
    user_agent: Text | None = None
    utm_source: Text | None = None
    utm_medium: Text | None = None
    utm_campaign: Text | None = None
    duration_used: Annotated[float, Meta(ge=0, le=4_294_967)] | None = None
    title: Text | None = None


@dataclass(frozen=True)
class LineError:
    """What is wrong with one line; `field` is empty where the whole line is at fault."""

    line: int
    field: str
    message: str


@dataclass
class Report:
    """How an import went: lines stored, lines rejected, and the first SHOWN_ERRORS findings."""

    stored: int = 0
    rejected: int = 0
    errors: list[LineError] = field(default_factory=list)

    def reject(self, line: int, faults: Iterable[Fault]) -> None:
        self.rejected += 1
        room = SHOWN_ERRORS - len(self.errors)
        self.errors += [LineError(line, fault.field, fault.message) for fault in list(faults)[:room]]


class NotImported(Exception):
    """The import stopped because nothing more could be stored; `report` says how far it got."""

    def __init__(self, report: Report) -> None:
        super().__init__("The database or the engine does not store anything at the moment.")
        self.report = report


def sessions_import(
    workspace_id: int,
    chunks: Iterable[bytes],
    report: Report,
    stored: Callable[[int], None] = lambda count: None,
    *,
    by_title: bool = False,
) -> None:
    """Store the lines of a stream of bytes for a workspace, keeping `report` up to date; `stored` hears of each batch.

    With `by_title`, a line whose video the workspace does not have goes to its one video with the line's `title`.
    Raises NotImported, and whatever reading the stream raises: what the report counts is stored all the same.
    """
    run = _Import(workspace_id, report, stored, by_title)
    with ThreadPoolExecutor(1, "import-insert") as inserter:
        try:
            run.read(lines(chunks), inserter)
        except DatabaseError as error:
            raise NotImported(report) from error
        finally:
            inserter.submit(connections.close_all)
            run.places.close()


READER = Reader(Line)


class _Import:
    """The state of one import: while one batch is being inserted on another thread, the next one is read."""

    def __init__(self, workspace_id: int, report: Report, stored: Callable[[int], None], by_title: bool) -> None:
        self.workspace_id = workspace_id
        self._by_title = by_title
        self.report = report
        self.places = Places(settings.GEOIP_PATH)
        self._stored = stored
        self._persons = Persons()
        self._videos: dict[str, VideoFacts] = {}
        self._titled: dict[str, list[VideoFacts]] = {}
        self._inserting: tuple[Future[None], int] | None = None

    def read(self, numbered: Iterator[tuple[int, bytes | None]], inserter: ThreadPoolExecutor) -> None:
        """Store the numbered lines. Rows become bytes in small portions: what lives long is only these."""
        portion: list[tuple[int, Line]] = []
        encoded: list[bytes] = []
        rows = 0
        try:
            for number, text in numbered:
                line = READER.line(text) if text is not None else [_TOO_LONG]
                if isinstance(line, list):
                    self.report.reject(number, line)
                    continue
                portion.append((number, line))
                if len(portion) == PORTION:
                    rows += self._encode(portion, encoded)
                    portion = []
                    if rows >= BATCH:
                        self._insert(encoded, rows, inserter)
                        encoded, rows = [], 0
        finally:
            # Also where the stream breaks off: what was read before is stored, and belongs to the report.
            rows += self._encode(portion, encoded)
            self._insert(encoded, rows, inserter)
            self._await_insert()

    def _encode(self, portion: Sequence[tuple[int, Line]], encoded: list[bytes]) -> int:
        rows = self._rows(portion)
        encoded.append(facts_encoded(rows))
        return len(rows)

    def _insert(self, encoded: Sequence[bytes], rows: int, inserter: ThreadPoolExecutor) -> None:
        """Hand a batch to the other thread, when that has done with the one before."""
        self._await_insert()
        if rows:
            self._inserting = inserter.submit(lines_insert, b"".join(encoded)), rows

    def _await_insert(self) -> None:
        if self._inserting is not None:
            (future, rows), self._inserting = self._inserting, None
            future.result()
            self.report.stored += rows
            self._stored(rows)

    def _rows(self, batch: Sequence[tuple[int, Line]]) -> list[FactRow]:
        received_at = datetime.now(UTC)
        latest = int(received_at.timestamp() * 1000) + AHEAD_MS
        videos = self._videos_of(line for _, line in batch)
        good = []
        for number, line in batch:
            video = videos.get(line.video) or self._video_titled(line)
            if video is None:
                several = bool(self._titled.get(line.title or ""))
                self.report.reject(number, [_SEVERAL_VIDEOS if several else _UNKNOWN_VIDEO])
            elif line.started_ms > latest:
                self.report.reject(number, [_FUTURE])
            elif line.ip and not normal(line.ip):
                self.report.reject(number, [_NO_ADDRESS])
            else:
                good.append((line, video))
        viewers = [_viewer(line, video) for line, video in good]
        named = [index for index, (line, video) in enumerate(good) if names_person(line) and agreed(line, video)]
        claims = [_claim(good[index][0], self.workspace_id) for index in named]
        for index, key in zip(named, self._persons.keys(claims), strict=True):
            viewers[index] = viewers[index]._replace(visitor=key)
        return [
            _as_said(fact_row(line, _judged(video, line), self._sender(line), viewer, received_at), line)
            for (line, video), viewer in zip(good, viewers, strict=True)
        ]

    def _videos_of(self, batch: Iterable[Line]) -> dict[str, VideoFacts]:
        """Return the workspace's own videos among those that the lines name by their ids, and remember the titled."""
        batch = list(batch)
        if unseen := {line.video for line in batch} - self._videos.keys():
            if len(self._videos) > REMEMBERED_VIDEOS:
                self._videos = {}
            found = video_facts(unseen)
            own = {key: facts for key, facts in found.items() if facts.workspace_id == self.workspace_id}
            self._videos |= {key: _historic(facts) for key, facts in own.items()}
        if self._by_title:
            titles = {line.title for line in batch if line.title and line.video not in self._videos}
            if unseen := titles - self._titled.keys():
                if len(self._titled) > REMEMBERED_VIDEOS:
                    self._titled = {}
                titled = titled_video_facts(self.workspace_id, unseen)
                self._titled |= {title: [_historic(facts) for facts in titled.get(title, ())] for title in unseen}
        return self._videos

    def _video_titled(self, line: Line) -> VideoFacts | None:
        """Return the one video that has the line's title, where such are looked for."""
        found = self._titled.get(line.title or "", [])
        return found[0] if len(found) == 1 else None

    def _sender(self, line: Line) -> Sender:
        address = normal(line.ip) if line.ip else ""
        return Sender(address, _place(line, address, self.places), _device(line))


_TOO_LONG = Fault("", f"a line may have at most {LONGEST_LINE:,} bytes")
_UNKNOWN_VIDEO = Fault("video", "there is no such video in this workspace")
_SEVERAL_VIDEOS = Fault("title", "several videos of this workspace have this title")
_FUTURE = Fault("session", "its time is more than 5 minutes ahead of the server's")
_NO_ADDRESS = Fault("ip", "must be an IPv4 or IPv6 address")


def _historic(video: VideoFacts) -> VideoFacts:
    """Return the video as history is about it: whether its viewers were asked for consent is for the history to say."""
    return video._replace(consent_required=False)


def _judged(video: VideoFacts, line: Line) -> VideoFacts:
    """Return the video as long as it was when the session was judged by it, if the line says that."""
    return video if line.duration_used is None else video._replace(duration=milliseconds(line.duration_used) or None)


def _as_said(row: FactRow, line: Line) -> FactRow:
    """Return the row with the UTM values that the line gives; the page, which else tells them, may have none left."""
    said = {name: value for name in UTM if (value := getattr(line, name)) is not None}
    return msgspec.structs.replace(row, **said) if said else row


def _place(line: Line, address: str, places: Places) -> Place:
    """Return where the line says it was; where it says nothing of that, where its address is."""
    said = (line.country, line.region, line.city, line.lat, line.lon)
    if any(part is not None for part in said):
        return Place(
            (line.country or "").upper(), line.region or "", line.city or "", line.lat, line.lon, line.network or ""
        )
    place = places.of(address)
    return place if line.network is None else place._replace(network=line.network)


def _device(line: Line) -> Device:
    """Return what the line says of device and software, the rest from its raw user agent."""
    told = device_of(line.user_agent) if line.user_agent else UNKNOWN
    return Device(
        line.device or told.device,
        told.os if line.os is None else line.os,
        told.os_version if line.os_version is None else line.os_version,
        told.browser if line.browser is None else line.browser,
        told.browser_version if line.browser_version is None else line.browser_version,
        told.bot if line.bot is None else line.bot,
    )


def _viewer(line: Line, video: VideoFacts) -> Viewer:
    """Return whose session it was. Salts of the past are gone: what is left open is hashed with a key of our own."""
    workspace_id = video.workspace_id
    if agreed(line, video):
        visitor = line.visitor or ""
        visit = line.visit or historic_viewer(workspace_id, visitor, "", _loaded_on(line)).visit
        return Viewer(visitor, visit)
    if line.ip or line.user_agent:
        return historic_viewer(workspace_id, normal(line.ip or ""), line.user_agent or "", _loaded_on(line))
    return session_viewer(line.session)


def _claim(line: Line, workspace_id: int) -> Claim:
    return Claim(workspace_id, identity_of(line), line.visitor or "", line.session, _loaded_at(line))


def _loaded_at(line: Line) -> datetime:
    return EPOCH + timedelta(milliseconds=line.started_ms)


def _loaded_on(line: Line) -> date:
    return _loaded_at(line).date()
