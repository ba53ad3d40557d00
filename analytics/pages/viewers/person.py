"""One viewer's page: who they are, with what and from where they watch, how much of each video, and each session."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from analytics.formats import NOTHING, clock_shown, count_shown, duration_shown, part_shown, value_shown
from analytics.heatmap import COLOURS, Heatmap, heatmap_of
from analytics.metrics import METRICS
from analytics.models import Visitor
from analytics.pages.inquiry import Inquiry
from analytics.pages.parts import Toolbar, title_of, toolbar_of
from analytics.pages.viewers.faces import Face, face_of
from analytics.pages.viewers.files import viewer_files
from analytics.pages.viewers.listed import device_shown, moment_shown, place_shown
from analytics.pages.viewers.paging import Pager, pager_of
from analytics.query import Row
from analytics.tables import RATIO, SECONDS, Column, File, Table
from analytics.team import team_marked
from analytics.together import together
from analytics.viewers.history import (
    Habits,
    WatchedVideo,
    durations_of,
    habits_of,
    sessions_newest,
    share_of,
    videos_watched,
)
from analytics.viewers.listing import Activity
from videos.models import Video

PER_PAGE, MOST_VIDEOS = 20, 200
SHOWN_HABITS = 6
SOURCES = {
    "turnstile": "The e-mail address was entered at a turnstile over a video",
    "embed": "The page that embeds the player said who was watching",
    "": "The page or an import said who was watching, not how it knew",
}
FINISHED, STARTED, LOADED = "Finished", "Started", "Not played"
# How often a part was watched, as the bars show it.
HEAT_KEYS = tuple(zip(("not", "once", "2×", "3×", "4×", "5× or more"), COLOURS, strict=True))


@dataclass(frozen=True)
class Viewer:
    """Whose page it is: the sessions (a queryset) in its period, what they amount to, and who is known.

    `activity` is None where the period has no session that passes the filters, `person` for an anonymous viewer.
    """

    key: str
    sessions: Any
    activity: Activity | None
    person: Visitor | None


@dataclass(frozen=True)
class Figure:
    """A number in a viewer's head, with its definition."""

    label: str
    shown: str
    definition: str


@dataclass(frozen=True)
class VideoLine:
    """A video and how much of it was watched over all sessions; `public_id` is '' where the catalog has it no more.

    `width` is the part of it in per cent, 0 where its length is unknown.
    """

    public_id: str
    title: str
    thumbnail_url: str
    length: str
    state: str
    share: str
    width: float
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class VideoLines:
    """The videos, the one watched last in front; `table` has them for a file."""

    name: str
    caption: str
    rows: tuple[VideoLine, ...]
    table: Table


@dataclass(frozen=True)
class SessionLine:
    """One session: when and what, in words; `heatmap` is None where nothing was played."""

    key: str
    moment: str
    public_id: str
    title: str
    facts: tuple[str, ...]
    heatmap: Heatmap | None
    told_who: bool


@dataclass(frozen=True)
class HabitLine:
    label: str
    loads: str


@dataclass(frozen=True)
class ViewerPage:
    """The page. `figures` are none where the period has no session that passes the filters.

    `identity` are labels and values, none for an anonymous viewer; `is_marked` is who a member
    has marked as of the team.
    """

    toolbar: Toolbar
    key: str
    face: Face
    identity: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    devices: tuple[HabitLine, ...]
    places: tuple[HabitLine, ...]
    videos: VideoLines
    sessions: tuple[SessionLine, ...]
    files: tuple[File, ...]
    heat_keys: tuple[tuple[str, str], ...]
    pager: Pager
    notices: tuple[str, ...]
    may_erase: bool
    is_marked: bool


def viewer_page(inquiry: Inquiry, viewer: Viewer, number: int, *, may_erase: bool, size: int = PER_PAGE) -> ViewerPage:
    """Return the page of the viewer with the given page of sessions, from 1, of so many."""
    state, sessions, activity, person = inquiry.state, viewer.sessions, viewer.activity, viewer.person
    (watched, in_all), rows, habits = together(
        lambda: videos_watched(inquiry.context, sessions, MOST_VIDEOS) if activity else ([], 0),
        lambda: sessions_newest(sessions, (number - 1) * size, size) if activity else [],
        lambda: habits_of(sessions) if activity else Habits((), ()),
    )
    ids = {row["video_id"] for row in rows} | {each.video_id for each in watched}
    videos = inquiry.context.workspace.videos.in_bulk(ids)
    workspace = inquiry.context.workspace
    return ViewerPage(
        toolbar=replace(toolbar_of(state, "", ()), comparisons=()),
        key=viewer.key,
        face=face_of(viewer.key, person, is_team=viewer.key in inquiry.context.own_people),
        identity=_identity(inquiry, person) if person else (),
        figures=_figures(inquiry, activity) if activity else (),
        devices=tuple(_habit(device_shown(*each.values), each.loads) for each in habits.devices),
        places=tuple(_habit(_place(each.values), each.loads) for each in habits.places),
        videos=_videos(inquiry, watched, in_all, videos),
        sessions=_sessions(inquiry, rows, videos, person),
        files=viewer_files(rows, videos, habits),
        heat_keys=HEAT_KEYS,
        pager=pager_of(number, size, activity.loads if activity else 0, lambda page: sessions_url(inquiry, page)),
        notices=state.notices,
        may_erase=may_erase,
        is_marked=viewer.key in team_marked(workspace),
    )


