"""Rows on disk for as long as the engine refuses them: append-only segment files that survive `kill -9`.

A segment begins with MAGIC; each record is its length and CRC-32 (little-endian) and then the rows in MessagePack. A
record counts once `append` has returned: the file, and its name in the directory, have been synced. The segment that is
written to is locked, so that several processes may share the directory and a new one takes over what a dead one left.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from analytics.collect.facts import FactRow

logger = logging.getLogger(__name__)

# Under DATA_DIR.
SPOOL = "spool"
MAGIC = b"viewprint spool 1\n"
SEGMENT_BYTES = 64 * 1024 * 1024
_FRAME = struct.Struct("<II")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[FactRow]).decode
_encode_line = msgspec.json.Encoder().encode


class SpoolError(Exception):
    """The rows could not be written down durably."""


def _write(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


class Spool:
    """The segments of one directory. `append` and `taken` may be called from different threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._lock = threading.Lock()
        self._file: FileIO | None = None

    def append(self, rows: Sequence[FactRow]) -> None:
        """Write the rows down and sync them. Raises SpoolError, and then none of them counts."""
        payload = _encode(rows)
        with self._lock:
            try:
                file = self._file or self._begin()
            except OSError as error:
                raise SpoolError(str(error)) from error
            end = file.tell()
            try:
                _write(file, _FRAME.pack(len(payload), zlib.crc32(payload)) + payload)
                os.fsync(file.fileno())
            except OSError as error:
                self._undo(file, end)
                raise SpoolError(str(error)) from error
            if file.tell() >= SEGMENT_BYTES:
                self._seal()

    def taken(self) -> Iterator[tuple[Path, Iterator[list[FactRow]]]]:
        """Yield each waiting segment, oldest first, with its records in order; nobody else reads it meanwhile.

        The segment that is written to is sealed first. Who has stored a segment's rows calls `done` with its path.
        """
        with self._lock:
            self._seal()
        for path in self._segments():
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue
            with file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                if path.exists():
                    yield path, self._records(path, file)

    def done(self, path: Path) -> None:
        """Remove a segment whose rows are all stored."""
        path.unlink(missing_ok=True)
        self._sync_directory()

    def waits(self) -> bool:
        """Say whether there may be rows to replay."""
        return self._file is not None or bool(self._segments())

    def quarantine(self, row: FactRow, error: str) -> None:
        """Keep a row that the engine refuses for its content, as a JSON line beside the segments. Raises OSError."""
        line = _encode_line({"error": error, "row": row}) + b"\n"
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "quarantine.ndjson").open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._sync_directory()

    def close(self) -> None:
        with self._lock:
            self._seal()

    def _begin(self) -> FileIO:
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / f"{time.time_ns():020}-{os.getpid()}.segment"
        # Unbuffered: what a failed write has left in a buffer would come out later.
        file = path.open("xb", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write(file, MAGIC)
            self._sync_directory()
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        self._file = file
        return file

    def _undo(self, file: FileIO, end: int) -> None:
        """Cut off what a failed write left; a segment that cannot even be cut is written to no more."""
        try:
            file.truncate(end)
            file.seek(end)
        except OSError:
            logger.exception("spool: a failed write could not be undone")
            self._seal()

    def _seal(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _segments(self) -> list[Path]:
        return sorted(self.directory.glob("*.segment")) if self.directory.is_dir() else []

    def _sync_directory(self) -> None:
        directory = os.open(self.directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _records(self, path: Path, file: BinaryIO) -> Iterator[list[FactRow]]:
        """Yield the records; stop at a torn tail (never acknowledged), set a damaged segment aside."""
        size = os.fstat(file.fileno()).st_size
        if file.read(len(MAGIC)) != MAGIC:
            if size > len(MAGIC):
                self._set_aside(path, "it does not begin as a spool segment does")
            return
        while head := file.read(_FRAME.size):
            if len(head) < _FRAME.size:
                break
            length, checksum = _FRAME.unpack(head)
            payload = file.read(length)
            if len(payload) < length:
                break
            if zlib.crc32(payload) != checksum:
                if file.tell() < size:
                    self._set_aside(path, f"the record that ends at byte {file.tell()} has a wrong checksum")
                    return
                break
            try:
                rows = _decode(payload)
            except msgspec.MsgspecError as error:
                self._set_aside(path, f"the record that ends at byte {file.tell()} cannot be read: {error}")
                return
            yield rows
        else:
            return
        logger.warning("spool: %s ends in a torn record that was never acknowledged", path.name)

    def _set_aside(self, path: Path, why: str) -> None:
        """Keep a damaged segment under another name, for people to look at."""
        path.rename(path.with_suffix(".damaged"))
        self._sync_directory()
        logger.error("spool: %s is set aside: %s", path.name, why)
