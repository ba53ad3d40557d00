"""The referrers as a table: on which domains and pages the player was loaded, and how well each placement does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.http import FileResponse

from analytics.context import Context, Scope
from analytics.periods import Period
from analytics.query import Question, ask
from analytics.query import Row as SomeRow
from analytics.sessions import Filter
from exports.downloads import table_file
from exports.tables import Cell, Column, Row, Table

UNKNOWN = "unknown"
DECIMALS = 6
# As many rows of the engine's answer are held at once; what is kept of each page until the end is a third of that.
PAGES_AT_ONCE = 50_000
COLUMNS = (
    Column(name="domain", label="Domain", unit="text", definition="The domain of the pages that embed the player."),
    Column(name="url", label="URL", unit="text", definition="The page; empty in the row of its domain's totals."),
    Column(name="views", label="Views", unit="count", definition="Views on this page, or on all of the domain's."),
    Column(
        name="player_loads", label="Player loads", unit="count", definition="How often the player was loaded there."
    ),
    Column(name="view_rate", label="View rate", unit="ratio", definition="views ÷ player_loads."),
)
# Views and player loads of each page.
Pages = dict[str | None, tuple[int, int]]


def referrers_table(
    context: Context, period: Period, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> Table:
    """Return a row of totals for each domain, followed by one for each of its pages; most views come first.

    What is not known is called so. Raises Unknown for a foreign scope.
    """
    domains: defaultdict[str | None, Pages] = defaultdict(dict)
    question = Question(
        context, period, ("views", "loads"), by=("domain", "page"), scope=scope, filters=filters, order="-views"
    )
    for row in _each(question):
        # By page, as one may come twice where sessions arrive between two parts of the answer.
        domains[row["domain"]][row["page"]] = (row["views"], row["loads"])
    return Table(COLUMNS, len(domains) or 1, _rows(domains))


def referrers_file(
    context: Context, period: Period, format: str, scope: Scope | None = None, filters: tuple[Filter, ...] = ()
) -> FileResponse:
    """Return the answer that has the table as a file, `csv` or `xlsx`. Raises Unknown for a foreign scope."""
    table = referrers_table(context, period, scope, filters)
    return table_file(table, _file_stem(period), format)


def _file_stem(period: Period) -> str:
    whole = period.first_on and period.last_on
    dates = f"{period.first_on}-to-{period.last_on}" if whole else period.name.replace("_", "-")
    return f"referrers-{dates}"


def _each(question: Question) -> Iterator[SomeRow]:
    """Yield all rows of the answer, PAGES_AT_ONCE at a time."""
    page, read, total = 1, 0, 1
    while read < total:
        answer = ask(replace(question, page=page, per_page=PAGES_AT_ONCE))
        yield from answer.rows
        page, read, total = page + 1, read + PAGES_AT_ONCE, answer.total_rows


def _rows(domains: Mapping[str | None, Pages]) -> Iterator[Row]:
    totals = {
        domain: (sum(views for views, _ in pages.values()), sum(loads for _, loads in pages.values()))
        for domain, pages in domains.items()
    }
    for place, (domain, total) in enumerate(_most_first(totals)):
        name = domain or UNKNOWN
        yield Row((name, "", *_cells(total)), place)
        for page, counts in _most_first(domains[domain]):
            yield Row((name, page or UNKNOWN, *_cells(counts)), place)


def _most_first(counted: Pages) -> list[tuple[str | None, tuple[int, int]]]:
    return sorted(counted.items(), key=lambda pair: (-pair[1][0], -pair[1][1], pair[0] or ""))


def _cells(counts: tuple[int, int]) -> tuple[Cell, ...]:
    views, loads = counts
    return views, loads, round(views / loads, DECIMALS) if loads else None
