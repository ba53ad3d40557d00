"""Group commit: nothing is acknowledged before it is stored, and nothing that was handed over is forgotten."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from analytics.collect.facts import FactRow, facts_insert
from analytics.collect.spool import Spool
from analytics.collect.writer import NotStored, Writer
from analytics.models import ViewingSession
from tests.analytics.collect.rows import fact

COLUMNS = FactRow.__struct_fields__


class Recorder:
    """An insert that keeps what it gets, taking its time, refusing when told."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.groups: list[list[int]] = []
        self.seconds = seconds
        self.error: Exception | None = None

    def __call__(self, rows: Sequence[FactRow]) -> None:
        time.sleep(self.seconds)
        if self.error:
            raise self.error
        self.groups.append([row.seq for row in rows])


def running(work: Callable[[Writer], Any], insert: Any, directory: Path, **options: Any) -> Any:
    """Run a coroutine with a started writer, which is stopped afterwards."""

    async def run() -> Any:
        writer = Writer(insert, Spool(directory), **options)
        writer.start()
        try:
            return await work(writer)
        finally:
            await asyncio.to_thread(writer.stop)

    return asyncio.run(run())


def test_one_alone_is_stored_at_once_and_many_together(tmp_path: Path) -> None:
    insert = Recorder(0.05)

    async def work(writer: Writer) -> float:
        began = time.monotonic()
        await writer.store([fact(seq=1)])
        alone = time.monotonic() - began
        await asyncio.gather(*(writer.store([fact(seq=seq)]) for seq in range(2, 50)))
        return alone

    assert running(work, insert, tmp_path, interval=0.3) < 0.2
    assert insert.groups[0] == [1]
    assert [len(group) for group in insert.groups[1:]] == [48]


def test_a_group_has_its_size_and_keeps_a_request_s_rows_together(tmp_path: Path) -> None:
    insert = Recorder()

    async def work(writer: Writer) -> None:
        await asyncio.gather(*(writer.store([fact(seq=seq)] * 4) for seq in range(10)))

    running(work, insert, tmp_path, most_rows=10)
    assert sum(len(group) for group in insert.groups) == 40
    assert max(len(group) for group in insert.groups) <= 10
    assert all(group.count(seq) == 4 for group in insert.groups for seq in group)


def test_no_answer_before_the_rows_are_stored(tmp_path: Path) -> None:
    gate = threading.Event()

    def insert(rows: Sequence[FactRow]) -> None:
        gate.wait(10)

    async def work(writer: Writer) -> None:
        task = asyncio.create_task(writer.store([fact()]))
        await asyncio.sleep(0.2)
        assert not task.done()
        gate.set()
        await asyncio.wait_for(task, 5)

    running(work, insert, tmp_path)


def test_an_engine_that_does_not_answer_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    gate = threading.Event()

    async def work(writer: Writer) -> None:
        with pytest.raises(NotStored, match="does not answer"):
            await writer.store([fact()])
        gate.set()

    running(work, lambda rows: gate.wait(10), tmp_path, give_up_after=0.1)


def test_too_many_waiting_are_refused_at_once(tmp_path: Path) -> None:
    gate = threading.Event()

    async def work(writer: Writer) -> None:
        first = asyncio.create_task(writer.store([fact()]))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(writer.store([fact()] * 10))
        await asyncio.sleep(0.01)
        with pytest.raises(NotStored, match="Too many"):
            await writer.store([fact()])
        gate.set()
        await asyncio.gather(first, waiting)
        await writer.store([fact()] * 10)

    running(work, lambda rows: gate.wait(10), tmp_path, most_waiting=10)


def test_stopping_stores_what_was_handed_over_and_takes_no_more(tmp_path: Path) -> None:
    insert = Recorder(0.1)

    async def work() -> None:
        writer = Writer(insert, Spool(tmp_path), interval=5)
        writer.start()
        tasks = [asyncio.create_task(writer.store([fact(seq=seq)])) for seq in range(30)]
        await asyncio.sleep(0.05)
        await asyncio.to_thread(writer.stop)
        await asyncio.gather(*tasks)
        with pytest.raises(NotStored, match="stopping"):
            await writer.store([fact()])

    asyncio.run(work())
    assert sorted(seq for group in insert.groups for seq in group) == list(range(30))