def sessions_url(inquiry: Inquiry, number: int) -> str:
    """Return the address of the page with another page of sessions."""
    return inquiry.state.url(more=(("page", str(number)),) if number > 1 else ())


def _habit(label: str, sessions: int) -> HabitLine:
    counted = f"{count_shown(sessions)} {'session' if sessions == 1 else 'sessions'}"
    return HabitLine("Unknown" if label == NOTHING else label, counted)


def _place(values: tuple[str, ...]) -> str:
    country, region, city = values
    return place_shown(country, city, region)


def _identity(inquiry: Inquiry, person: Visitor) -> tuple[tuple[str, str], ...]:
    organisation = " · ".join(part for part in (person.org_name, person.org_title) if part)
    lines = (
        ("E-mail", person.email),
        ("Organisation", organisation),
        ("External id", person.external_id),
        ("Known since", moment_shown(person.first_seen_at, inquiry)),
        ("How", SOURCES.get(person.source, person.source)),
    )
    return tuple((label, value) for label, value in lines if value)


def _figures(inquiry: Inquiry, activity: Activity) -> tuple[Figure, ...]:
    return (
        Figure("Watch time", duration_shown(activity.watch_time), METRICS["watch_time"].definition),
        Figure("Videos started", count_shown(activity.videos), "Different videos that were started."),
        Figure(
            "Videos finished", count_shown(activity.finished), "Different videos of which a session reached 95 %.",
        ),
        Figure("Plays", count_shown(activity.plays), METRICS["plays"].definition),
        Figure("Engagement", value_shown("engagement", activity.engagement), METRICS["engagement"].definition),
        Figure("First seen", moment_shown(activity.first_at, inquiry), "The first time a player was loaded."),
        Figure("Last seen", moment_shown(activity.last_at, inquiry), "The last time a player was loaded."),
    )  # fmt: skip


def _videos(inquiry: Inquiry, watched: list[WatchedVideo], in_all: int, videos: dict[int, Video]) -> VideoLines:
    pairs = [(each, videos.get(each.video_id)) for each in watched]
    columns = (
        Column("Video"), Column("Id"), Column("State"), Column("Watched", unit=RATIO), Column("Player loads"),
        Column("Plays"), Column("Watch time", unit=SECONDS), Column("Last seen", unit="UTC"),
    )  # fmt: skip
    records = tuple(
        (
            title_of(video), video.public_id if video else "", _state(each), each.share, each.loads, each.plays,
            each.seconds, f"{each.last_at:%Y-%m-%d %H:%M:%S}",
        )
        for each, video in pairs
    )  # fmt: skip
    rows = tuple(_video_line(inquiry, each, video) for each, video in pairs)
    return VideoLines("videos", _videos_caption(watched, in_all), rows, Table(columns, records))


def _videos_caption(watched: list[WatchedVideo], in_all: int) -> str:
    finished, started = (sum(_state(each) == state for each in watched) for state in (FINISHED, STARTED))
    sentence = f"{finished} finished, {started} started"
    if len(watched) < in_all:
        return f"Of the {len(watched)} videos watched last (of {count_shown(in_all)}), {sentence}."
    return f"Of {count_shown(in_all)} {'video' if in_all == 1 else 'videos'}, {sentence}."


def _state(watched: WatchedVideo) -> str:
    if watched.is_completed:
        return FINISHED
    return STARTED if watched.plays else LOADED


def _video_line(inquiry: Inquiry, watched: WatchedVideo, video: Video | None) -> VideoLine:
    return VideoLine(
        public_id=video.public_id if video else "",
        title=title_of(video),
        thumbnail_url=video.thumbnail_url if video else "",
        length=clock_shown(float(video.duration)) if video and video.duration else "",
        state=_state(watched),
        share=part_shown(watched.share),
        width=round(100 * (watched.share or 0), 1),
        cells=(
            ("Plays", count_shown(watched.plays)),
            ("Watch time", duration_shown(watched.seconds)),
            ("Last seen", moment_shown(watched.last_at, inquiry)),
        ),
    )


def _sessions(
    inquiry: Inquiry, rows: list[Row], videos: dict[int, Video], person: Visitor | None
) -> tuple[SessionLine, ...]:
    unknown = [row["video_id"] for row in rows if not row["duration"]]
    durations = durations_of(inquiry.context, unknown) if unknown else {}
    return tuple(
        _session_line(inquiry, row, videos.get(row["video_id"]), durations.get(row["video_id"]), person) for row in rows
    )


def _session_line(
    inquiry: Inquiry, row: Row, video: Video | None, duration: int | None, person: Visitor | None
) -> SessionLine:
    share = share_of(row["watched"], row["duration"] or duration)
    facts = [
        f"{part_shown(share)} watched" if share is not None and row["plays"] else "",
        f"{duration_shown(row['watch_time'] / 1000)} watch time" if row["plays"] else "Loaded, not played",
        f"{row['plays']} plays" if row["plays"] > 1 else "",
        "live" if row["live"] else "",
        device_shown(row["device"], row["os"], row["browser"]).replace(NOTHING, ""),
        place_shown(row["country"], row["city"]).replace(NOTHING, ""),
        f"on {row['domain']}" if row["domain"] else "",
    ]
    return SessionLine(
        key=str(row["id"]),
        moment=moment_shown(row["started_at"], inquiry),
        public_id=video.public_id if video else "",
        title=title_of(video),
        facts=tuple(fact for fact in facts if fact),
        heatmap=heatmap_of(row["starts"], row["ends"], row["duration"] or duration, share) if row["plays"] else None,
        told_who=person is not None and row["id"] == person.identifying_session,
    )
