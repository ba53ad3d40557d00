"""The bodies of the dialect's answers."""

from __future__ import annotations

from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

Rate = Annotated[float | None, Meta(description="from 0 to 1, null over nothing")]
Seconds = Annotated[float, Meta(description="seconds")]
Bucket = Annotated[str, Meta(description="local start of the hour, day, week or month", examples=["2026-01-31"])]

# `from` is a word of Python.
KinescopeTime = TypedDict("KinescopeTime", {"from": str, "to": str, "timezone": str})
Direction = Literal["asc", "desc"]


class KinescopeMeasures(TypedDict, total=False):
    """Metrics under Kinescope's names, all of them unless `fields` names some."""

    player_loads: int
    views: int
    unique_views: int
    view_rate: Rate
    total_watch_time: Seconds
    engagement: Rate
    watch_depth: Annotated[float | None, Meta(description="watch time ÷ (views × duration), null over nothing")]
    peak_concurrent_viewers: int


class KinescopeBucket(KinescopeMeasures, total=False):
    """A step of the timeline."""

    date: Required[Bucket]


class KinescopeTop(KinescopeMeasures, total=False):
    """One of a top's values; null is unknown."""

    name: Required[str | None]


class KinescopeTops(TypedDict):
    """The ten values with the most views of each."""

    oses: list[KinescopeTop]
    devices: list[KinescopeTop]
    browsers: list[KinescopeTop]
    countries: list[KinescopeTop]


class KinescopeOverviewData(TypedDict):
    """Totals, steps and tops of the period."""

    total: KinescopeMeasures
    timeline: list[KinescopeBucket]
    top: KinescopeTops


class KinescopeOverviewMeta(TypedDict):
    """What was asked."""

    time: KinescopeTime


class KinescopeOverview(TypedDict):
    """A period at a glance."""

    meta: KinescopeOverviewMeta
    data: KinescopeOverviewData


class KinescopeRow(KinescopeMeasures, total=False):
    """Metrics of one group; of the keys those that were grouped by, null where a session has none or it is unknown."""

    date: Bucket
    video_id: str | None
    project_id: str | None
    folder_id: str | None
    country: str | None
    city: str | None
    device: str | None


class KinescopePagination(TypedDict):
    """Which rows these are, and how many there are on all pages."""

    page: int
    per_page: int
    total: int


class KinescopeListMeta(TypedDict):
    """What was asked; `order` is the field with its direction."""

    pagination: KinescopePagination
    order: dict[str, Direction]
    time: KinescopeTime


class KinescopeGrouped(TypedDict):
    """A page of groups."""

    meta: KinescopeListMeta
    data: list[KinescopeRow]


class KinescopePage(TypedDict):
    """A page that the player is embedded in; null is unknown."""

    url: str | None
    views: int
    player_loads: int
    view_rate: Rate


class KinescopeDomain(TypedDict):
    """A domain with its own totals, and its pages; null is unknown."""

    domain: str | None
    views: int
    player_loads: int
    view_rate: Rate
    pages: list[KinescopePage]


class KinescopePagesShown(TypedDict):
    """How many pages of embedding these domains have, and how many of them are listed."""

    total: int
    listed: int


class KinescopeReferrersMeta(KinescopeListMeta):
    """What was asked; `pagination` counts domains."""

    pages: KinescopePagesShown


class KinescopeReferrers(TypedDict):
    """A page of domains."""

    meta: KinescopeReferrersMeta
    data: list[KinescopeDomain]
