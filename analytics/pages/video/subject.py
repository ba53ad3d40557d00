"""The video that a page is about, what its address asks of the tabs, and what several parts need to know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.http import QueryDict

from analytics.curves import Curve, engagement_curve, video_duration
from analytics.pages.downloads import PARAMETER
from analytics.pages.inquiry import Inquiry
from analytics.pages.viewers.paging import page_asked
from videos.errors import Unknown
from videos.models import Video
from videos.selectors import video_by_id

TAB, WITH, FIND = "tab", "with", "find"
AUDIENCE, REFERRERS, VIEWERS, ACTIONS, REACTIONS, QUALITY, COMPARE = TABS = (
    "audience", "referrers", "viewers", "actions", "reactions", "quality", "compare",
)  # fmt: skip
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Subject:
    """A video and the questions of its page, whose scope it is. What is known of the video is asked when first needed.

    `tab` is the open one, `other` the video that it is compared with, `find` what others are searched for, `number`
    the page of its viewers from 1. `is_file` is whether rows are asked for as a file instead of the page.
    """

    inquiry: Inquiry
    video: Video
    tab: str = AUDIENCE
    other: Video | None = None
    find: str = ""
    number: int = 1
    is_file: bool = False

    @cached_property
    def duration(self) -> int:
        """How long the video is, ms; 0 where nobody knows it."""
        return video_duration(self.video, self.inquiry.sessions) or 0

    @cached_property
    def plays(self) -> int:
        return int(self.inquiry.ask("plays").rows[0]["plays"])

    @cached_property
    def curve(self) -> Curve:
        """The engagement curve of a video of known duration."""
        return engagement_curve(self.inquiry.sessions(), self.duration)

    def page_url(self, number: int) -> str:
        """Return the address of another page of the viewers."""
        page = (("page", str(number)),) if number > 1 else ()
        return self.inquiry.state.url(more=(*_more(VIEWERS, None), *page))

    def tab_url(self, tab: str, other: Video | None = None) -> str:
        """Return the address of the page with a tab open, compared with another video where one is given."""
        return self.inquiry.state.url(more=_more(tab, other))


def subject_of(inquiry: Inquiry, video: Video, query: QueryDict) -> Subject:
    """Return what the address' `query` asks of the video; the state's notices say what was not understood."""
    notices: list[str] = []
    tab = query.get(TAB, "") or AUDIENCE
    if tab not in TABS:
        notices.append(f"There is no tab “{tab}”; there are {', '.join(TABS)}.")
        tab = AUDIENCE
    other = None
    if tab == COMPARE and (public_id := query.get(WITH, "")):
        try:
            other = video_by_id(inquiry.context.workspace, public_id)
        except Unknown:
            notices.append(f"There is no video “{public_id}” to compare with in this workspace.")
        if other == video:
            notices.append("This is the same video; choose another one to compare it with.")
            other = None
    number = page_asked(query, notices) if tab == VIEWERS else 1
    state = replace(inquiry.state, more=_more(tab, other), notices=(*inquiry.state.notices, *notices))
    find = " ".join(query.get(FIND, "").split())[:LONGEST_SEARCH]
    return Subject(replace(inquiry, state=state), video, tab, other, find, number, PARAMETER in query)


def _more(tab: str, other: Video | None) -> tuple[tuple[str, str], ...]:
    """Return what an address says of the tab, nothing of the first one."""
    named = () if tab == AUDIENCE else ((TAB, tab),)
    return (*named, (WITH, other.public_id)) if other else named
