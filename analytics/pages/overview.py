"""The overview of a workspace, or of one project or folder of it: what all its videos did in a period."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.charts import Chart
from analytics.pages.breakdowns import Breakdown, Referrers, audience_of, referrers_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import NEVER, Head, Toolbar, emptiness_of, first_video_of, head_of, toolbar_of
from analytics.pages.places import Crumb, Place, below_of, crumbs_of
from analytics.pages.videos import TopVideos, top_videos, videos_ranked
from analytics.pages.week import week_chart
from analytics.pages.world import world_chart
from analytics.presence import Watching
from analytics.together import together

# As many as stand beside the map.
COUNTRIES = 9


@dataclass(frozen=True)
class Details:
    """Everything below the charts over time."""

    week: Chart
    world: Chart
    countries: Breakdown
    breakdowns: tuple[Breakdown, ...]
    referrers: Referrers
    videos: TopVideos


@dataclass(frozen=True)
class Overview:
    """The page. `empty` says why `details` is None; `first_video` is a public id to teach with, '' without any.

    `crumbs` lead up to the workspace, none from there; `below` leads down, None where nothing lies below.
    """

    crumbs: tuple[Crumb, ...]
    below: Breakdown | None
    watching: Watching
    toolbar: Toolbar
    head: Head
    details: Details | None
    empty: str
    first_video: str
    notices: tuple[str, ...]


def overview(inquiry: Inquiry, place: Place) -> Overview:
    """Return the page of the place, which the inquiry's scope is."""
    (head, total, timeline), watching, audience, week, referrers, ranked = together(
        lambda: head_of(inquiry),
        inquiry.watching,
        lambda: audience_of(inquiry, COUNTRIES),
        lambda: week_chart(inquiry),
        lambda: referrers_of(inquiry),
        lambda: videos_ranked(inquiry),
    )
    empty = emptiness_of(inquiry, total)
    videos, below = together(
        lambda: top_videos(inquiry, ranked, total, timeline), lambda: below_of(inquiry, place, total)
    )
    countries, *breakdowns = audience
    return Overview(
        crumbs=crumbs_of(inquiry.context.workspace, place.steps, inquiry.state) if place.steps else (),
        below=below,
        watching=watching,
        toolbar=toolbar_of(inquiry.state, timeline.grain, timeline.grains),
        head=head,
        details=None
        if empty
        else Details(week, world_chart(countries), countries, tuple(breakdowns), referrers, videos),
        empty=empty,
        first_video=first_video_of(inquiry) if empty == NEVER else "",
        notices=inquiry.state.notices,
    )
