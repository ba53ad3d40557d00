"""A year of viewing sessions of the demo, as lines of the bulk import (`POST /v1/import/sessions`).

The same plan gives the same lines, byte for byte, on any machine: chance comes from one generator with the plan's seed,
and time from the plan's last day, never from the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from analytics.demo.audience import Lot, Person, browser_version
from analytics.demo.catalog import TALKS, TIMEZONE, VIDEOS, DemoVideo
from analytics.demo.crowd import Crowd, Viewer
from analytics.demo.playback import (
    Playback,
    actions_drawn,
    broadcast_drawn,
    playback_drawn,
    quality_drawn,
    turnstile_shown,
)
from analytics.demo.seasons import HOURS_OF_WEEKDAYS, HOURS_OF_WEEKENDS, Broadcast, Calendar, shared_out
from analytics.demo.traffic import CHANNELS, LIVE_CHANNEL, Channel, arrival_drawn

# Of visits; a robot's visit is one session and a person's nearly two, so one in a hundred sessions is a robot's.
_BOTS = 0.018
_FAILURES = 0.004
_PASSES_TURNSTILE = 0.36
_VISIT_LENGTHS: Lot[int] = Lot([(1, 60), (2, 22), (3, 10), (4, 5), (6, 3)])
LONGEST = 1_830
_ENCODE = msgspec.json.Encoder().encode

Line = tuple[int, bytes]


@dataclass(frozen=True)
class DemoPlan:
    """How many sessions, over how many days that end before `until`, from which seed.

    Raises ValueError for no sessions, no days, or more days than LONGEST.
    """

    sessions: int
    days: int
    seed: int
    until: date

    def __post_init__(self) -> None:
        if self.sessions < 1:
            raise ValueError(f"A demo has at least one session, not {self.sessions}.")
        if not 1 <= self.days <= LONGEST:
            raise ValueError(f"A demo covers 1 to {LONGEST} days, not {self.days}.")


class DemoYear:
    """One walk through a plan's days. `attended` holds who came to each talk and is known, as far as it is walked."""

    def __init__(self, plan: DemoPlan) -> None:
        self.attended: dict[str, dict[str, Person]] = {talk.key: {} for talk in TALKS}
        self.plan = plan
        # Draws a pastime, guards nothing.
        self._rng = Random(f"viewprint demo {plan.seed}")  # noqa: S311
        self.calendar = Calendar(plan.until, plan.days, ZoneInfo(TIMEZONE))
        self._crowd = Crowd(self._rng)
        self._videos = {video.key: video for video in VIDEOS}
        self._next = _next_in_folder()

    def lines(self) -> Iterator[bytes]:
        """Yield exactly `plan.sessions` lines, day by day, each with its newline; none goes on after the last day."""
        calendar = self.calendar
        days = [calendar.first + timedelta(days=index) for index in range(self.plan.days)]
        broadcasts = calendar.broadcasts()
        attending = [int(self.plan.sessions * broadcast.talk.attendance) for broadcast in broadcasts]
        weights = [
            calendar.day_weight(day, self._rng) * sum(calendar.interest(video, day) for video in VIDEOS) for day in days
        ]
        loads = shared_out(self.plan.sessions - sum(attending), weights)
        event_day = calendar.event_day
        for day, count in zip(days, loads, strict=True):
            lines = self._day(day, count)
            if day == event_day:
                for broadcast, attendance in zip(broadcasts, attending, strict=True):
                    lines += [self._attendance(day, broadcast) for _ in range(attendance)]
            yield from (line for _, line in sorted(lines))

    def _day(self, day: date, count: int) -> list[Line]:
        rng = self._rng
        hours = [self.calendar.moment_ms(day, hour) for hour in range(24)]
        by_channel = _programme(self.calendar, day)
        lines: list[Line] = []
        while len(lines) < count:
            bot = rng.random() < _BOTS
            viewer = self._crowd.bot() if bot else self._crowd.visitor(day)
            hour = (HOURS_OF_WEEKDAYS if day.weekday() < 5 else HOURS_OF_WEEKENDS).draw(rng)
            at_ms = hours[(hour - viewer.place.hours) % 24] + int(rng.random() * 3_600_000)
            length = 1 if bot else min(count - len(lines), _VISIT_LENGTHS.draw(rng))
            lines += self._visit(day, at_ms, viewer, by_channel, length)
        return lines

    def _visit(
        self, day: date, at_ms: int, viewer: Viewer, by_channel: dict[str, Lot[DemoVideo]], length: int
    ) -> Iterator[Line]:
        """Yield the loads of one visit: the first video, then the next of its folder or another, minutes apart."""
        rng = self._rng
        channel = viewer.home if rng.random() < 0.8 else CHANNELS[rng.choice(tuple(by_channel))]
        if channel.key not in by_channel:
            channel = CHANNELS[next(iter(by_channel))]
        visit = _uuid(rng.getrandbits(128), 4)
        video = by_channel[channel.key].draw(rng)
        page, referrer = arrival_drawn(rng, channel, video.key, day)
        for number in range(length):
            if number:
                following = self._next.get(video.key)
                if following and channel.key in following.channels and rng.random() < 0.55:
                    video = following if self.calendar.interest(following, day) else video
                else:
                    video = by_channel[channel.key].draw(rng)
                page, referrer = f"https://{channel.domain}{channel.folder}{video.key}", page.partition("?")[0]
            playback, line = self._load(viewer, channel, video)
            at_ms = min(at_ms, self.calendar.end_ms - int(playback.elapsed * 1000) - 1)
            line |= {"visit": visit, "page": page, "referrer": referrer}
            yield self._finished(day, at_ms, viewer, playback, line)
            at_ms += int((playback.elapsed + 4 + rng.expovariate(1 / 90)) * 1000)

    def _load(self, viewer: Viewer, channel: Channel, video: DemoVideo) -> tuple[Playback, dict[str, Any]]:
        """Return what became of one load on a page, and what is to be said of it."""
        rng = self._rng
        duration = float(video.seconds or 0)
        line: dict[str, Any] = {"video": video.public_id, "duration": duration}
        idle = Playback([], 0, round(min(1_500.0, 1 + rng.expovariate(1 / 30)), 2))
        if viewer.bot:
            return idle, line
        actions = []
        if video.turnstile and viewer.person is None:
            passed = rng.random() < _PASSES_TURNSTILE
            actions.append(turnstile_shown(video, passed))
            if not passed:
                return idle, line | {"actions": actions}
            self._crowd.make_known(viewer, "turnstile")
        elif rng.random() > channel.play_rate:
            return idle, line
        if rng.random() < _FAILURES:
            return idle, line | {"actions": actions, "quality": {"error": "MEDIA_ERR_NETWORK"}}
        playback = playback_drawn(rng, video.curve, duration)
        actions += actions_drawn(rng, video, playback, duration)
        quality = quality_drawn(rng, viewer.kit.device in ("smartphone", "tablet"))
        return playback, line | {"actions": actions, "quality": quality}

    def _attendance(self, day: date, broadcast: Broadcast) -> Line:
        """Return one viewer's session with a talk while it was live: most come around its beginning."""
        rng = self._rng
        viewer = self._crowd.visitor(day)
        if rng.random() < 0.3:
            self._crowd.make_known(viewer, "embed")
        if viewer.person is not None:
            self.attended[broadcast.talk.key][viewer.person.email] = viewer.person
        chance = rng.random()
        if chance < 0.5:
            late = -rng.expovariate(1 / 150)
        elif chance < 0.88:
            late = rng.expovariate(1 / 150)
        else:
            late = rng.random() * broadcast.seconds * 0.7
        late = max(-1_800.0, min(late, broadcast.seconds * 0.9))
        video = self._videos[broadcast.talk.live]
        line: dict[str, Any] = {"video": video.public_id, "live": True, "visit": _uuid(rng.getrandbits(128), 4)}
        line["page"], line["referrer"] = arrival_drawn(rng, LIVE_CHANNEL, broadcast.talk.key, day)
        playback = Playback([], 0, round(5 + rng.expovariate(1 / 30), 2))
        if rng.random() < LIVE_CHANNEL.play_rate:
            playback = broadcast_drawn(rng, late, broadcast.seconds)
            line["actions"] = actions_drawn(rng, video, playback, broadcast.seconds)
            line["quality"] = quality_drawn(rng, viewer.kit.device == "smartphone")
        return self._finished(day, broadcast.starts_ms + int(late * 1000), viewer, playback, line)

    def _finished(self, day: date, at_ms: int, viewer: Viewer, playback: Playback, line: dict[str, Any]) -> Line:
        """Return the moment and the encoded line of a session, with all that is the same for every session."""
        place, kit = viewer.place, viewer.kit
        session = at_ms << 80 | self._rng.getrandbits(80)
        line |= {
            "v": 1,
            "session": _uuid(session, 7),
            "seq": 1 + min(200, int(playback.elapsed) // 10),
            "visitor": viewer.key,
            "plays": playback.plays,
            "stretches": playback.stretches,
            "elapsed": playback.elapsed,
            "screen": viewer.screen,
            "language": viewer.language,
            "country": place.country,
            "region": place.region,
            "city": place.city,
            "lat": place.lat,
            "lon": place.lon,
            "network": place.network,
            "device": kit.device,
            "os": kit.os,
            "os_version": viewer.os_version,
            "browser": kit.browser,
            "browser_version": browser_version(kit, day, viewer.releases_behind),
            "bot": viewer.bot,
        }
        if viewer.person is not None:
            line["identity"] = viewer.person.as_identity
        return at_ms, _ENCODE(line) + b"\n"


def _programme(calendar: Calendar, day: date) -> dict[str, Lot[DemoVideo]]:
    """Return, for each channel that has something to show on a day, the videos to draw from."""
    interest = [(video, weight) for video in VIDEOS if (weight := calendar.interest(video, day))]
    shown = {key: [(video, weight) for video, weight in interest if key in video.channels] for key in CHANNELS}
    return {key: Lot(videos) for key, videos in shown.items() if videos}


def _next_in_folder() -> dict[str, DemoVideo]:
    """Return, by the key of each video, the one that follows it in its folder."""
    return {before.key: after for before, after in pairwise(VIDEOS) if before.path == after.path}


def _uuid(bits: int, version: int) -> str:
    """Return the UUID of a version that has these 128 bits, apart from those that say version and variant."""
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | version << 76 | 0x2 << 62
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
