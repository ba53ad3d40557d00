"""A stream of bytes, perhaps compressed, as lines: in flat memory, whatever is sent."""

from __future__ import annotations

import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

LONGEST_LINE = 1024 * 1024
PIECE = 256 * 1024
_GZIP = 31  # zlib's number for the gzip format


class BadGzip(Exception):
    """The compressed stream is damaged or ends too early."""


def unpacked(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the stream, decompressed where it begins as gzip does. Raises BadGzip."""
    stream = iter(chunks)
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= 2:
            break
    if head[:2] == b"\x1f\x8b":
        yield from _gunzipped(_after(head, stream))
    else:
        yield from _after(head, stream)


def lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number, line) for each line that is not blank, the first one being 1, without white space around it.

    A line of more than LONGEST_LINE bytes is None: it is read past, never held.
    """
    number = 0
    rest: list[bytes] = []
    size = 0
    for chunk in _without_mark(chunks):
        *whole, last = chunk.split(b"\n")
        for end in whole:
            number += 1
            size += len(end)
            if size > LONGEST_LINE:
                yield number, None
            elif text := (b"".join((*rest, end)) if rest else end).strip():
                yield number, text
            rest, size = [], 0
        size += len(last)
        if size > LONGEST_LINE:
            rest = []
        elif last:
            rest.append(last)
    if size > LONGEST_LINE:
        yield number + 1, None
    elif text := b"".join(rest).strip():
        yield number + 1, text


def _without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks without the byte order mark that some programs begin a UTF-8 file with."""
    stream = iter(chunks)
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= len(BOM_UTF8):
            break
    yield head.removeprefix(BOM_UTF8)
    yield from stream


def _after(head: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from stream


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress piece by piece, so that a small file which unpacks to a huge one needs no memory either."""
    member = zlib.decompressobj(_GZIP)
    begun = False
    try:
        for chunk in chunks:
            while chunk:
                if not begun and not (chunk := chunk.lstrip(b"\0")):
                    break
                begun = True
                if piece := member.decompress(chunk, PIECE):
                    yield piece
                chunk = member.unconsumed_tail
                if member.eof:
                    chunk = member.unused_data
                    member, begun = zlib.decompressobj(_GZIP), False
    except zlib.error as error:
        raise BadGzip(f"The gzip data are damaged: {error}.") from error
    if begun:
        raise BadGzip("The gzip data end too early.")
