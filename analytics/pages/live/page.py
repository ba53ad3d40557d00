"""What is being watched now: how many people, which videos, where and with what, each session, the last half hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from analytics.charts import Chart, bars_figure, minutes_figure
from analytics.context import all_time
from analytics.countries import country_name
from analytics.formats import clock_shown, count_shown
from analytics.pages.breakdowns import device_name
from analytics.pages.figures import Cell, Line, Listing
from analytics.pages.filters.names import Chip, chips_of
from analytics.pages.inquiry import Inquiry
from analytics.pages.live.sessions import (
    MOST_SESSIONS,
    SessionLine,
    page_shown,
    session_lines,
    sessions_file,
    video_url,
)
from analytics.pages.parts import NEVER, Toolbar, first_video_of, title_of, toolbar_of
from analytics.presence import MINUTES, Watching, people_by_minute, sessions_listed, watching_apart
from analytics.tables import Column, File, Table
from analytics.together import together
from videos.models import Video

EVERY_SECONDS = 5
MOST_VIDEOS, MOST_VALUES = 25, 8
HEIGHT = 150
PEOPLE = ("Watching now", "Different people, each counted once a video.")


@dataclass(frozen=True)
class Place:
    """People who watch now, by one value of something; `width` is the bar's, in per cent of the longest one's."""

    label: str
    people: str
    width: float
    url: str


@dataclass(frozen=True)
class Places:
    """The values of a dimension with the most people; `more` says how many others there are, '' for none.

    `table` has all of them.
    """

    name: str
    title: str
    rows: tuple[Place, ...]
    more: str
    table: Table
    figure: dict[str, Any]


@dataclass(frozen=True)
class LivePage:
    """The page. `videos` is None where nobody watches; `empty` is set where nobody ever has."""

    toolbar: Toolbar
    chips: tuple[Chip, ...]
    watching: Watching
    said: str
    every: int
    minutes: Chart
    videos: Listing | None
    places: tuple[Places, ...]
    sessions: tuple[SessionLine, ...]
    sessions_more: str
    sessions_file: File
    empty: str
    first_video: str
    notices: tuple[str, ...]


def live_page(inquiry: Inquiry) -> LivePage:
    """Return what is watched in the inquiry's scope and under its filters: four readings, five where nobody watches."""
    about = (inquiry.context, inquiry.state.now, inquiry.scope, inquiry.state.filters)
    watching, minutes = together(inquiry.watching, lambda: _minutes(people_by_minute(*about), inquiry))
    apart, sessions = together(
        lambda: watching_apart(*about) if watching.sessions else {},
        lambda: sessions_listed(*about, most=MOST_SESSIONS) if watching.sessions else [],
    )
    ids = {video for video, _ in apart.get("video", ())[:MOST_VIDEOS]} | {each.video_id for each in sessions}
    videos = inquiry.context.workspace.videos.in_bulk(ids) if ids else {}
    empty = NEVER if not watching.sessions and not _was_ever_watched(inquiry) else ""
    more = watching.sessions - len(sessions)
    toolbar = toolbar_of(inquiry.state, "", ())
    return LivePage(
        toolbar=toolbar,
        chips=(*_scope_chip(inquiry), *chips_of(inquiry)),
        watching=watching,
        said=_said(watching),
        every=EVERY_SECONDS,
        minutes=minutes,
        videos=_videos(apart["video"], dict(apart["stream"]), videos) if apart else None,
        places=_places(inquiry, apart) if apart else (),
        sessions=session_lines(inquiry, sessions, videos),
        sessions_more=f"{count_shown(more)} more" if more > 0 else "",
        sessions_file=sessions_file(sessions, videos),
        empty=empty,
        first_video=first_video_of(inquiry) if empty else "",
        notices=inquiry.state.notices,
    )


def _was_ever_watched(inquiry: Inquiry) -> bool:
    always = replace(inquiry.state, filters=(), period=all_time(inquiry.context))
    return inquiry.has_any(always)


def _scope_chip(inquiry: Inquiry) -> tuple[Chip, ...]:
    if inquiry.scope is None:
        return ()
    name = inquiry.context.maps.names[inquiry.scope.public_id]
    return (Chip(f"{inquiry.scope.kind.capitalize()}: {name}", inquiry.state.url(more=())),)


def _said(watching: Watching) -> str:
    if watching.sessions <= watching.viewers:
        return watching.said
    return f"{watching.said}, with {count_shown(watching.sessions)} players"


