"""The words that all exports take: `period`, or `from` and `to`, one scope, and the `format`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.http import QueryDict
from django.utils import timezone

from analytics.context import PREFIXES, Context, Scope
from analytics.periods import Period, period_named, period_of_dates
from videos.errors import FieldError, Invalid
from videos.models import Workspace

DEFAULT_PERIOD = "all_time"
DATES = ("from", "to")


@dataclass(frozen=True)
class Asked:
    """Whose sessions of which period are asked for, and in which format."""

    context: Context
    period: Period
    scope: Scope | None
    format: str


def words_once(query: QueryDict) -> dict[str, str]:
    """Return an address's parameters. Raises Invalid for those given more than once."""
    if twice := [name for name in query if len(query.getlist(name)) > 1]:
        raise Invalid(FieldError(name[:64], "Give it once.") for name in twice[:10])
    return {name: str(query[name]) for name in query}


def asked_of(workspace: Workspace, words: Mapping[str, str], formats: Collection[str]) -> Asked:
    """Return what the words ask for; the first format is the default. Raises Invalid, and Unknown for the scope."""
    context = Context(workspace)
    scope = next((Scope(kind, words[kind]) for kind in PREFIXES if kind in words), None)
    if scope is not None:
        context.videos_of(scope)
    period = _period(words, workspace, timezone.now())
    return Asked(context, period, scope, words.get("format", next(iter(formats))))


def word_errors(words: Mapping[str, str], known: Collection[str], formats: Collection[str]) -> Iterator[FieldError]:
    """Yield what is wrong with the words, but for unknown ids and periods."""
    for name in sorted(set(words) - set(known))[:10]:
        yield FieldError(name[:64], f"There is no such parameter; there are {', '.join(known)}.")
    if "format" in words and words["format"] not in formats:
        yield FieldError("format", f"There is no format {words['format'][:64]!r}; there are {', '.join(formats)}.")
    scopes = [kind for kind in PREFIXES if kind in words]
    for kind in scopes[1:]:
        yield FieldError(kind, f"Give one of {', '.join(PREFIXES)}; {scopes[0]} is given too.")
    given = [name for name in DATES if name in words]
    if len(given) == 1:
        missing = "to" if given == ["from"] else "from"
        yield FieldError(missing, "from and to belong together (YYYY-MM-DD, both inclusive).")
    elif given and "period" in words:
        yield FieldError("period", "Give either a period, or from and to.")
    for name in given:
        if _date(words[name]) is None:
            yield FieldError(name, "Give a date as YYYY-MM-DD.")


def _period(words: Mapping[str, str], workspace: Workspace, now: datetime) -> Period:
    first_on, last_on = (_date(words.get(name, "")) for name in DATES)
    if first_on and last_on:
        return period_of_dates(first_on, last_on, workspace.zone)
    return period_named(words.get("period", DEFAULT_PERIOD), workspace.zone, now)


def _date(word: str) -> date | None:
    try:
        # Python reads more than one way to write a date.
        return date.fromisoformat(word) if len(word) == len("2026-01-31") else None
    except ValueError:
        return None
