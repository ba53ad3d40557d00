"""The dimensions: what viewing sessions can be grouped and filtered by, after METRICS.md and PROTOCOL.md's names.

Video, project, folder, template and event are those of the catalog as it stands now: the engine translates the fact's
video by the maps that a question carries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable

from analytics.clickhouse.functions import (
    LocalDate,
    LocalHour,
    LocalHourOfDay,
    LocalMonth,
    LocalWeek,
    LocalWeekday,
    ToMilliseconds,
)
from analytics.context import Context
from analytics.periods import EARLIEST, LATEST, bucket_label
from analytics.viewers.known import known_keys, one_of
from videos.errors import Invalid

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Dimension:
    """One way to group and filter; this class groups by a text column of the fact, '' standing for unknown."""

    name: str
    label: str
    definition: str

    is_time = False
    # Whether it is a column of the fact, so that each session stands under one value.
    is_column = True

    def key(self, context: Context) -> Combinable:
        """Return the expression whose values are the engine's keys."""
        return F(self.name)

    def value(self, key: Any, context: Context) -> Any:
        """Return the answer's value for an engine's key; None stands for unknown or none."""
        return key or None

    def filter_key(self, context: Context) -> Combinable:
        """Return the expression that a filter looks at."""
        return self.key(context)

    def filter_values(self, values: Iterable[Any], context: Context) -> list[Any]:
        """Return what the filter's expression must be one of, for `values` as the question gives them."""
        return ["" if value is None else str(value) for value in values]

    def containing(self, texts: list[str], context: Context) -> list[Any] | None:
        """Return what the filter's expression must be one of to contain one of `texts`; None: let the engine search."""
        return None


@dataclass(frozen=True)
class BooleanDimension(Dimension):
    def value(self, key: Any, context: Context) -> bool:
        return bool(key)

    def filter_values(self, values: Iterable[Any], context: Context) -> list[Any]:
        known = {"true": True, "false": False}
        try:
            return [known[str(value).lower()] for value in values]
        except KeyError as error:
            raise Invalid.field("filters", f"{self.name} is true or false, not {error}.") from error

    def containing(self, texts: list[str], context: Context) -> list[Any]:
        raise Invalid.field("filters", f"{self.name} knows only the operations in and not_in.")


@dataclass(frozen=True)
class IdentifiedDimension(BooleanDimension):
    """Whether somebody said who the viewer is, by now: a person's earlier sessions of the same browser count too."""

    is_column = False

    def key(self, context: Context) -> Combinable:
        return one_of(known_keys(context))


@dataclass(frozen=True)
class TimeDimension(Dimension):
    """Local wall-clock buckets; the value is the bucket's start, a repeated hour of a clock change is one bucket."""

    start: Callable[[Combinable, str], Combinable]
    example: str

    is_time = True
    is_column = False

    def key(self, context: Context) -> Combinable:
        return self.start(F("started_at"), context.zone.key)

    def value(self, key: datetime | date, context: Context) -> str:
        return bucket_label(key, self.name) if isinstance(key, datetime) else key.isoformat()

    def filter_key(self, context: Context) -> Combinable:
        # The engine's hours hold whole seconds, and it finds no finer moment among them, not even an equal one.
        return ToMilliseconds(self.key(context)) if self.name == "hour" else self.key(context)

    def filter_values(self, values: Iterable[Any], context: Context) -> list[Any]:
        try:
            moments = [datetime.fromisoformat(str(value)).replace(tzinfo=None, microsecond=0) for value in values]
        except ValueError as error:
            raise Invalid.field(
                "filters", f"{self.name} takes a bucket's local start such as {self.example}."
            ) from error
        if any(not EARLIEST <= moment.date() <= LATEST for moment in moments):
            raise Invalid.field("filters", f"Dates lie between {EARLIEST} and {LATEST}.")
        if any(not self._begins(moment) for moment in moments):
            raise Invalid.field("filters", f"{self.name} takes a bucket's local start such as {self.example}.")
        return [moment if self.name == "hour" else moment.date() for moment in moments]

    def containing(self, texts: list[str], context: Context) -> list[Any]:
        raise Invalid.field("filters", f"{self.name} knows only the operations in and not_in.")

    def _begins(self, moment: datetime) -> bool:
        """Say whether one of the buckets begins at a local moment."""
        if self.name == "hour":
            return (moment.minute, moment.second) == (0, 0)
        return {"day": True, "week": moment.weekday() == 0, "month": moment.day == 1}[self.name]


