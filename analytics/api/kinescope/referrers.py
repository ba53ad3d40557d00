"""The referrers: on which domains and pages the player is loaded, and how well each placement does."""

from __future__ import annotations

from collections import defaultdict
from typing import TypedDict

from rest_framework.request import Request

from analytics.api.kinescope.parameters import asked, rows_of
from analytics.api.kinescope.shapes import KinescopePage, KinescopeReferrers, Rate
from analytics.query import Row, ask
from analytics.sessions import Filter

METRICS = {"views": "views", "player_loads": "loads", "view_rate": "view_rate"}
MOST_PAGES = 10_000


class _Counts(TypedDict):
    views: int
    player_loads: int
    view_rate: Rate


def referrers(request: Request) -> KinescopeReferrers:
    """Return a page of domains with their totals, each with its pages in the same order.

    Of all these domains' pages the first 10,000 in that order are listed; the domains' totals count every one.
    """
    about = asked(request)
    rows = rows_of(request, ("domain", *METRICS), "views.desc")
    metrics = METRICS.values()
    by_domain = rows.order(METRICS.get(rows.field, "domain"))
    domains = ask(about.question(metrics, by=("domain",), order=by_domain, page=rows.page, per_page=rows.per_page))
    shown = Filter("domain", "in", tuple(row["domain"] for row in domains.rows))
    pages = ask(
        about.question(
            metrics,
            by=("domain", "page"),
            order=rows.order(METRICS.get(rows.field, "page")),
            per_page=MOST_PAGES,
            also=(shown,),
        )
    )
    pages_of: defaultdict[str | None, list[KinescopePage]] = defaultdict(list)
    for row in pages.rows:
        pages_of[row["domain"]].append({"url": row["page"], **_counts(row)})
    return {
        "meta": {
            "pagination": {"page": rows.page, "per_page": rows.per_page, "total": domains.total_rows},
            "order": {rows.field: rows.direction},
            "time": about.time,
            "pages": {"total": pages.total_rows, "listed": len(pages.rows)},
        },
        "data": [{"domain": row["domain"], **_counts(row), "pages": pages_of[row["domain"]]} for row in domains.rows],
    }


def _counts(row: Row) -> _Counts:
    return {"views": row["views"], "player_loads": row["loads"], "view_rate": row["view_rate"]}
