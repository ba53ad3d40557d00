"""Who watched from where, on what, on which pages: bar tables whose shares add up to 100, referrers by domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString

from analytics.captions import leaders_caption
from analytics.charts import bars_figure
from analytics.countries import country_name
from analytics.dimensions import DIMENSIONS
from analytics.formats import NBSP, count_shown, percent_shown
from analytics.pages.inquiry import Inquiry
from analytics.pages.state import State
from analytics.query import Row
from analytics.sharing import shares_of_hundred
from analytics.tables import RATIO, Column, Table

SHOWN, MOST_DOMAINS, MOST_PAGES = 6, 20, 100
DEVICES = {"desktop": "Desktop", "tablet": "Tablet", "smartphone": "Smartphone", "tv": "TV", "other": "Other device"}


@dataclass(frozen=True)
class Bar:
    """A row: views, what part of all views they are, and the address of the page narrowed to it ('' where none).

    `width` is the bar's, in per cent of the longest one's; `code` is what the API calls it, '' where that is the label.
    """

    label: str
    views: int
    part: float
    views_shown: str
    share_shown: str
    width: float
    url: str = ""
    code: str = ""

    @property
    def row(self) -> SafeString:
        """The bar as a row of a table, in HTML: pages have many, and a template takes four times as long for one."""
        label = format_html("<span>{}</span>", self.label)
        if self.url:
            label = format_html('<a href="{}" title="Show only {}">{}</a>', self.url, self.label, self.label)
        return format_html(
            '<tr><th scope="row" style="--width: {}%">{}</th><td>{}</td><td class="vp-share">{}</td></tr>',
            self.width, label, self.views_shown, self.share_shown,
        )  # fmt: skip


@dataclass(frozen=True)
class Breakdown:
    """A dimension's largest values, the rest as one row; `everything` has all of them where some are in that row."""

    name: str
    title: str
    caption: str
    bars: tuple[Bar, ...]
    everything: tuple[Bar, ...] = ()

    @property
    def table(self) -> Table:
        """All rows, for a file."""
        label = DIMENSIONS[self.name].label if self.name in DIMENSIONS else self.title
        views, share = Column("Views", count_shown), Column("Share", percent_shown, RATIO)
        bars = self.everything or self.bars
        if not any(bar.code for bar in bars):
            return Table((Column(label), views, share), tuple((bar.label, bar.views, bar.part) for bar in bars))
        records = tuple((bar.label, bar.code, bar.views, bar.part) for bar in bars)
        return Table((Column(label), Column("Code"), views, share), records)

    @property
    def figure(self) -> dict[str, Any]:
        """The bars as a picture."""
        return bars_figure([(bar.label, bar.width, f"{bar.views_shown} · {bar.share_shown}") for bar in self.bars])


@dataclass(frozen=True)
class PageRow:
    """An embed page. `path` is what to show below its domain; `url` '' where there is none to open."""

    path: str
    url: str
    views: str
    loads: str
    view_rate: str

    @property
    def row(self) -> SafeString:
        """The page as a row of a table, in HTML, as Bar.row."""
        link = '<a href="{}" title="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>'
        path = format_html(link, self.url, self.url, self.path) if self.url else self.path
        return format_html(
            '<tr class="vp-ref"><th scope="row" class="vp-url">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>',
            path, self.views, self.loads, self.view_rate,
        )  # fmt: skip


@dataclass(frozen=True)
class DomainRow:
    """An embed domain with its own totals and its pages, most views first."""

    domain: str
    views: str
    loads: str
    view_rate: str
    pages: tuple[PageRow, ...]
    filter_url: str


@dataclass(frozen=True)
class Referrers:
    """The domains with the most views; `domains_in_all` may be more."""

    name: str
    caption: str
    domains: tuple[DomainRow, ...]
    domains_in_all: int
    figure: dict[str, Any]


class BarRow(NamedTuple):
    """What a bar is made of; `value` is what the API calls it."""

    label: str
    views: int
    url: str = ""
    value: str = ""


def breakdown_of(
    name: str,
    title: str,
    views: dict[str | None, int],
    state: State,
    label: Callable[[str | None], str],
    most: int = SHOWN,
) -> Breakdown:
    """Return the breakdown of `views` by value of the dimension `name`; `most` of them are shown at once."""
    rows = [
        BarRow(label(value), count, state.filtered_url(name, value), value or "")
        for value, count in views.items()
        if count
    ]
    return breakdown_of_rows(name, title, sorted(rows, key=lambda row: (-row.views, row.label)), most)


def breakdown_of_rows(name: str, title: str, rows: Sequence[BarRow], most: int = SHOWN) -> Breakdown:
    """Return the breakdown of rows that are in order."""
    shown = rows
    if len(rows) > most + 1:
        rest = rows[most:]
        shown = [*rows[:most], BarRow(f"{len(rest)} more", sum(row.views for row in rest))]
    counts = [row.views for row in shown]
    shares = shares_of_hundred(counts, 1)
    # What is unknown leads nothing, unless it is all there is.
    named = [place for place, row in enumerate(rows[:most]) if row.value] or [0] if rows else []
    leaders = [(rows[place].label, shares[place]) for place in named[:3]]
    caption = leaders_caption([name for name, _ in leaders], [share for _, share in leaders], sum(counts))
    return Breakdown(name, title, caption, _bars(shown), _bars(rows) if shown is not rows else ())