@dataclass(frozen=True)
class ClockDimension(Dimension):
    """What a clock or calendar in the workspace's zone showed: one of `words`, which the engine counts from `first`."""

    part: Callable[[Combinable, str], Combinable]
    words: tuple[str, ...]
    first: int = 0

    is_column = False

    def key(self, context: Context) -> Combinable:
        return self.part(F("started_at"), context.zone.key)

    def value(self, key: int, context: Context) -> str:
        return self.words[key - self.first]

    def filter_values(self, values: Iterable[Any], context: Context) -> list[int]:
        try:
            return [self.words.index(str(value)) + self.first for value in values]
        except ValueError as error:
            raise Invalid.field("filters", f"{self.name} is one of {', '.join(self.words)}.") from error

    def containing(self, texts: list[str], context: Context) -> list[int]:
        found = [word for word in self.words if any(text.lower() in word for text in texts)]
        return self.filter_values(found, context)


@dataclass(frozen=True)
class CatalogDimension(Dimension):
    """The video itself, or what the catalog files it under; values are public ids."""

    is_column = False

    def key(self, context: Context) -> Combinable:
        return context.key(self.name)

    def value(self, key: int, context: Context) -> str | None:
        return context.numbered(self.name)[key - 1] if key else None

    def filter_key(self, context: Context) -> Combinable:
        return F("video_id")

    def filter_values(self, values: Iterable[Any], context: Context) -> list[int]:
        wanted = set(values)
        return [
            video
            for video, several in context.members(self.name).items()
            if wanted.intersection(several) or (None in wanted and not several)
        ]

    def containing(self, texts: list[str], context: Context) -> list[int]:
        names = context.maps.names
        lower = [text.lower() for text in texts]
        found = [each for each in context.numbered(self.name) if any(text in names[each].lower() for text in lower)]
        return self.filter_values(found, context)


_ALL = (
    CatalogDimension("video", "Video", "The video."),
    CatalogDimension("project", "Project", "The project that the video is in now."),
    CatalogDimension("folder", "Folder", "The folder that the video is in now, and each folder around it."),
    CatalogDimension("template", "Template", "The template that the video was made from."),
    CatalogDimension("event", "Event", "The event in whose talks the video was shown."),
    CatalogDimension("talk", "Talk", "The talk that the video showed, live or as its recording."),
    TimeDimension("hour", "Hour", "The hour of the load, in the workspace's time zone.", LocalHour, "2026-01-31T13:00"),
    TimeDimension("day", "Day", "The day of the load, in the workspace's time zone.", LocalDate, "2026-01-31"),
    TimeDimension("week", "Week", "The week of the load, from Monday.", LocalWeek, "2026-01-26"),
    TimeDimension("month", "Month", "The month of the load.", LocalMonth, "2026-01-01"),
    ClockDimension(
        "weekday",
        "Weekday",
        "The day of the week of the load, in the workspace's time zone.",
        LocalWeekday,
        WEEKDAYS,
        first=1,
    ),
    ClockDimension(
        "hour_of_day",
        "Hour of the day",
        "The hour of the day of the load, in the workspace's time zone.",
        LocalHourOfDay,
        tuple(f"{hour:02}" for hour in range(24)),
    ),
    Dimension("country", "Country", "The viewer's country (ISO 3166-1 alpha-2), by the address."),
    Dimension("region", "Region", "The viewer's region, by the address."),
    Dimension("city", "City", "The viewer's city, by the address."),
    Dimension("device", "Platform", "Desktop, tablet, smartphone, tv or other, by the user agent."),
    Dimension("os", "Operating system", "The operating system, by the user agent."),
    Dimension("browser", "Browser", "The browser, by the user agent."),
    Dimension("domain", "Embed domain", "The domain of the page that embeds the player."),
    Dimension("page", "Embed page", "The page that embeds the player, without tracking parameters."),
    Dimension("source", "Referrer", "The domain that the viewer came to the page from."),
    Dimension("utm_source", "UTM source", "The utm_source of the page's address."),
    Dimension("utm_medium", "UTM medium", "The utm_medium of the page's address."),
    Dimension("utm_campaign", "UTM campaign", "The utm_campaign of the page's address."),
    Dimension("visitor", "Visitor", "The browser or known person."),
    Dimension("error", "Playback error", "What the player said of the error that it met; unknown: it met none."),
    IdentifiedDimension("identified", "Identified", "Whether the viewer is a known person, or an anonymous browser."),
    BooleanDimension("live", "Live", "Whether a live stream was watched, or a recording."),
)
DIMENSIONS = {dimension.name: dimension for dimension in _ALL}
GRAINS = tuple(dimension.name for dimension in _ALL if dimension.is_time)
