"""The chart of who is there at once, of one talk or of a whole event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analytics.charts import Band, Chart, concurrency_figure
from analytics.charts.look import escaped
from analytics.concurrency import Concurrency, concurrency_of
from analytics.formats import count_shown, day_shown
from analytics.tables import Column, Table
from videos.models import Talk

HEIGHT = 300
DAY = timedelta(days=1)
# Before and after the talks; how long one is taken to last whose end is not known.
AROUND, LONGEST = timedelta(hours=1), timedelta(hours=3)


def presence_chart(sessions: Any, title: str, talks: Sequence[Talk], zone: ZoneInfo, *, numbered: bool) -> Chart | None:
    """Return the concurrency of the played live sessions (a queryset), the talks' times shaded; None without any.

    With `numbered` each talk has its number on it, as it stands in the list.
    """
    found = concurrency_of(sessions, _around(talks))
    if found.peak_at is None:
        return None
    moments = [_local(found.moment(place), zone) for place in range(len(found.most) + 1)]
    shown = [
        (number, Band(_local(talk.starts_at, zone), _local(talk.ends_at, zone), str(number) if numbered else ""), talk)
        for number, talk in enumerate(talks, start=1)
        if talk.starts_at and talk.ends_at and _is_near(talk, found)
    ]
    bands = [band for _, band, _ in shown]
    named = [(band, f"{number}. {talk.title}") for number, band, talk in shown] if numbered else []
    said = [_said(moments[place], found.step, count, named) for place, count in enumerate(found.most)]
    peak_at = _local(found.peak_at, zone)
    return Chart(
        name="concurrency",
        title=title,
        caption=_caption(found, moments, peak_at),
        figure=concurrency_figure(moments, found.most, said, (peak_at, found.peak), bands),
        table=Table(
            (
                Column("From", _minute_shown, zone.key),
                Column("Most at once", count_shown),
            ),
            tuple(zip(moments[:-1], found.most, strict=True)),
        ),
        height=HEIGHT,
    )


def _around(talks: Sequence[Talk]) -> tuple[datetime, datetime] | None:
    """Return the time from before the first talk until after the last, None where none has a time."""
    starts = [talk.starts_at for talk in talks if talk.starts_at]
    ends = [talk.ends_at or talk.starts_at + LONGEST for talk in talks if talk.starts_at]
    return (min(starts) - AROUND, max(ends) + AROUND) if starts else None


def _is_near(talk: Talk, found: Concurrency) -> bool:
    """Say whether shading the talk's time does not stretch the axis to where nobody was."""
    return talk.ends_at > found.start - 2 * AROUND and talk.starts_at < found.moment(len(found.most)) + 2 * AROUND  # type: ignore[operator]


def _caption(found: Concurrency, moments: list[datetime], peak_at: datetime) -> str:
    people = "1 viewer was" if found.peak == 1 else f"{count_shown(found.peak)} viewers were"
    sentence = f"At the peak, at {peak_at:%H:%M:%S} on {day_shown(peak_at.date())}, {people} there at once"
    half = [moment for moment, count in zip(moments, found.most, strict=False) if 2 * count >= found.peak]
    if found.peak > 1 and half[-1] - half[0] >= timedelta(minutes=2) and half[-1] - half[0] < DAY:
        sentence += f"; half as many or more from {half[0]:%H:%M} to {half[-1] + found.step:%H:%M}"
    minutes = found.step // timedelta(minutes=1)
    each = "minute" if minutes == 1 else f"{minutes} minutes" if minutes < 60 else f"{minutes // 60} h"
    return f"{sentence}. Each {each} shows its largest number."


def _said(moment: datetime, step: timedelta, count: int, named: list[tuple[Band, str]]) -> str:
    talks = [escaped(name) for band, name in named if band.start < moment + step and moment < band.end]
    return "<br>".join([_when(moment, step), _people(count), *talks])


def _people(count: int) -> str:
    return f"{count_shown(count)} {'viewer' if count == 1 else 'viewers'} at once"


def _minute_shown(moment: datetime) -> str:
    return f"{moment:%-d %b %Y, %H:%M}"


def _when(moment: datetime, step: timedelta) -> str:
    return _minute_shown(moment) + (f"–{moment + step:%H:%M}" if step > timedelta(minutes=1) else "")


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime:
    assert moment is not None
    return moment.astimezone(zone).replace(tzinfo=None)
