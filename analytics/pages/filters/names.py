"""What the values of dimensions are called in chips and choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from analytics.context import Context
from analytics.countries import country_name
from analytics.dimensions import DIMENSIONS
from analytics.pages.breakdowns import device_name
from analytics.pages.inquiry import Inquiry
from analytics.pages.viewers.faces import face_of
from analytics.sessions import Filter
from analytics.viewers.known import persons_by_key

CATALOG = frozenset({"video", "project", "folder", "template", "event", "talk"})
TRUTH_NAMES = {"live": ("Live", "Recording"), "identified": ("Known person", "Anonymous")}
OPERATION_NAMES = {"in": "is", "not_in": "is not", "contains": "contains"}


@dataclass(frozen=True)
class Chip:
    """A filter in words, with the address of the page without it."""

    label: str
    url: str


def names_of(dimension: str, values: Iterable[str | bool | None], context: Context) -> dict[str | bool | None, str]:
    """Return what each value is called; the catalog's things and persons are looked up, whoever is gone is an id."""
    values = list(values)
    said: Callable[[str | bool | None], str]
    if dimension in CATALOG:
        said = partial(_catalog_name, context)
    elif dimension == "visitor":
        persons = persons_by_key(context, (str(value) for value in values if value is not None))
        return {value: face_of(str(value), persons.get(str(value))).label if value else "unknown" for value in values}
    elif dimension in TRUTH_NAMES:
        true, false = TRUTH_NAMES[dimension]
        said = lambda value: true if value in {True, "true"} else false  # noqa: E731  # one line of a table
    else:
        said = partial(_word, dimension)
    return {value: said(value) for value in values}


def _catalog_name(context: Context, value: str | bool | None) -> str:
    return "none" if value is None else context.maps.names.get(str(value), str(value))


def _word(dimension: str, value: str | bool | None) -> str:
    text = None if value is None else str(value)
    if dimension == "country":
        return country_name(text)
    if dimension == "device":
        return device_name(text)
    if dimension == "weekday" and text:
        return text.capitalize()
    return text or "unknown"


def chips_of(inquiry: Inquiry) -> tuple[Chip, ...]:
    """Return the page's filters in words."""
    state = inquiry.state
    return tuple(Chip(filter_said(each, inquiry.context), state.without_filter_url(each)) for each in state.filters)


def filter_said(condition: Filter, context: Context) -> str:
    """Return a filter in words: `Country is Germany or Nepal`."""
    names = names_of(condition.dimension, condition.values, context)
    return _sentence(condition, names)


def filters_said(conditions: Iterable[Filter], context: Context) -> dict[Filter, str]:
    """Return each of many filters in words; names are looked up once for a dimension."""
    conditions = list(conditions)
    values: dict[str, list[str | bool | None]] = {}
    for each in conditions:
        values.setdefault(each.dimension, []).extend(each.values)
    names = {dimension: names_of(dimension, found, context) for dimension, found in values.items()}
    return {each: _sentence(each, names[each.dimension]) for each in conditions}


def _sentence(condition: Filter, names: Mapping[str | bool | None, str]) -> str:
    between = " nor " if condition.op == "not_in" else " or "
    said = between.join(dict.fromkeys(names[value] for value in condition.values))
    return f"{DIMENSIONS[condition.dimension].label} {OPERATION_NAMES[condition.op]} {said}"
