"""The PEP 249 exceptions of the driver (clickhouse-connect's own), and which one each ClickHouse error code becomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.exceptions import (
    DatabaseError,
    DataError,
    Error,
    IntegrityError,
    InterfaceError,
    InternalError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)

# Names: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
_CODES: dict[type[DatabaseError], str] = {
    # Values that cannot be parsed, converted or held by their type.
    DataError: "6 26 27 38 41 53 69 70 72 117 128 130 131 153 190 321 376 395 407 441 457 467 675 676 691 692",
    # A NULL where none may be, a CHECK that does not hold.
    IntegrityError: "349 469",
    InternalError: "49",
    NotSupportedError: "48 344 420",
    # Time, memory, disk, network, rights, a missing database: nothing that another SQL text would change.
    OperationalError: (
        "3 32 33 40 74 75 76 81 158 159 160 164 173 191 192 193 194 198 201 202 203 209 210 225 236 241 242 243 252"
        " 254 279 285 305 307 319 394 396 425 439 497 499 516 999"
    ),
    # Names, types and syntax.
    ProgrammingError: (
        "10 15 16 20 35 36 42 43 44 46 47 50 51 57 60 62 63 80 82 115 179 184 207 215 352 386 452 456 524 721"
    ),
}
_CLASS_OF_CODE = {int(code): error for error, codes in _CODES.items() for code in codes.split()}


@contextmanager
def translated() -> Iterator[None]:
    """Raise the engine's errors as the PEP 249 class of their code, and values it cannot take as DataError."""
    try:
        yield
    except Error as error:
        specific = _CLASS_OF_CODE.get(error.code or 0)
        if specific is None or isinstance(error, specific):
            raise
        raise specific(*error.args, code=error.code, name=error.name) from error


@contextmanager
def translated_values() -> Iterator[None]:
    """As `translated`, and raise what Python says of a value that its column cannot take as DataError."""
    try:
        with translated():
            yield
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DataError(f"A value does not fit its column: {error}") from error


__all__ = [
    "DataError",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "InterfaceError",
    "InternalError",
    "NotSupportedError",
    "OperationalError",
    "ProgrammingError",
    "translated",
    "translated_values",
]
