"""A question as GET /v1/query has it in its address, put together to the body of the POST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework.utils import json

from analytics.context import PREFIXES
from videos.errors import FieldError, Invalid

LISTS = ("metrics", "by")
ONCE = ("period", "from", "to", *PREFIXES, "filters", "compare", "order", "page", "per_page", "bots", "format")
KNOWN = (*LISTS, *ONCE, "filter")


@dataclass(frozen=True)
class Parameters:
    """The parameters of one request; an empty one counts as none."""

    query: QueryDict

    def body(self) -> dict[str, Any]:
        """Return the question as the body of a POST. Raises Invalid naming the parameters that make none."""
        if errors := list(self._errors()):
            raise Invalid(errors)
        body: dict[str, Any] = {name: self._words(name) for name in LISTS if self._words(name)}
        body |= self._given("compare", "order", "page", "per_page", "bots")
        if self._has("period"):
            body["period"] = {"name": self.query["period"]}
        elif self._has("from"):
            body["period"] = self._given("from", "to")
        body["scope"] = self._given(*PREFIXES)
        if filters := [*self._filters_in_full(), *self._filters_in_short()]:
            body["filters"] = filters
        return body

    def name_of(self, field: str) -> str:
        """Return the parameter that a field of the body came from: `from` for `period.from`, say."""
        first, *rest = field.split(".")
        if first == "period":
            return rest[0] if rest and rest[0] in ("from", "to") else "period" if self._has("period") else "from"
        if first == "scope":
            return next((kind for kind in PREFIXES if self._has(kind)), first)
        if first == "filters":
            return first if self._has("filters") else "filter"
        return first

    def _has(self, name: str) -> bool:
        return bool(self.query.get(name))

    def _given(self, *names: str) -> dict[str, Any]:
        return {name: self.query[name] for name in names if self._has(name)}

    def _words(self, name: str) -> list[str]:
        words = (word.strip() for value in self.query.getlist(name) for word in value.split(","))
        return [word for word in words if word]

    def _errors(self) -> Iterator[FieldError]:
        for name in sorted(set(self.query) - set(KNOWN))[:10]:
            yield FieldError(name[:64], f"There is no such parameter; there are {', '.join(KNOWN)}.")
        for name in ONCE:
            if len(self.query.getlist(name)) > 1:
                yield FieldError(name, "Give it once.")
        scopes = [kind for kind in PREFIXES if self._has(kind)]
        for kind in scopes[1:]:
            yield FieldError(kind, f"Give one of {', '.join(PREFIXES)}; {scopes[0]} is given too.")
        if self._has("from") != self._has("to"):
            missing = "to" if self._has("from") else "from"
            yield FieldError(missing, "from and to belong together (YYYY-MM-DD, both inclusive).")
        elif self._has("from") and self._has("period"):
            yield FieldError("period", "Give either a period, or from and to.")

    def _filters_in_full(self) -> list[Any]:
        if not self._has("filters"):
            return []
        try:
            filters = json.loads(str(self.query["filters"]))
        except (ValueError, RecursionError) as error:
            raise Invalid.field("filters", "This is no JSON, or nested too deeply.") from error
        if not isinstance(filters, list):
            raise Invalid.field("filters", "Give a JSON array of filters, as the body of a POST has it.")
        return filters

    def _filters_in_short(self) -> list[dict[str, Any]]:
        """Return a filter for each dimension and operation, with all the values that are named for it."""
        found: dict[tuple[str, str], list[str | None]] = {}
        for text in filter(None, self.query.getlist("filter")):
            dimension, first, rest = text.partition(":")
            operation, second, value = rest.partition(":")
            if not (first and second):
                message = f"{text[:64]!r} is no filter; write dimension:operation:value, such as country:in:DE."
                raise Invalid.field("filter", message)
            found.setdefault((dimension, operation), []).append(value or None)
        return [{"dimension": name, "op": op, "values": values} for (name, op), values in found.items()]
