"""The tabs of a video's page: each asks its own questions, and only when it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from analytics.pages.breakdowns import Breakdown, audience_of, referrers_of
from analytics.pages.shared.links import PERSONAL_TABS
from analytics.pages.video.actions import actions_shown
from analytics.pages.video.comparison import comparison_of
from analytics.pages.video.quality import quality_of
from analytics.pages.video.reactions import reactions_shown
from analytics.pages.video.subject import ACTIONS, AUDIENCE, COMPARE, QUALITY, REACTIONS, REFERRERS, VIEWERS, Subject
from analytics.pages.video.viewers import watchers_of


@dataclass(frozen=True)
class Audience:
    """Where and on what the video was watched, and where its viewers came from."""

    breakdowns: tuple[Breakdown, ...]


@dataclass(frozen=True)
class TabLink:
    """A tab to choose, with its address."""

    name: str
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Tab:
    """The open tab among all, the template that shows it, and what it has to show."""

    name: str
    template: str
    links: tuple[TabLink, ...]
    content: Any


@dataclass(frozen=True)
class TabPart:
    """The open tab as what is swapped alone; `notices` say what of the address was not understood."""

    tab: Tab
    notices: tuple[str, ...]


LABELS = {
    AUDIENCE: "Audience", REFERRERS: "Referrers", VIEWERS: "Viewers", ACTIONS: "Actions", REACTIONS: "Reactions",
    QUALITY: "Quality", COMPARE: "Compare",
}  # fmt: skip
MAKERS: dict[str, Callable[[Subject], Any]] = {
    AUDIENCE: lambda subject: Audience(audience_of(subject.inquiry)),
    REFERRERS: lambda subject: referrers_of(subject.inquiry),
    VIEWERS: watchers_of,
    ACTIONS: actions_shown,
    REACTIONS: reactions_shown,
    QUALITY: quality_of,
    COMPARE: comparison_of,
}


def tab_of(subject: Subject) -> Tab:
    """Return the open tab of the subject's page; guests are offered none that names viewers."""
    offered = [name for name in LABELS if not (subject.inquiry.state.is_locked and name in PERSONAL_TABS)]
    links = tuple(TabLink(name, LABELS[name], subject.tab_url(name), name == subject.tab) for name in offered)
    return Tab(subject.tab, f"analytics/video/{subject.tab}.html", links, MAKERS[subject.tab](subject))
