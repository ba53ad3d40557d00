"""What viewers were shown over the video and pressed: how often, with what success, and when in the video."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.actions import SHOWN_OR_PRESSED, Cut, NamedAction, actions_of, cut_of
from analytics.charts import KIND_NAMES, Chart, lanes_figure
from analytics.curves import SECOND
from analytics.formats import NOTHING, count_shown, part_shown, passage_shown
from analytics.metrics import ACTION_TYPES, METRICS
from analytics.pages.video.listing import Listing
from analytics.pages.video.subject import Subject
from analytics.tables import RATIO, SECONDS, Column, Table
from analytics.video_captions import actions_caption

MOST_NAMED, LANE, AXIS = 12, 48, 56
TYPES = {
    "cta": "Call to action", "annotation": "Annotation", "turnstile": "Turnstile", "click": "Click", "share": "Share",
}  # fmt: skip
UNNAMED = "(no name)"


@dataclass(frozen=True)
class TypeTotal:
    """What all actions of a type have together: the number, what it counts, and the conversions in words."""

    label: str
    shown: str
    counted: str
    conversions: str


@dataclass(frozen=True)
class Actions:
    """The actions by type, and by name with their moments; `lanes` is None where there are none to draw."""

    totals: tuple[TypeTotal, ...]
    names: Listing
    lanes: Chart | None


def actions_shown(subject: Subject) -> Actions:
    """Return the tab's content."""
    cut = cut_of(subject.duration or SECOND)
    found, names = actions_of(subject.inquiry.sessions(), SHOWN_OR_PRESSED, cut, MOST_NAMED)
    listing = Listing(
        name="actions",
        title="Actions by name",
        caption=actions_caption([(TYPES[each.type], action_label(each), each) for each in found]),
        table=_table(found, cut, with_moments=bool(subject.duration)),
        left_out=names - len(found),
    )
    lanes = _lanes(subject, found, cut) if found and subject.duration else None
    return Actions(_totals(subject) if found else (), listing, lanes)


def action_label(action: NamedAction) -> str:
    return action.name or UNNAMED


def most_column(actions: list[NamedAction], cut: Cut) -> tuple[Column, dict[NamedAction, int]]:
    """Return the column of the passage in which an action happened most, and its value of each action."""
    begins = {each: cut.begin(each.bucket_most) for each in actions}
    ends = {cut.begin(bucket): cut.end(bucket) for bucket in range(cut.count)}
    return Column("Most often at", lambda begin: passage_shown(begin, ends[begin]), SECONDS), begins


def _totals(subject: Subject) -> tuple[TypeTotal, ...]:
    row = subject.inquiry.ask("actions", "clicks", "shares").rows[0]
    totals = []
    for kind in ACTION_TYPES:
        if counts := row["actions"].get(kind):
            converted = f"{count_shown(counts['conversions'])} converted, {part_shown(counts['rate'])}"
            totals.append(TypeTotal(TYPES[kind], count_shown(counts["impressions"]), "impressions", converted))
    for name in ("clicks", "shares"):
        if row[name]:
            totals.append(TypeTotal(METRICS[name].label, count_shown(row[name]), "times", ""))
    return tuple(totals)


def _table(found: list[NamedAction], cut: Cut, *, with_moments: bool) -> Table:
    most, begins = most_column(found, cut)
    columns = (
        Column("Action"), Column("Type"), Column("Impressions", count_shown),
        Column("Conversions", lambda value: NOTHING if value is None else count_shown(value)),
        Column("Rate", part_shown, RATIO), most,
    )  # fmt: skip
    records = [
        (
            action_label(each), TYPES[each.type], each.count, None if each.rate is None else each.conversions,
            each.rate, begins[each],
        )
        for each in found
    ]  # fmt: skip
    if not with_moments:
        return Table(columns[:-1], tuple(record[:-1] for record in records))
    return Table(columns, tuple(records))


def _lanes(subject: Subject, found: list[NamedAction], cut: Cut) -> Chart:
    columns = (
        Column("Moment", lambda bucket: passage_shown(cut.begin(bucket), cut.end(bucket))),
        *(Column(action_label(each), count_shown) for each in found),
    )
    kinds = dict.fromkeys(each.type for each in found)
    return Chart(
        name="lanes",
        title="When in the video",
        caption="A dot for each moment, the larger the more often; the ground is the part of the plays watching then.",
        figure=lanes_figure(found, [action_label(each) for each in found], cut, subject.curve, subject.plays or 1),
        table=Table(columns, tuple((bucket, *(each.moments[bucket] for each in found)) for bucket in range(cut.count))),
        height=AXIS + LANE * len(found),
        keys=tuple((KIND_NAMES[SHOWN_OR_PRESSED.index(kind)], TYPES[kind]) for kind in kinds),
    )
