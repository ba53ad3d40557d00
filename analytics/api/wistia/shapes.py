"""The bodies of the dialect's answers, key by key as Wistia's reference has them."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypedDict

from msgspec import Meta

Moment = Annotated[str, Meta(description="UTC, to the second", examples=["2012-12-12T01:51:36Z"])]
Written = Annotated[str, Meta(description="UTC, to the second", examples=["2010-08-13T18:47:39+00:00"])]
Day = Annotated[str, Meta(description="a day in the workspace's time zone", examples=["2026-01-31"])]
Hours = Annotated[float, Meta(description="hours")]
Rate = Annotated[float, Meta(description="from 0 to 1, 0 over nothing", ge=0, le=1)]
Percent = Annotated[int, Meta(description="whole per cent, 0 over nothing", ge=0, le=100)]


class WistiaCounts(TypedDict):
    """What was loaded, played and watched."""

    load_count: int
    play_count: int
    hours_watched: Hours


class WistiaProjectStats(WistiaCounts):
    """The totals of the videos that are in the project now."""

    number_of_videos: int


class WistiaDayCounts(WistiaCounts):
    """The totals of one day."""

    date: Day


class WistiaActionStats(TypedDict):
    """How often a kind of action was taken and shown, and their ratio to three decimals."""

    type: Literal["Turnstile", "Annotation", "Call to Action"]
    action_count: int
    impression_count: int
    rate: Rate


class WistiaMediaStats(WistiaCounts):
    """A video's totals, rates and actions."""

    play_rate: Rate
    engagement: Rate
    visitors: int
    actions: list[WistiaActionStats]


class WistiaSummary(TypedDict):
    """A video's totals in the Data API's words."""

    pageLoads: int
    visitors: int
    percentOfVisitorsClickingPlay: Percent
    plays: int
    averagePercentWatched: Percent


class WistiaMediaSummary(TypedDict):
    """A video and its totals."""

    id: int
    hashed_id: str
    name: str
    stats: WistiaSummary


class WistiaEngagement(TypedDict):
    """A cell a second, 1,000 at most; none where nobody knows how long the video is."""

    engagement: Rate
    engagement_data: list[int]
    rewatch_data: list[int]


class WistiaOrganisation(TypedDict):
    """Where a visitor works, as far as it is known."""

    name: str | None
    title: str | None


class WistiaIdentity(TypedDict):
    """Who a visitor said to be, as far as it is known."""

    name: str | None
    email: str | None
    org: WistiaOrganisation


class WistiaUserAgent(TypedDict):
    """The browser of the visitor's last load; `mobile` means a phone."""

    browser: str | None
    browser_version: str | None
    platform: str | None
    mobile: bool


class WistiaActivity(TypedDict):
    """What a visitor did; what was last played is null for who never played."""

    visitor_key: str
    created_at: Moment | None
    last_active_at: Moment | None
    last_event_key: str | None
    load_count: int
    play_count: int


class WistiaPerson(TypedDict):
    """Who a visitor is, and with what."""

    visitor_identity: WistiaIdentity
    user_agent_details: WistiaUserAgent


class WistiaVisitor(WistiaActivity, WistiaPerson):
    """A visitor."""


class WistiaListedVisitor(WistiaVisitor):
    """A visitor as lists have it: with the event that told who they are."""

    identifying_event_key: str | None


class WistiaPicture(TypedDict):
    """A picture; null for what is not known of it."""

    url: str | None
    width: int | None
    height: int | None
    fileSize: int | None
    contentType: str | None
    type: Literal["StillImageFile"]


class WistiaConversionData(TypedDict):
    """What the viewer gave at a turnstile."""

    email: str | None
    first_name: str | None
    last_name: str | None


class WistiaEvent(TypedDict):
    """A viewing session; null for what is not known of it."""

    received_at: Moment | None
    event_key: str
    ip: str | None
    country: str | None
    region: str | None
    city: str | None
    lat: float | None
    lon: float | None
    org: str | None
    email: str | None
    percent_viewed: Rate | None
    embed_url: str | None
    conversion_type: Literal["", "turnstile", "annotation", "cta"]
    conversion_data: WistiaConversionData
    iframe_heatmap_url: str
    visitor_key: str
    media_id: str | None
    media_name: str | None
    media_url: str | None
    thumbnail: WistiaPicture


class WistiaThumbnail(TypedDict):
    """A video's picture in the Data API."""

    url: str | None
    width: int | None
    height: int | None


class WistiaAsset(TypedDict):
    """A video's file; null for what is not known of it."""

    url: str
    width: int | None
    height: int | None
    fileSize: int | None
    contentType: str | None
    type: Literal["OriginalFile"]


class WistiaMediaFile(TypedDict):
    """A video in the Data API; without `duration`, in seconds, where it is not known."""

    id: int
    name: str
    type: Literal["Video"]
    archived: bool
    created: Written
    updated: Written
    hashed_id: str
    description: str
    progress: float
    status: Literal["ready"]
    thumbnail: WistiaThumbnail
    assets: list[WistiaAsset]
    duration: NotRequired[float]


class WistiaProjectName(TypedDict):
    """The project that a video is in."""

    id: int
    name: str
    hashed_id: str


class WistiaMedia(WistiaMediaFile):
    """A video with its project, which is left out where it has none."""

    project: NotRequired[WistiaProjectName]


class WistiaProject(TypedDict):
    """A project in the Data API."""

    id: int
    name: str
    description: str
    mediaCount: int
    created: Written
    updated: Written
    hashedId: str
    hashed_id: str
    anonymousCanUpload: bool
    anonymousCanDownload: bool
    public: bool
    publicId: str


class WistiaProjectFiles(WistiaProject):
    """A project with a page of its videos."""

    medias: list[WistiaMediaFile]
