"""Tables: the same rows as texts in a page and as raw values in a file."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.formats import count_shown
from analytics.tables import Column, Table, metric_column, tables_in


@dataclass(frozen=True)
class Part:
    name: str
    table: Table


@dataclass(frozen=True)
class Page:
    title: str
    parts: tuple[Part, ...]
    nothing: None = None


TABLE = Table(
    (Column("Title"), Column("Id", in_page=False), Column("Views", count_shown), metric_column("watch_time")),
    (("=1+1", "vid_a", 1200, 75.5), ("Plain, with a comma", "vid_b", 0, None)),
)


def lines(table: Table) -> list[str]:
    return table.csv().decode("utf-8-sig").splitlines()


def test_the_page_has_texts_and_leaves_out_what_only_a_file_needs() -> None:
    assert TABLE.headers == ("Title", "Views", "Watch time")
    assert TABLE.rows == (("=1+1", "1,200", "1\u00a0m 16\u00a0s"), ("Plain, with a comma", "0", "–"))


def test_the_page_s_rows_are_escaped_html() -> None:
    table = Table((Column("Title"), Column("Views", count_shown)), (("<b>&", 1200),))
    assert table.body == '<tr><th scope="row">&lt;b&gt;&amp;</th><td>1,200</td></tr>'


def test_the_file_has_raw_values_units_and_no_formulas() -> None:
    assert lines(TABLE) == [
        "Title,Id,Views,Watch time (s)",
        "'=1+1,vid_a,1200,75.5",
        '"Plain, with a comma",vid_b,0,',
    ]


def test_ratios_and_scores_say_between_what_they_lie() -> None:
    columns = (metric_column("engagement"), metric_column("engagement_score"), metric_column("views", "Views, before"))
    assert lines(Table(columns, ((0.25, 9.5, 3),))) == [
        'Engagement (0–1),Engagement score (1–10),"Views, before"',
        "0.25,9.5,3",
    ]


def test_a_pages_tables_are_found_wherever_they_are() -> None:
    page = Page("A page", (Part("first", TABLE), Part("second", TABLE)))
    assert [name for name, _ in tables_in((page, [Part("third", TABLE)]))] == ["first", "second", "third"]