def _videos(watched: list[tuple[int, Watching]], live: dict[int, Watching], videos: dict[int, Video]) -> Listing:
    """Return the videos with the most people, those that are watched live first."""
    ordered = sorted(watched, key=lambda pair: pair[0] not in live)
    shown = ordered[:MOST_VIDEOS]
    titles = {video: title_of(videos.get(video)) for video, _ in shown}
    lines = [_video_line(videos.get(video), titles[video], people, video in live) for video, people in shown]
    records = [
        (titles[video], videos[video].public_id if video in videos else "", "live" if video in live else "recording",
         people.viewers, people.sessions)
        for video, people in shown
    ]  # fmt: skip
    columns = (Column("Video"), Column("Id"), Column("Shown"), Column("People"), Column("Sessions"))
    return Listing(
        name="videos",
        title="Videos",
        caption=_videos_caption(ordered, live),
        noun="Video",
        labels=(PEOPLE,),
        lines=tuple(lines),
        table=Table(columns, tuple(records)),
        figure=bars_figure([(titles[video], people.viewers, count_shown(people.viewers)) for video, people in shown]),
    )


def _video_line(video: Video | None, title: str, people: Watching, is_live: bool) -> Line:
    return Line(
        title=title,
        url=video_url(video),
        detail="Live stream" if is_live else "",
        cells=(Cell(PEOPLE[0], count_shown(people.viewers)),),
        thumbnail_url=video.thumbnail_url if video else "",
        length=clock_shown(float(video.duration)) if video and video.duration and not is_live else "",
        is_live=is_live,
    )


def _videos_caption(ordered: list[tuple[int, Watching]], live: dict[int, Watching]) -> str:
    count = len(ordered)
    sentence = f"{count_shown(count)} {'video is' if count == 1 else 'videos are'} being watched"
    streams = sum(video in live for video, _ in ordered)
    if streams:
        sentence += f", {count_shown(streams)} of them live" if count > 1 else ", live"
    return f"{sentence}{f'; the first {MOST_VIDEOS} are listed' if count > MOST_VIDEOS else ''}."


def _places(inquiry: Inquiry, apart: dict[str, list[tuple[str, Watching]]]) -> tuple[Places, ...]:
    kinds: tuple[tuple[str, str, Callable[[str | None], str]], ...] = (
        ("country", "Where", country_name), ("device", "With what", device_name), ("page", "On which page", page_shown),
    )  # fmt: skip
    return tuple(_place(inquiry, name, title, label, apart[name]) for name, title, label in kinds)


def _place(
    inquiry: Inquiry, name: str, title: str, label: Callable[[str | None], str], found: list[tuple[str, Watching]]
) -> Places:
    most = max(people.viewers for _, people in found)
    rows = tuple(
        Place(
            label(value or None),
            count_shown(people.viewers),
            round(100 * people.viewers / most, 1),
            inquiry.state.filtered_url(name, value or None),
        )
        for value, people in found[:MOST_VALUES]
    )
    more = len(found) - len(rows)
    bars = [(row.label, people.viewers, row.people) for row, (_, people) in zip(rows, found, strict=False)]
    records = tuple((label(value or None), people.viewers, people.sessions) for value, people in found)
    table = Table((Column(title), Column("People"), Column("Sessions")), records)
    return Places(name, title, rows, f"{count_shown(more)} more" if more > 0 else "", table, bars_figure(bars))


def _minutes(found: list[tuple[datetime, int]], inquiry: Inquiry) -> Chart:
    zone = inquiry.context.zone
    minutes = [moment.astimezone(zone).replace(tzinfo=None) for moment, _ in found]
    counts = [count for _, count in found]
    people = [f"{count_shown(count)} {'person' if count == 1 else 'people'}" for count in counts]
    said = [f"{minute:%H:%M}<br>{text}" for minute, text in zip(minutes, people, strict=True)]
    said[-1] += " so far"
    most = max(counts)
    caption = f"Nobody has watched in the last {MINUTES} minutes."
    if most:
        caption = f"Most at {minutes[counts.index(most)]:%H:%M} ({people[counts.index(most)]})."
    return Chart(
        name="minutes",
        title=f"The last {MINUTES} minutes",
        caption=caption,
        figure=minutes_figure(minutes, counts, said),
        table=Table(
            (Column("Minute", lambda minute: f"{minute:%H:%M}", zone.key), Column("People", count_shown)),
            tuple(zip(minutes, counts, strict=True)),
        ),
        height=HEIGHT,
    )
