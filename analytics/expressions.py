"""Django expressions that only our questions need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from django.db.models import Expression, Field, FloatField, IntegerField

from analytics.clickhouse.lookups import numbers_sql


class RowSQL(Expression):
    """A value of each row, written in the engine's SQL over the fact's columns; our own text, never a user's."""

    def __init__(self, sql: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.sql = sql

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self.sql.replace("%", "%%"), []


class AggregateSQL(Expression):
    """An aggregate written in the engine's SQL over the fact's columns; our own text, never a user's.

    Where there are `params`, `%s` in the text stands for each of them.
    """

    contains_aggregate = True

    def __init__(self, sql: str, output_field: Field | None = None, params: tuple[Any, ...] = ()) -> None:
        super().__init__(output_field=output_field or FloatField())
        self.sql = sql
        self.params = params

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return (self.sql, list(self.params)) if self.params else (self.sql.replace("%", "%%"), [])

    def get_group_by_cols(self) -> list:
        return []

    def get_db_converters(self, connection: Any) -> list:
        # The engine's own type is the answer's: whole numbers stay whole, arrays stay arrays.
        return []


class VideoKey(Expression):
    """A number for each video, or several; the text has as many of them as there are videos, so it is made once."""

    def __init__(self, sql: str) -> None:
        super().__init__(output_field=IntegerField())
        self.sql = sql

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return self.sql, []

    def get_group_by_cols(self) -> list:
        return [self]


def video_key(name: str, numbers: Mapping[int, Sequence[int]]) -> VideoKey:
    """Return the numbers that each video has as `name` (video → numbers from 1), 0 where it has none.

    A session is counted once under each of several.
    """
    if all(len(several) <= 1 for several in numbers.values()):
        return VideoKey(_transformed({video: several[0] for video, several in numbers.items() if several}))
    groups = sorted({tuple(several) for several in numbers.values() if several})
    positions = {group: position for position, group in enumerate(groups, start=2)}
    position = _transformed({video: positions[tuple(several)] for video, several in numbers.items() if several})
    # Nobody is in the last group. It tells several keys of one question apart: the engine takes equal lists for one and
    # would not combine them.
    lists = ", ".join(numbers_sql(group) for group in [(0,), *groups, (crc32(name.encode()),)])
    return VideoKey(f"arrayJoin(arrayElement([{lists}], toUInt32(if({position} = 0, 1, {position}))))")


def _transformed(numbers: Mapping[int, int]) -> str:
    """Return the SQL of each video's number, 0 for videos that have none."""
    if not numbers:
        return "toUInt32(0)"
    return f"transform(video_id, {numbers_sql(numbers)}, {numbers_sql(numbers.values())}, 0)"
