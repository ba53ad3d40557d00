"""The list of a workspace's segments: what each filters, and where to look through it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from analytics.context import Context
from analytics.models import Segment
from analytics.pages.filters.names import filters_said
from analytics.pages.state import filters_read
from analytics.segments import segments_of

PAGES = (("Overview", "pages:overview"), ("Viewers", "pages:viewers"), ("Live", "pages:live"))


@dataclass(frozen=True)
class SegmentLine:
    """A segment: its filters in words, and the pages that it narrows, by name and address."""

    public_id: str
    name: str
    filters: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]


def segment_lines(context: Context) -> tuple[SegmentLine, ...]:
    """Return the workspace's segments, by name: one query, and one for each kind of thing that filters name."""
    segments = [(each, filters_read(each.filters, [])) for each in segments_of(context.workspace)]
    said = filters_said((condition for _, filters in segments for condition in filters), context)
    return tuple(
        SegmentLine(each.public_id, each.name, tuple(said[condition] for condition in filters), _pages(each))
        for each, filters in segments
    )


def _pages(segment: Segment) -> tuple[tuple[str, str], ...]:
    query = urlencode([("filter", text) for text in segment.filters])
    return tuple((label, f"{reverse(name)}?{query}") for label, name in PAGES)
