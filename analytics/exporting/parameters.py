"""Which sessions an export is asked for, as words: the API's parameters and the command's options are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from django.utils import timezone

from analytics.context import PREFIXES, Context, Scope
from analytics.exporting.sessions import FORMATS, ExportOrder
from analytics.periods import Period, period_named, period_of_dates
from videos.errors import FieldError, Invalid
from videos.models import Workspace

DEFAULT_PERIOD = "all_time"
DATES = ("from", "to")
FLAGS = ("bots", "identities")
KNOWN = ("format", "period", *DATES, *PREFIXES, *FLAGS)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def order_of(workspace: Workspace, words: Mapping[str, str]) -> ExportOrder:
    """Return the order that the words give; an empty one counts as none. Raises Invalid, and Unknown for the scope."""
    words = {name: word for name, word in words.items() if word}
    if errors := list(_errors(words)):
        raise Invalid(errors)
    context = Context(workspace)
    scope = next((Scope(kind, words[kind]) for kind in PREFIXES if kind in words), None)
    if scope is not None:
        context.videos_of(scope)
    return ExportOrder(
        context=context,
        period=_period(words, workspace, timezone.now()),
        format=words.get("format", "ndjson"),
        scope=scope,
        with_bots=_TRUTHS[words.get("bots", "false")],
        with_identities=_TRUTHS[words.get("identities", "true")],
    )


def _errors(words: Mapping[str, str]) -> Iterator[FieldError]:
    for name in sorted(set(words) - set(KNOWN))[:10]:
        yield FieldError(name[:64], f"There is no such parameter; there are {', '.join(KNOWN)}.")
    if words.get("format", "ndjson") not in FORMATS:
        yield FieldError("format", f"There is no format {words['format'][:64]!r}; there are {', '.join(FORMATS)}.")
    for name in FLAGS:
        if words.get(name, "true") not in _TRUTHS:
            yield FieldError(name, "Give true or false.")
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
