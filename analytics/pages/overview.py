"""The overview of a workspace, or of one project or folder of it: what all its videos did in a period.

Where there is much to count, the page comes in parts: what is above the fold first, then each part by a request of its
own, so that the first numbers are there as fast as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analytics.charts import Chart
from analytics.pages.breakdowns import Breakdown, Referrers, audience_of, referrers_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import NEVER, Head, Toolbar, emptiness_of, first_video_of, head_of, toolbar_of
from analytics.pages.places import Crumb, Place, below_of, crumbs_of
from analytics.pages.videos import TopVideos, top_videos
from analytics.pages.week import week_chart
from analytics.pages.world import world_chart
from analytics.presence import Watching
from analytics.query import Row
from analytics.together import together

# As many as stand beside the map.
COUNTRIES = 9
# Beyond so many player loads one answer with everything would keep the reader waiting.
# Those of some videos lie apart in the store: half as many take as long.
MANY = 100_000


@dataclass(frozen=True)
class Audience:
    """When, where and on what was watched; `below` leads down in the catalog, None where nothing lies below."""

    week: Chart
    world: Chart
    countries: Breakdown
    breakdowns: tuple[Breakdown, ...]
    below: Breakdown | None


@dataclass(frozen=True)
class Lists:
    """The pages that the players are on, and the videos."""

    referrers: Referrers
    videos: TopVideos


@dataclass(frozen=True)
class Overview:
    """The page. `empty` says why there is nothing to show; `first_video` is a public id to teach with, '' without any.

    `crumbs` lead up to the workspace, none from there. `audience` and `lists` are None in an empty page, which has
    `below` all the same, and where they are still to come: `next_part` names the part that is, '' where all is here.
    """

    crumbs: tuple[Crumb, ...]
    below: Breakdown | None
    watching: Watching
    toolbar: Toolbar
    head: Head
    audience: Audience | None
    lists: Lists | None
    next_part: str
    empty: str
    first_video: str
    notices: tuple[str, ...]


@dataclass(frozen=True)
class AudiencePart:
    """What comes after the page's first part."""

    audience: Audience
    next_part: str = "lists"


@dataclass(frozen=True)
class ListsPart:
    """What comes last."""

    lists: Lists


def overview(inquiry: Inquiry, place: Place, is_whole: bool) -> Overview:
    """Return the page of the place, which the inquiry's scope is; all of it if it `is_whole`, or not too much."""
    (head, total, timeline), watching = together(lambda: head_of(inquiry), inquiry.watching)
    empty = emptiness_of(inquiry, total)
    is_later = total["loads"] > (MANY if place.scope is None else MANY // 2) and not is_whole
    audience, lists = (None, None)
    if not empty and not is_later:
        audience, lists = together(
            lambda: _audience(inquiry, place, lambda: total), lambda: _lists(inquiry, lambda: total)
        )
    return Overview(
        crumbs=crumbs_of(inquiry.context.workspace, place.steps, inquiry.state) if place.steps else (),
        below=below_of(inquiry, place, total) if empty else None,
        watching=watching,
        toolbar=toolbar_of(inquiry.state, timeline.grain, timeline.grains),
        head=head,
        audience=audience,
        lists=lists,
        next_part="audience" if is_later else "",
        empty=empty,
        first_video=first_video_of(inquiry) if empty == NEVER else "",
        notices=inquiry.state.notices,
    )


def audience_part(inquiry: Inquiry, place: Place) -> AudiencePart:
    """Return the page's second part."""
    return AudiencePart(_audience(inquiry, place, lambda: _total(inquiry)))


def lists_part(inquiry: Inquiry, place: Place) -> ListsPart:
    """Return the page's last part."""
    return ListsPart(_lists(inquiry, lambda: _total(inquiry)))


def _total(inquiry: Inquiry) -> Row:
    return inquiry.ask("views", "loads").rows[0]


def _audience(inquiry: Inquiry, place: Place, total: Callable[[], Row]) -> Audience:
    (countries, *breakdowns), week, below = together(
        lambda: audience_of(inquiry, COUNTRIES),
        lambda: week_chart(inquiry),
        lambda: below_of(inquiry, place, total()) if place.below else None,
    )
    return Audience(week, world_chart(countries), countries, tuple(breakdowns), below)


def _lists(inquiry: Inquiry, total: Callable[[], Row]) -> Lists:
    return Lists(*together(lambda: referrers_of(inquiry), lambda: top_videos(inquiry, total())))
