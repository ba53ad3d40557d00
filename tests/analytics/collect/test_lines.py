"""Streams of lines: any chunks, any size, compressed or not, in flat memory."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.collect.lines import LONGEST_LINE, BadGzip, lines, unpacked


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(st.lists(st.binary(max_size=20).filter(lambda text: b"\n" not in text)), st.integers(1, 30), st.booleans())
def test_lines_are_found_whatever_the_pieces(texts: list[bytes], size: int, ended: bool) -> None:
    data = b"\n".join(texts) + (b"\n" if ended else b"")
    expected = [(number, text.strip()) for number, text in enumerate(data.split(b"\n"), 1) if text.strip()]
    assert list(lines(pieces(data, size))) == expected


@given(st.binary(max_size=2000), st.integers(1, 300), st.integers(1, 3))
def test_gzip_of_any_number_of_members_is_unpacked(data: bytes, size: int, members: int) -> None:
    packed = b"".join(gzip.compress(part) for part in pieces(data, max(1, len(data) // members))) or gzip.compress(b"")
    assert b"".join(unpacked(pieces(packed, size))) == data
    assert b"".join(unpacked(pieces(packed + b"\0" * 50, size))) == data


@given(st.binary(max_size=300).filter(lambda data: data[:2] != b"\x1f\x8b"), st.integers(1, 30))
def test_what_is_not_gzip_passes_through(data: bytes, size: int) -> None:
    assert b"".join(unpacked(pieces(data, size))) == data


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-9], lambda data: data[:30] + b"xxxx" + data[34:], lambda data: data + b"more"]
)
def test_damaged_gzip_is_said_to_be_so(spoil: object) -> None:
    packed = gzip.compress(b"".join(b"%d\n" % number for number in range(1000)))
    with pytest.raises(BadGzip):
        list(unpacked(pieces(spoil(packed), 100)))  # type: ignore[operator]


@pytest.mark.parametrize("extra", [0, 1])
def test_a_line_may_be_as_long_as_the_bound(extra: int) -> None:
    data = b"a\n" + b"x" * (LONGEST_LINE + extra) + b"\nb\n" + b"y" * (LONGEST_LINE + extra)
    found = list(lines(pieces(data, 100_000)))
    assert [(number, text if text is None else len(text)) for number, text in found] == [
        (1, 1),
        (2, None if extra else LONGEST_LINE),
        (3, 1),
        (4, None if extra else LONGEST_LINE),
    ]


def test_a_small_file_that_unpacks_to_a_huge_line_needs_no_memory() -> None:
    packed = gzip.compress(b"x" * 200_000_000)
    tracemalloc.start()
    assert list(lines(unpacked(pieces(packed, 65536)))) == [(1, None)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_byte_order_mark_is_no_part_of_the_first_line(size: int) -> None:
    data = b"\xef\xbb\xbf{}\n\xef\xbb\xbf{}\n"
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert list(lines(pieces)) == [(1, b"{}"), (2, b"\xef\xbb\xbf{}")]
