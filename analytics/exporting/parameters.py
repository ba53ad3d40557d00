"""Which sessions an export is asked for, as words: the API's parameters and the command's options are the same."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.context import PREFIXES
from analytics.exporting.sessions import FORMATS, ExportOrder
from analytics.exporting.words import DATES, asked_of, word_errors
from videos.errors import FieldError, Invalid
from videos.models import Workspace

FLAGS = ("bots", "identities")
KNOWN = ("format", "period", *DATES, *PREFIXES, *FLAGS)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def order_of(workspace: Workspace, words: Mapping[str, str]) -> ExportOrder:
    """Return the order that the words give; an empty one counts as none. Raises Invalid, and Unknown for the scope."""
    words = {name: word for name, word in words.items() if word}
    errors = list(word_errors(words, KNOWN, FORMATS))
    errors += (FieldError(name, "Give true or false.") for name in FLAGS if words.get(name, "true") not in _TRUTHS)
    if errors:
        raise Invalid(errors)
    asked = asked_of(workspace, words, FORMATS)
    return ExportOrder(
        context=asked.context,
        period=asked.period,
        format=asked.format,
        scope=asked.scope,
        with_bots=_TRUTHS[words.get("bots", "false")],
        with_identities=_TRUTHS[words.get("identities", "true")],
    )
