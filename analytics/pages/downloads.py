"""A chart's or a breakdown's rows as a file: the page's own address with `csv` and the name of the part."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from analytics.formats import period_in_name
from analytics.periods import Period
from analytics.tables import tables_in

# What an address says of one answer, and not of the page: a table as a file, a part alone.
PARAMETER, PART = OF_ONE_ANSWER = ("csv", "part")
MOST_IN_FILE = 10_000


def rows_wanted(request: HttpRequest, per_page: int) -> int:
    """Return how many rows of a list to read: a page of them, or what a file may hold."""
    return MOST_IN_FILE if PARAMETER in request.GET else per_page


def table_download(page: Any, name: str, stem: str) -> HttpResponse:
    """Return the rows of the part of `page` that is called `name`; 404 where it has none."""
    tables = dict(tables_in(page))
    if name not in tables:
        raise Http404(f"This page has no table {name!r}; there are {', '.join(tables) or 'none'}.")
    return HttpResponse(
        tables[name].csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{stem}-{name}.csv")},
    )


def query_with(request: HttpRequest, parameter: str) -> str:
    """Return the query of the page's address, ending with one of OF_ONE_ANSWER, whose value is to be added."""
    query = request.GET.copy()
    for name in OF_ONE_ANSWER:
        query.pop(name, None)
    query[parameter] = ""
    return f"?{query.urlencode()}"


def file_stem(title: str, period: Period) -> str:
    """Return how the names of a page's files begin: what it shows, and when."""
    return f"{slugify(title, allow_unicode=True)}-{period_in_name(period)}"
