"""How far people got with videos: who finished, who started, and who never watched, seen at all or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from analytics.context import Context
from analytics.curves import video_durations
from analytics.expressions import AggregateSQL
from analytics.models import Visitor
from analytics.periods import Period
from analytics.sessions import Filter, viewing_sessions
from analytics.viewers.history import WATCHED, share_of
from analytics.viewers.known import KEYS_TEXT, keys_text, one_of, persons_by_email
from videos.models import Video

FINISHED, STARTED, NEVER = "finished", "started", "never"
UNFINISHED = "unfinished"
SHOWN = {"": "Everyone", UNFINISHED: "Not finished yet", NEVER: "Never watched"}
SORTS = ("progress", "name", "last_at")


class Cell(NamedTuple):
    """One person and one video that they started. `share` is the part of it that they saw, None where unknown.

    A tuple, for there may be a hundred thousand of them.
    """

    state: str
    share: float | None


@dataclass
class PersonProgress:
    """A person of the list and what they watched of the videos; `cells` by place, without what was never watched.

    `key` is that of their viewer page, '' for somebody never seen; `last_at` is when they last loaded a video.
    """

    email: str
    name: str
    key: str
    cells: dict[int, Cell] = field(default_factory=dict)
    last_at: datetime | None = None

    @cached_property
    def finished(self) -> int:
        return sum(cell.state == FINISHED for cell in self.cells.values())

    @property
    def started(self) -> int:
        """How many videos were started and not finished."""
        return len(self.cells) - self.finished

    @cached_property
    def shares(self) -> float:
        """The sum of the parts seen, videos of unknown length apart."""
        return sum(cell.share or 0.0 for cell in self.cells.values())


@dataclass(frozen=True)
class VideoProgress:
    """A video of the choice: how many people finished it, and how many started it and did not."""

    video: Video
    finished: int
    started: int


@dataclass(frozen=True)
class Progress:
    """People by videos, everyone on the list, in its order. `measured` are the places of videos of known length."""

    people: list[PersonProgress]
    videos: list[Video]
    measured: frozenset[int] = frozenset()

    @property
    def by_video(self) -> list[VideoProgress]:
        finished, started = [0] * len(self.videos), [0] * len(self.videos)
        for person in self.people:
            for place, cell in person.cells.items():
                (finished if cell.state == FINISHED else started)[place] += 1
        return [VideoProgress(*each) for each in zip(self.videos, finished, started, strict=True)]

    def mean_share(self, person: PersonProgress) -> float | None:
        """Return the part of a video that the person saw, on average over all; of one never watched that is 0.

        Videos of unknown length are left out, and None is returned where all are.
        """
        return person.shares / len(self.measured) if self.measured else None

    def state(self, person: PersonProgress) -> str:
        """Return how far the person is with all videos together."""
        if self.videos and person.finished == len(self.videos):
            return FINISHED
        return STARTED if person.cells else NEVER

    def shown(self, show: str, sort: str) -> list[PersonProgress]:
        """Return the people to show (one of SHOWN), sorted by one of SORTS, with `-` for the largest first.

        Progress counts the finished videos, then what was seen of all, then those started. Who has none of it comes
        first by progress, and last by when they were last seen.
        """
        people = [each for each in self.people if show in ("", self.state(each)) or show == UNFINISHED]
        if show == UNFINISHED:
            people = [each for each in people if self.state(each) != FINISHED]
        name, is_descending = sort.removeprefix("-"), sort.startswith("-")
        people.sort(key=lambda person: person.email)
        if name == "progress":
            return sorted(people, key=lambda each: (each.finished, each.shares, each.started), reverse=is_descending)
        if name == "name":
            return sorted(people, key=lambda person: (person.name or person.email).casefold(), reverse=is_descending)
        seen = [person for person in people if person.last_at]
        seen.sort(key=lambda person: person.last_at or datetime.min, reverse=is_descending)  # noqa: DTZ901
        return [*seen, *(person for person in people if not person.last_at)]


def progress_of(
    context: Context, period: Period, emails: Sequence[str], videos: list[Video], filters: tuple[Filter, ...] = ()
) -> Progress:
    """Return how far each of the people got with each of the videos: three statements, however many there are.

    A person is everybody who is known by the address: what several of them watched counts once, as the union. Of the
    workspace's own people too, who may be meant to watch.
    """
    persons = persons_by_email(context, emails)
    people = [_person(email, persons.get(email, [])) for email in emails]
    numbers = {person.key: place for place, email in enumerate(emails) for person in persons.get(email, [])}
    places = {video.pk: place for place, video in enumerate(videos)}
    durations = video_durations(context, {video.pk: video.duration for video in videos})
    if numbers and videos:
        sessions = viewing_sessions(context, period, filters=filters, with_team=True).filter(video_id__in=list(places))
        for number, video, plays, completed, union, last_at in _watched(sessions, numbers):
            person = people[number]
            person.last_at = max(person.last_at or last_at, last_at)
            if plays:
                state = FINISHED if completed else STARTED
                person.cells[places[video]] = Cell(state, share_of(union, durations.get(video)))
    return Progress(people, videos, frozenset(places[video] for video in durations))


def _person(email: str, known: list[Visitor]) -> PersonProgress:
    name = next((person.name for person in known if person.name), "")
    return PersonProgress(email, name, known[0].key if known else "")


def _watched(sessions: Any, numbers: dict[str, int]) -> Any:
    """Yield what is known of each person and video that has sessions, persons by their number."""
    keys = keys_text(numbers)
    number = f"transform(visitor, {KEYS_TEXT}, JSONExtract(%s, 'Array(UInt32)'), 0)"
    facts = {f"fact_{name}": AggregateSQL(WATCHED[name]) for name in ("plays", "completed", "union", "last_at")}
    person = RawSQL(number, (keys, str(list(numbers.values()))), IntegerField())  # noqa: S611
    found = sessions.order_by().settings(aggregate_functions_null_for_empty=0).filter(one_of(numbers))
    return found.annotate(person=person).values_list("person", "video_id").annotate(**facts)
