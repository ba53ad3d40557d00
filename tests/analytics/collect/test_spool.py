"""The spool on real files: what `append` returned for is read back, after any end of the process."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import DataError, OperationalError, ProgrammingError
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.collect.facts import FactRow
from analytics.collect.replay import Refusing, Replay
from analytics.collect.spool import MAGIC, Spool, SpoolError
from tests.analytics.collect.rows import fact

BASE = Path(__file__).resolve().parents[3]


def seqs(spool: Spool) -> list[int]:
    """Return what waits, in order, leaving it there."""
    return [row.seq for _, records in spool.taken() for rows in records for row in rows]


def replay(spool: Spool, insert: Any, elsewhere: FactRow | None = None) -> int:
    return Replay(spool, insert, lambda: elsewhere, lambda: False).run()


def test_rows_come_back_as_they_went_in(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    rows = [fact(seq=1), fact(seq=2, page="ü🎉\0", starts=[1, 2], ends=[3, 4], lat=1.5, duration=None, completed=None)]
    spool.append(rows)
    spool.append([fact(seq=3)])
    [(_, records)] = [(path, list(records)) for path, records in spool.taken()]
    assert records[0] == rows
    assert [len(record) for record in records] == [2, 1]
    assert seqs(spool) == [1, 2, 3]


def test_segments_are_replayed_in_order_and_removed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in range(5):
        spool.append([fact(seq=seq)])
        if seq % 2:
            spool.close()
    assert len(list(tmp_path.glob("*.segment"))) == 3
    taken: list[int] = []
    assert replay(spool, lambda rows: taken.extend(row.seq for row in rows)) == 5
    assert taken == [0, 1, 2, 3, 4]
    assert not spool.waits()
    assert list(tmp_path.iterdir()) == []


@given(st.integers(0, 3000))
@settings(max_examples=40, deadline=None)
def test_a_torn_tail_loses_only_what_was_not_acknowledged(cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as directory:
        spool = Spool(Path(directory))
        ends = []
        for seq in range(3):
            spool.append([fact(seq=seq)])
            [path] = Path(directory).glob("*.segment")
            ends.append(path.stat().st_size)
        spool.close()
        size = min(cut, ends[-1])
        os.truncate(path, size)
        assert seqs(spool) == [seq for seq in range(3) if ends[seq] <= size]


def test_a_damaged_record_is_set_aside_and_what_stands_before_it_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    spool = Spool(tmp_path)
    for seq in range(3):
        spool.append([fact(seq=seq)])
    spool.close()
    [path] = tmp_path.glob("*.segment")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    taken: list[int] = []
    replay(spool, lambda rows: taken.extend(row.seq for row in rows))
    assert taken == [0]
    assert [file.suffix for file in tmp_path.iterdir()] == [".damaged"]
    assert "is set aside" in caplog.text


@pytest.mark.parametrize("content", [b"", MAGIC[:5], MAGIC])
def test_a_segment_that_was_only_begun_is_empty(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "1.segment").write_bytes(content)
    spool = Spool(tmp_path)
    assert replay(spool, lambda rows: None) == 0
    assert list(tmp_path.iterdir()) == []


def test_rows_of_an_older_release_lack_columns_and_may_have_others() -> None:
    row = json.loads(msgspec.json.encode(fact(seq=4)))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode([{**row, "dropped": 1}]), type=list[FactRow])[0].seq == 4


def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError):
        Spool(tmp_path / "file").append([fact()])


def test_a_full_disk_refuses_without_spoiling_what_is_there(tmp_path: Path) -> None:
    code = f"""
import resource, signal, sys
sys.path.insert(0, {str(BASE)!r})
from tests import settings
import django; django.setup()
from pathlib import Path
from analytics.collect.spool import Spool, SpoolError
from tests.analytics.collect.rows import fact
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path({str(tmp_path)!r}))
spool.append([fact(seq=1)])
resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
try:
    spool.append([fact(seq=2, page="x" * 9000)])
except SpoolError:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    spool.append([fact(seq=3)])
    print("refused")
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "refused", done.stderr
    assert seqs(Spool(tmp_path)) == [1, 3]


def test_another_process_s_open_segment_is_left_alone(tmp_path: Path) -> None:
    theirs, ours = Spool(tmp_path), Spool(tmp_path)
    theirs.append([fact(seq=1)])
    ours.append([fact(seq=2)])
    assert seqs(ours) == [2]
    theirs.close()
    assert seqs(ours) == [1, 2]


def test_a_replay_stops_at_once_while_the_engine_is_down(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in range(3):
        spool.append([fact(seq=seq)])
    calls = []

    def down(rows: list[FactRow]) -> None:
        calls.append(len(rows))
        raise OperationalError("down")

    with pytest.raises(Refusing, match="down"):
        replay(spool, down)
    assert calls == [1]
    assert seqs(spool) == [0, 1, 2]


@pytest.mark.parametrize("error", [DataError("bad"), ProgrammingError("bad"), TypeError("bad")])
def test_bad_rows_are_found_and_kept_aside_while_the_engine_takes_others(error: Exception, tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([fact(seq=seq) for seq in range(50)])
    spool.append([fact(seq=99)])
    taken: list[int] = []

    def picky(rows: list[FactRow]) -> None:
        if any(row.seq in (7, 31) for row in rows):
            raise error
        taken.extend(row.seq for row in rows)

    assert replay(spool, picky) == 49
    assert set(taken) == {*range(50), 99} - {7, 31}
    lines = (tmp_path / "quarantine.ndjson").read_text().splitlines()
    assert [json.loads(line)["row"]["seq"] for line in lines] == [7, 31]
    assert not spool.waits()


def test_when_the_engine_takes_nothing_no_row_is_blamed(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([fact(seq=seq) for seq in range(500)])
    calls = []

    def no_table(rows: list[FactRow]) -> None:
        calls.append(len(rows))
        raise ProgrammingError("no such table")

    with pytest.raises(Refusing):
        replay(spool, no_table)
    assert len(calls) < 60
    assert len(seqs(spool)) == 500
    assert not (tmp_path / "quarantine.ndjson").exists()


@pytest.mark.parametrize("refusals", range(1, 30))
def test_an_engine_that_comes_back_during_a_replay_costs_no_row(refusals: int, tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([fact(seq=seq) for seq in range(20)])
    calls = 0
    taken: set[int] = set()

    def returning(rows: list[FactRow]) -> None:
        nonlocal calls
        calls += 1
        if calls <= refusals:
            raise ProgrammingError("no such table")
        taken.update(row.seq for row in rows)

    while spool.waits():
        with contextlib.suppress(Refusing):
            replay(spool, returning)
    assert taken == set(range(20))
    assert not (tmp_path / "quarantine.ndjson").exists()


def test_a_bad_row_alone_waits_until_the_engine_takes_another(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([fact(seq=7)])

    def refusing(rows: list[FactRow]) -> None:
        raise DataError("bad")

    def picky(rows: list[FactRow]) -> None:
        if rows[0].seq == 7:
            raise DataError("bad")

    for elsewhere in (None, fact(seq=8)):
        with pytest.raises(Refusing):
            replay(spool, refusing, elsewhere)
        assert spool.waits()
    assert replay(spool, picky, fact(seq=8)) == 0
    assert not spool.waits()
    assert (tmp_path / "quarantine.ndjson").exists()
