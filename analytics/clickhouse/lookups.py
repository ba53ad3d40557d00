"""Lookups that the ORM would write as longer SQL than the engine reads quickly."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models.lookups import In


def numbers_sql(numbers: Iterable[int]) -> str:
    """Return the SQL of an array of numbers, as one text: of thousands, the engine reads that much faster than a list
    of numbers, and the ORM writes it much faster than as many parameters."""
    return f"CAST('[{','.join(str(int(number)) for number in numbers)}]', 'Array(UInt32)')"


class InNumbers(In):
    """`in` for columns of whole numbers below 2³²."""

    def get_prep_lookup(self) -> Any:
        if not self.rhs_is_direct_value():
            return super().get_prep_lookup()
        # As ever in SQL, nothing is equal to NULL.
        return [number for number in self.rhs if number is not None]

    def process_rhs(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        if not self.rhs_is_direct_value():
            return super().process_rhs(compiler, connection)
        if not self.rhs:
            raise EmptyResultSet
        return numbers_sql(self.rhs), []
