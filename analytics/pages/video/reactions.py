"""How viewers reacted to the video: by name, and along its seconds."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.actions import Cut, NamedAction, actions_of, cut_of
from analytics.charts import KIND_NAMES, KINDS, Chart, stacked_figure
from analytics.curves import SECOND
from analytics.formats import count_shown, percent_shown
from analytics.pages.video.actions import action_label, most_column
from analytics.pages.video.listing import Listing
from analytics.pages.video.subject import Subject
from analytics.tables import RATIO, SECONDS, Column, Table
from analytics.video_captions import reactions_caption

MOST_NAMED, HEIGHT = 20, 280


@dataclass(frozen=True)
class Reactions:
    """Reactions by name, and over the video; `along` is None where there are none to draw."""

    names: Listing
    along: Chart | None


def reactions_shown(subject: Subject) -> Reactions:
    """Return the tab's content."""
    cut = cut_of(subject.duration or SECOND)
    found, names = actions_of(subject.inquiry.sessions(), ("reaction",), cut, MOST_NAMED)
    listing = Listing(
        name="reactions",
        title="Reactions by name",
        caption=reactions_caption([(action_label(each), each) for each in found]),
        table=_table(found, cut, with_moments=bool(subject.duration)),
        left_out=names - len(found),
    )
    return Reactions(listing, _along(_few(found), cut) if found and subject.duration else None)


def _table(found: list[NamedAction], cut: Cut, *, with_moments: bool) -> Table:
    total = sum(each.count for each in found)
    most, begins = most_column(found, cut)
    columns = (Column("Reaction"), Column("Times", count_shown), Column("Share", percent_shown, RATIO), most)
    records = [(action_label(each), each.count, each.count / total, begins[each]) for each in found]
    if not with_moments:
        return Table(columns[:-1], tuple(record[:-1] for record in records))
    return Table(columns, tuple(records))


def _few(found: list[NamedAction]) -> list[NamedAction]:
    """Return as many as there are colours, the rarest added up in the last one."""
    if len(found) <= len(KINDS):
        return found
    rest = found[len(KINDS) - 1 :]
    return [*found[: len(KINDS) - 1], _together(f"{len(rest)} more", rest)]


def _together(name: str, actions: list[NamedAction]) -> NamedAction:
    moments = tuple(sum(counts) for counts in zip(*(each.moments for each in actions), strict=True))
    return NamedAction("reaction", name, sum(moments), 0, moments)


def _along(few: list[NamedAction], cut: Cut) -> Chart:
    every = _together("", few)
    most, begins = most_column([every], cut)
    labels = [action_label(each) for each in few]
    moments = tuple((cut.begin(bucket), *(each.moments[bucket] for each in few)) for bucket in range(cut.count))
    peak = f"{most.shown(begins[every])} ({count_shown(max(every.moments))})"
    return Chart(
        name="along",
        title="Reactions along the video",
        caption=f"Most at {peak}." if every.count > 1 else f"At {most.shown(begins[every])}.",
        figure=stacked_figure(few, labels, cut),
        table=Table((Column("Moment", most.shown, SECONDS), *(Column(each, count_shown) for each in labels)), moments),
        height=HEIGHT,
        keys=tuple(zip(KIND_NAMES, labels, strict=False)),
    )
