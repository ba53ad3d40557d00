"""Django expressions that only our questions need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from django.db.models import BooleanField, Expression, Field, FloatField, IntegerField


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


class VideoIs(Expression):
    """Whether the video is one of these (primary keys), for thousands of which the ORM's own `in` takes long."""

    conditional = True

    def __init__(self, videos: Iterable[int]) -> None:
        super().__init__(output_field=BooleanField())
        self.videos = videos

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return f"video_id IN {_list(self.videos)}", []

    def get_group_by_cols(self) -> list:
        return []


class VideoKey(Expression):
    """A number for each video by `numbers` (video → number), 0 for videos that it does not name."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        super().__init__(output_field=IntegerField())
        self.numbers = numbers

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.numbers:
            return "toUInt32(0)", []
        return f"transform(video_id, {_list(self.numbers)}, {_list(self.numbers.values())}, 0)", []

    def get_group_by_cols(self) -> list:
        return [self]


class VideoKeys(VideoKey):
    """As VideoKey with several numbers a video: a session is counted once under each, under 0 where there is none.

    `name` tells several of one question apart: the engine takes equal lists for one and would not combine them.
    """

    def __init__(self, name: str, numbers: Mapping[int, Sequence[int]]) -> None:
        self.name = name
        self.groups = sorted({tuple(several) for several in numbers.values() if several})
        positions = {group: position for position, group in enumerate(self.groups, start=2)}
        super().__init__({video: positions[tuple(several)] for video, several in numbers.items() if several})

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        position, parameters = super().as_sql(compiler, connection)
        # Nobody is in the last group.
        groups = ", ".join(_list(group) for group in [(0,), *self.groups, (crc32(self.name.encode()),)])
        return f"arrayJoin(arrayElement([{groups}], toUInt32(if({position} = 0, 1, {position}))))", parameters


def video_key(name: str, numbers: Mapping[int, Sequence[int]]) -> VideoKey:
    """Return the numbers that each video has as `name` (video → numbers from 1), cheaply where none has several."""
    if all(len(several) <= 1 for several in numbers.values()):
        return VideoKey({video: several[0] for video, several in numbers.items() if several})
    return VideoKeys(name, numbers)


def _list(numbers: Any) -> str:
    return f"[{', '.join(str(int(number)) for number in numbers)}]"