def test_a_refusal_is_spooled_and_replayed_when_the_engine_is_back(tmp_path: Path) -> None:
    insert = Recorder()
    insert.error = OperationalError("down")

    async def work(writer: Writer) -> None:
        for seq in range(3):
            await writer.store([fact(seq=seq)])
        assert insert.groups == []
        insert.error = None
        async with asyncio.timeout(5):
            while sum(map(len, insert.groups)) < 3:
                await asyncio.sleep(0.02)
        await writer.store([fact(seq=9)])

    running(work, insert, tmp_path, retry_after=0.05)
    assert [seq for group in insert.groups for seq in group] == [0, 1, 2, 9]
    assert list(tmp_path.iterdir()) == []


def test_while_the_engine_is_down_not_every_group_waits_for_it(tmp_path: Path) -> None:
    insert = Recorder(0.3)
    insert.error = OperationalError("down")

    async def work(writer: Writer) -> float:
        await writer.store([fact(seq=0)])
        began = time.monotonic()
        for seq in range(1, 4):
            await writer.store([fact(seq=seq)])
        return time.monotonic() - began

    assert running(work, insert, tmp_path, interval=0.01, retry_after=5) < 0.3
    assert len([row for _, records in Spool(tmp_path).taken() for rows in records for row in rows]) == 4


def test_when_nothing_can_store_the_senders_hear_of_it_and_the_writer_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    insert = Recorder()
    insert.error = ValueError("whatever")

    async def work(writer: Writer) -> None:
        results = await asyncio.gather(*(writer.store([fact()]) for _ in range(5)), return_exceptions=True)
        assert [type(result) for result in results] == [NotStored] * 5
        insert.error = None
        await writer.store([fact(seq=7)])

    running(work, insert, tmp_path / "file")
    assert insert.groups == [[7]]


def test_a_request_that_went_away_does_not_disturb_its_group(tmp_path: Path) -> None:
    insert = Recorder(0.1)

    async def work(writer: Writer) -> None:
        tasks = [asyncio.create_task(writer.store([fact(seq=seq)])) for seq in range(3)]
        await asyncio.sleep(0.01)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert [task.cancelled() for task in tasks] == [False, True, False]

    running(work, insert, tmp_path)
    assert sorted(seq for group in insert.groups for seq in group) == [0, 1, 2]


@pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
def test_a_row_reads_back_as_it_was_written() -> None:
    row = fact(
        page="https://ü.example/🎉?'\"\\\t\n\0",
        starts=[0, 4_294_967_295],
        ends=[1, 4_294_967_295],
        watch_time=2**40,
        duration=None,
        completed=None,
        startup=0,
        lat=-52.3740001,
        lon=4.8897,
        action_type=["click", "reaction"],
        action_name=["", "it's"],
        action_at=[0, 5],
        action_converted=[True, False],
        quarters=[],
        bot=True,
    )
    facts_insert([row])
    found = ViewingSession.objects.get()
    for column in COLUMNS:
        expected = getattr(row, column)
        if column == "received_at":
            expected = expected.replace(microsecond=expected.microsecond // 1000 * 1000)
        assert getattr(found, column) == expected, column


@pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
def test_the_columns_are_the_model_s() -> None:
    assert list(COLUMNS) == [field.column for field in ViewingSession._meta.concrete_fields]


@pytest.mark.django_db(transaction=True, databases=["default", "clickhouse"])
def test_rows_survive_an_engine_whose_table_is_away(tmp_path: Path) -> None:
    with connections["clickhouse"].cursor() as cursor:
        cursor.execute("RENAME TABLE viewing_session TO viewing_session_away")
    away = True

    def back() -> None:
        with connections["clickhouse"].cursor() as cursor:
            cursor.execute("RENAME TABLE viewing_session_away TO viewing_session")

    async def work(writer: Writer) -> None:
        nonlocal away
        await asyncio.gather(*(writer.store([fact(seq=seq)]) for seq in range(20)))
        await asyncio.to_thread(back)
        away = False
        async with asyncio.timeout(10):
            while await asyncio.to_thread(ViewingSession.objects.count) < 20:
                await asyncio.sleep(0.05)

    try:
        running(work, facts_insert, tmp_path, retry_after=0.1)
    finally:
        if away:
            back()
