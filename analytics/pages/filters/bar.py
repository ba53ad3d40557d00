"""The bar of filters under a page's toolbar."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.dimensions import DIMENSIONS
from analytics.models import Segment
from analytics.pages.filters.names import CATALOG, OPERATION_NAMES, TRUTH_NAMES, Chip, chips_of, names_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import FILTER_DIMENSIONS, filter_written, filters_read
from analytics.segments import segments_of

# In the order in which people think of them; whatever else there is comes behind.
GROUPS = (
    ("Where", ("country", "region", "city")),
    ("With what", ("device", "os", "browser")),
    ("From", ("domain", "page", "source", "utm_source", "utm_medium", "utm_campaign")),
    ("Who", ("identified", "visitor")),
    ("What", ("video", "folder", "project", "template", "event", "talk", "live")),
    ("When", ("weekday", "hour_of_day")),
)
MOST_VALUES = 200


@dataclass(frozen=True)
class SegmentChoice:
    """A saved segment: its name, the page with its filters, whether these are the page's now."""

    public_id: str
    name: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class FilterBar:
    """The page's filters in words, what can be added, and the saved segments.

    `hidden` are the address' parts that the form keeps; `written` the filters as the address has them.
    """

    chips: tuple[Chip, ...]
    clear_url: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    operations: tuple[tuple[str, str], ...]
    hidden: tuple[tuple[str, str], ...]
    segments: tuple[SegmentChoice, ...]
    written: tuple[str, ...]
    is_saved: bool


def filter_bar(inquiry: Inquiry, hidden: tuple[tuple[str, str], ...]) -> FilterBar:
    """Return the bar of a page: one query for the segments, more only where a filter's values have names."""
    state = inquiry.state
    written = tuple(text for each in state.filters for text in filter_written(each))
    segments = tuple(_segment(each, inquiry, written) for each in segments_of(inquiry.context.workspace))
    listed = {name for _, names in GROUPS for name in names}
    others = tuple(name for name in FILTER_DIMENSIONS if name not in listed)
    return FilterBar(
        chips=chips_of(inquiry),
        clear_url=state.url(filters=()),
        groups=tuple(
            (title, tuple((name, DIMENSIONS[name].label) for name in names))
            for title, names in (*GROUPS, ("More", others))
        ),
        operations=tuple(OPERATION_NAMES.items()),
        hidden=hidden,
        segments=segments,
        written=written,
        is_saved=any(each.is_current for each in segments),
    )


def _segment(segment: Segment, inquiry: Inquiry, written: tuple[str, ...]) -> SegmentChoice:
    filters = filters_read(segment.filters, [])
    return SegmentChoice(
        segment.public_id,
        segment.name,
        inquiry.state.url(filters=filters),
        sorted(segment.filters) == sorted(written),
    )


@dataclass(frozen=True)
class Values:
    """What a filter on a dimension can ask for: values with their names, in order; `is_closed` where there are no
    others. `takes_text` says whether a text can be contained."""

    dimension: str
    label: str
    options: tuple[tuple[str, str], ...]
    is_closed: bool
    takes_text: bool


def values_of(inquiry: Inquiry, dimension: str) -> Values:
    """Return the values of the page's sessions, the most viewed first; all there are where these are few."""
    label = DIMENSIONS[dimension].label
    if dimension in TRUTH_NAMES:
        true, false = TRUTH_NAMES[dimension]
        return Values(dimension, label, (("true", true), ("false", false)), True, False)
    found = inquiry.ask("views", by=(dimension,), order="-views", per_page=MOST_VALUES).rows
    values = [row[dimension] for row in found]
    names = names_of(dimension, values, inquiry.context)
    options = [("" if value is None else str(value), names[value]) for value in values]
    is_closed = dimension in CATALOG or (dimension != "visitor" and len(values) < MOST_VALUES // 4)
    return Values(dimension, label, tuple(options), is_closed, dimension not in {"visitor", *CATALOG})
