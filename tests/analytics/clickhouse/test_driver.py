"""The driver: values, parameters, errors, streaming."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.clickhouse import errors
from analytics.clickhouse.base import DatabaseWrapper, insert_rows
from analytics.clickhouse.driver import Connection

text = st.text(st.characters(exclude_categories=["Cs"]))
same_engine = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KATHMANDU = ZoneInfo("Asia/Kathmandu")
NOON = datetime.datetime(2026, 10, 25, 12, 30, 15, 123456, tzinfo=KATHMANDU)


def ask(engine: Any, sql: str, params: Any = None) -> Any:
    """Return the first column of the first row."""
    with engine.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0]


class Colour(Enum):
    """An enumeration of texts."""

    RED = "it's red"


@same_engine
@given(text)
def test_any_text_comes_back_as_it_went(engine: Any, value: str) -> None:
    assert ask(engine, "SELECT %s", [value]) == value
    assert ask(engine, "SELECT {value:String}", {"value": value}) == value


@same_engine
@given(st.lists(text), st.dictionaries(text, text, min_size=1))
def test_any_texts_within_containers_come_back_as_they_went(
    engine: Any, several: list[str], named: dict[str, str]
) -> None:
    assert ask(engine, "SELECT CAST(%s, 'Array(String)')", [several]) == several
    assert ask(engine, "SELECT {value:Array(String)}", {"value": several}) == several
    assert ask(engine, "SELECT %s", [named]) == named


@same_engine
@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), text), min_size=1))
def test_any_rows_inserted_come_back_as_they_went(engine: Any, rows: list[tuple[int, str]]) -> None:
    with engine.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS written (number UInt32, text String) ENGINE = Memory")
        cursor.execute("TRUNCATE TABLE written")
    insert_rows("written", rows, ["number", "text"])
    with engine.cursor() as cursor:
        cursor.execute("SELECT number, text FROM written")
        assert sorted(cursor.fetchall()) == sorted(rows)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "Nullable(Nothing)"),
        (True, "Bool"),
        (False, "Bool"),
        (-(2**63), "Int64"),
        (2**64 - 1, "UInt64"),
        (2**64, "UInt256"),
        (-(2**63) - 1, "Int256"),
        (0.1, "Float64"),
        (float("inf"), "Float64"),
        (Decimal("-12.340"), "Decimal(76, 3)"),
        (uuid.UUID(int=7), "String"),
        (datetime.date(2024, 2, 29), "String"),
        (NOON, "DateTime64(6, 'UTC')"),
        (NOON.replace(microsecond=5000), "DateTime64(3, 'UTC')"),
        ([1, None, 3], "Array(Nullable(UInt8))"),
        ([], "Array(Nothing)"),
        ((1,), "Tuple(UInt8)"),
        ((1, "a'b", None), "Tuple(UInt8, String, Nullable(Nothing))"),
        (Colour.RED, "String"),
    ],
)
def test_a_value_keeps_its_meaning_as_a_literal(engine: Any, value: Any, kind: str) -> None:
    with engine.cursor() as cursor:
        cursor.execute("SELECT %s, toTypeName(%s)", [value, value])
        found, name = cursor.fetchone()
    expected = value.value if isinstance(value, Enum) else value
    assert found == (str(expected) if isinstance(value, uuid.UUID | datetime.date) and kind == "String" else expected)
    assert name.replace(" ", "") == kind.replace(" ", "")


def test_an_instant_is_the_same_instant_in_a_column_of_any_zone(engine: Any) -> None:
    sql = "SELECT toTimeZone(toDateTime64('2026-10-25 06:45:15.123456', 6, 'UTC'), 'America/New_York') = %s"
    assert ask(engine, sql, [NOON]) == 1


def test_a_naive_datetime_is_a_wall_clock_whatever_the_zone_of_the_process(engine: Any) -> None:
    assert ask(engine, "SELECT toString(%s)", [datetime.datetime(2026, 1, 1, 8)]) == "2026-01-01 08:00:00.000"


@pytest.mark.parametrize(
    "value",
    [datetime.timedelta(1), Decimal("NaN"), datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), "\ud800"],
)
def test_a_value_that_the_engine_cannot_hold_is_a_data_error(engine: Any, value: Any) -> None:
    with pytest.raises(DataError):
        ask(engine, "SELECT %s", [value])


def test_a_per_cent_sign_is_itself_without_parameters_and_doubled_with_an_empty_list(engine: Any) -> None:
    assert ask(engine, "SELECT '100%'") == "100%"
    assert ask(engine, "SELECT '100%%'", []) == "100%"
    assert ask(engine, "SELECT '100%' || {value:String}", {"value": "%s"}) == "100%%s"


def test_named_parameters_are_typed_by_the_engine(engine: Any) -> None:
    value = {"at": NOON, "second": NOON, "ids": [1, 2], "name": "x' OR '1'='1"}
    with engine.cursor() as cursor:
        cursor.execute("SELECT {at:DateTime64(6, 'UTC')}, {ids:Array(UInt32)}, {name:String}, {second:DateTime}", value)
        row = cursor.fetchone()
    assert row == (NOON, [1, 2], "x' OR '1'='1", NOON.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0))


@pytest.mark.parametrize("sql", ["SELECT %(name)s", "SELECT 1"])
def test_a_named_parameter_that_the_text_does_not_use_as_such_is_refused(engine: Any, sql: str) -> None:
    with pytest.raises(ProgrammingError, match=r"written \{name:Type\}"):
        ask(engine, sql, {"name": "x"})


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT * FROM nowhere", ProgrammingError),
        ("SELEC 1", ProgrammingError),
        ("SELECT nothing", ProgrammingError),
        ("SELECT 1 + 'a'", ProgrammingError),
        ("SELECT nofunction(1)", ProgrammingError),
        ("SELECT toUInt8('abc')", DataError),
        ("SELECT toDate('abc')", DataError),
        ("SELECT throwIf(1)", DataError),
        ("SELECT intDiv(1, 0)", DataError),
        ("INSERT INTO checked VALUES (0)", IntegrityError),
        ("SELECT sleep(2) SETTINGS max_execution_time = 0.1", OperationalError),
        ("SELECT max(number) FROM numbers(100000000000) SETTINGS max_execution_time = 0.1", OperationalError),
        ("SELECT groupArray(number) FROM numbers(10000000) SETTINGS max_memory_usage = 1000000", OperationalError),
        ("USE nowhere", OperationalError),
        ("ALTER TABLE checked FREEZE PARTITION 1", NotSupportedError),
    ],
)
def test_an_error_has_its_class_and_leaves_the_connection_usable(engine: Any, sql: str, error: type[Exception]) -> None:
    with engine.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS checked (number UInt32, CONSTRAINT positive CHECK number > 0) ENGINE = Memory"
        )
        with pytest.raises(error):
            cursor.execute(sql)
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == [(1,)]


@pytest.mark.parametrize("value", [None, -1, 2**32, "text", [1]])
def test_a_row_with_a_value_that_does_not_fit_stores_nothing(engine: Any, value: Any) -> None:
    with engine.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS narrow (number UInt32) ENGINE = Memory")
    with pytest.raises(DataError):
        insert_rows("narrow", [[1], [value]], ["number"])
    assert ask(engine, "SELECT count() FROM narrow") == 0


def test_a_column_or_a_table_that_is_not_there_is_named(engine: Any) -> None:
    with pytest.raises(ProgrammingError, match="missing"):
        insert_rows("django_migrations", [[1]], ["missing"])
    with pytest.raises(ProgrammingError, match="nowhere"):
        insert_rows("nowhere", [[1]], ["number"])


def test_every_query_has_the_settings_that_the_product_stands_on(engine: Any) -> None:
    with engine.cursor() as cursor:
        cursor.execute("SELECT name, value FROM system.settings WHERE name IN %s", [tuple(engine_settings())])
        assert dict(cursor.fetchall()) == engine_settings()


def engine_settings() -> dict[str, str]:
    """Return the names and values that DESIGN asks for."""
    return {
        "final": "1",
        "aggregate_functions_null_for_empty": "1",
        "mutations_sync": "1",
        "max_query_size": "100000000",
        "max_execution_time": "30",
        "do_not_merge_across_partitions_select_final": "1",
        "session_timezone": "UTC",
    }


def test_options_set_the_time_limit_and_other_settings(engine: Any) -> None:
    options = {"dsn": "chdb://memory", "max_execution_time": 7, "settings": {"max_threads": 1}}
    wrapper = DatabaseWrapper({**engine.settings_dict, "OPTIONS": options}, "other")
    try:
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT getSetting('max_execution_time'), getSetting('max_threads')")
            assert tuple(map(int, cursor.fetchone())) == (7, 1)
    finally:
        wrapper.close()


def test_an_answer_streams_in_blocks_on_a_client_of_its_own(engine: Any) -> None:
    cursor = engine.chunked_cursor()
    cursor.execute("SELECT number FROM numbers(300000)")
    assert cursor.fetchmany(3) == [(0,), (1,), (2,)]
    assert ask(engine, "SELECT 1") == 1, "the thread's own client is free"
    assert sum(1 for _ in cursor) == 299_997
    cursor.close()


def test_a_stream_may_be_left_in_the_middle(engine: Any) -> None:
    for _ in range(3):
        with engine.chunked_cursor() as cursor:
            cursor.execute("SELECT number FROM numbers(10000000)")
            assert cursor.fetchone() == (0,)
    assert ask(engine, "SELECT 1") == 1


def _read_to_the_end(cursor: Any, sql: str) -> None:
    cursor.execute(sql)
    cursor.fetchall()


def test_a_stream_that_breaks_says_so(engine: Any) -> None:
    with engine.chunked_cursor() as cursor, pytest.raises(DataError):
        _read_to_the_end(cursor, "SELECT throwIf(number = 200000) FROM numbers(1000000)")
    assert ask(engine, "SELECT 1") == 1


def test_a_closed_cursor_or_connection_is_an_interface_error(engine: Any) -> None:
    cursor = engine.cursor()
    cursor.close()
    with pytest.raises(InterfaceError):
        cursor.execute("SELECT 1")
    other = Connection("chdb://memory", "default", {"max_execution_time": 5}, 5)
    other.close()
    other.close()
    with pytest.raises(errors.InterfaceError):
        other.cursor()
    assert ask(engine, "SELECT 1") == 1, "closing one leaves the others"


def test_a_query_may_be_as_long_as_a_list_of_a_hundred_thousand_ids(engine: Any) -> None:
    ids = [str(uuid.UUID(int=number)) for number in range(100_000)]
    assert ask(engine, "SELECT length(%s)", [ids]) == 100_000
    assert ask(engine, "SELECT toUUID(%s) IN %s", [ids[-1], tuple(ids)]) == 1


def test_comments_and_brackets_before_a_question_do_not_make_it_a_command(engine: Any) -> None:
    for sql in ["/* why */ SELECT 1", "-- why\nSELECT 1", "(SELECT 1)", "WITH 1 AS x SELECT x", "select 1;"]:
        assert ask(engine, sql) == 1


def test_the_text_that_was_sent_is_recorded_for_debugging(engine: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2, connection=engine) as captured:
        ask(engine, "SELECT {value:String} || '100%'", {"value": "x"})
        ask(engine, "SELECT %s", ["it's"])
    assert [query["sql"] for query in captured.captured_queries] == [
        "SELECT {value:String} || '100%'",
        "SELECT 'it\\'s'",
    ]