def _bars(rows: Sequence[BarRow]) -> tuple[Bar, ...]:
    counts = [row.views for row in rows]
    largest, total = max(counts, default=0) or 1, sum(counts)
    return tuple(
        Bar(
            label=row.label,
            views=row.views,
            part=row.views / total if total else 0.0,
            views_shown=count_shown(row.views),
            share_shown=f"{share:.1f}{NBSP}%",
            width=round(100 * row.views / largest, 1),
            url=row.url,
            code=row.value if row.value != row.label else "",
        )
        for row, share in zip(rows, shares_of_hundred(counts, 1), strict=True)
    )


def audience_of(inquiry: Inquiry, countries: int = SHOWN) -> tuple[Breakdown, ...]:
    """Return countries, platforms, operating systems, browsers, traffic sources and campaigns, all of one answer.

    So many countries are shown at once.
    """
    titles: tuple[tuple[str, str, Callable[[str | None], str]], ...] = (
        ("country", "Countries", country_name),
        ("device", "Platforms", device_name),
        ("os", "Operating systems", partial(_or, "Unknown")),
        ("browser", "Browsers", partial(_or, "Unknown")),
        # Where viewers came from to the pages that embed the player.
        ("source", "Traffic sources", partial(_or, "Direct or unknown")),
        ("utm_campaign", "Campaigns", partial(_or, "No campaign")),
    )
    answer = inquiry.ask_apart("views", by=tuple(name for name, _, _ in titles))
    views = {name: {row[name]: row["views"] for row in rows} for name, rows in answer.items()}
    most = {"country": countries}
    return tuple(
        breakdown_of(name, title, views[name], inquiry.state, label, most.get(name, SHOWN))
        for name, title, label in titles
    )


def device_name(value: str | None) -> str:
    return DEVICES.get(value or "", value or "Unknown")


def _or(without: str, value: str | None) -> str:
    return value or without


def referrers_of(inquiry: Inquiry) -> Referrers:
    """Return the embed domains with their pages.

    One question has all pages of most workspaces, and what they add up to; where there are more, another has the totals
    of the domains, and what is not listed stands in a row of its own.
    """
    metrics = ("views", "loads")
    found = inquiry.ask(*metrics, by=("domain", "page"), order="-views", per_page=MOST_PAGES)
    pages: defaultdict[str | None, list[Row]] = defaultdict(list)
    for row in found.rows:
        pages[row["domain"]].append(row)
    domains = [
        {"domain": domain, **{name: sum(row[name] for row in rows) for name in metrics}}
        for domain, rows in pages.items()
    ]
    if found.total_rows > len(found.rows):
        domains = inquiry.ask(*metrics, by=("domain",)).rows
    domains.sort(key=lambda row: (-row["views"], -row["loads"], row["domain"] or ""))
    shown = tuple(_domain_row(row, pages[row["domain"]], inquiry.state) for row in domains[:MOST_DOMAINS])
    bars = [(one.domain, row["views"], one.views) for one, row in zip(shown, domains, strict=False)]
    return Referrers("referrers", _referrers_caption(domains), shown, len(domains), bars_figure(bars))


def _domain_row(row: Row, pages: list[Row], state: State) -> DomainRow:
    shown = [
        PageRow(
            _path(page["page"]), page["page"] or "", count_shown(page["views"]), count_shown(page["loads"]),
            percent_shown(_rate(page)),
        )
        for page in pages
    ]  # fmt: skip
    left = {name: row[name] - sum(page[name] for page in pages) for name in ("views", "loads")}
    if left["loads"]:
        views, loads = count_shown(left["views"]), count_shown(left["loads"])
        shown.append(PageRow("Other pages", "", views, loads, percent_shown(_rate(left))))
    return DomainRow(
        row["domain"] or "Unknown page", count_shown(row["views"]), count_shown(row["loads"]),
        percent_shown(_rate(row)), tuple(shown), state.filtered_url("domain", row["domain"]),
    )  # fmt: skip


def _path(page: str | None) -> str:
    if not page:
        return "Unknown page"
    parts = urlsplit(page)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _rate(row: Row) -> float:
    """Return the view rate of a row, which is there because a player was loaded."""
    return row["views"] / row["loads"]


def _referrers_caption(rows: list[Row]) -> str:
    if not rows:
        return "No player was loaded in this period."
    known = len(rows) - sum(row["domain"] is None for row in rows)
    sentence = f"Loaded on {count_shown(known)} {'domain' if known == 1 else 'domains'}"
    first = rows[0]
    if len(rows) > 1 and first["views"]:
        sentence += f"; most views on {first['domain'] or 'unknown pages'} ({count_shown(first['views'])})"
    # A rate over a handful of loads says nothing about a placement.
    rated = [row for row in rows if row["loads"] >= 50]
    if len(rated) > 1:
        low = min(rated, key=_rate)
        sentence += (
            f"; lowest view rate on {low['domain'] or 'unknown pages'}"
            f" ({percent_shown(_rate(low))} of {count_shown(low['loads'])} loads)"
        )
    return f"{sentence}."
