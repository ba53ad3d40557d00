"""All that is listed, not one page of it, as the rows of a file."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.pages.inquiry import Inquiry
from analytics.pages.library.asked import Asked
from analytics.pages.library.entries import METRICS, listed_entries
from analytics.pages.library.lines import NO_ROW
from analytics.pages.library.tree import Branch, Tree
from analytics.tables import SECONDS, Column, Table, metric_column
from videos.models import Video

COLUMNS = (
    Column("Title"),
    Column("Kind"),
    Column("Id"),
    Column("Place"),
    Column("Length", unit=SECONDS),
    Column("Added"),
    *(metric_column(name) for name in METRICS),
    metric_column("views", "Views, last 30 days"),
)


@dataclass(frozen=True)
class Listed:
    """What a file of the library is made of."""

    name: str
    table: Table


def listed(inquiry: Inquiry, tree: Tree, place: Branch | None, asked: Asked) -> Listed:
    """Return a row with its raw values for all that the address lists, in its order."""
    entries, numbers = listed_entries(inquiry, tree, place, asked)
    measured = numbers.measured(entries, METRICS, inquiry.state.period)
    recent = numbers.measured(entries, ("views",), numbers.recent)
    columns = ("pk", "duration", "created_at")
    videos = Video.objects.filter(workspace=inquiry.context.workspace).order_by().values_list(*columns)
    facts = {pk: (float(seconds) if seconds else None, added) for pk, seconds, added in videos}
    records = []
    for each in entries:
        kind = each.branch.kind if each.branch else "video"
        place_named = " › ".join(branch.name for branch in each.within.path) if each.within else ""
        seconds, added = (None, each.branch.created_at) if each.branch else facts.get(each.pk, (None, None))
        on = added.astimezone(inquiry.state.zone).date().isoformat() if added else ""
        values = [measured.get(each.public_id, NO_ROW)[name] for name in METRICS]
        views = recent[each.public_id]["views"] if each.public_id in recent else 0
        records.append((each.name, kind, each.public_id, place_named, seconds, on, *values, views))
    return Listed("library", Table(COLUMNS, tuple(records)))
