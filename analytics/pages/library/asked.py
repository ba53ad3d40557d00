"""What the library's address says beside period and filters: search, order, page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

SORTS = {
    "name": "Title",
    "added": "Date added",
    "duration": "Length",
    "views": "Views",
    "watch_time": "Watch time",
    "engagement": "Engagement",
    "completion_rate": "Completion",
    "recent": "Last 30 days",
}
# By which end of a column one begins to read it.
DESCENDING = tuple(name for name in SORTS if name != "name")
DEFAULT_SORT = "name"
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Asked:
    """What to list of a place: `sort` is a name of SORTS, after `-` largest first.

    A search looks into everything nested in the place; without one, `nested` lists all videos in it.
    """

    search: str = ""
    nested: bool = False
    sort: str = DEFAULT_SORT
    page: int = 1

    @property
    def column(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def query(self, **changes: object) -> tuple[tuple[str, str], ...]:
        """Return the part of the address with these changes, defaults left out; a change leads to the first page."""
        values = {"search": self.search, "nested": self.nested, "sort": self.sort, "page": 1, **changes}
        parts = [("q", str(values["search"])), ("nested", "1" if values["nested"] else "")]
        parts.append(("sort", str(values["sort"]) if values["sort"] != DEFAULT_SORT else ""))
        parts.append(("page", str(values["page"]) if values["page"] != 1 else ""))
        return tuple((name, value) for name, value in parts if value)

    def sorted_by(self, column: str) -> str:
        """Return the order that a click on a column's heading asks for: its usual one, or the other way round."""
        usual = f"-{column}" if column in DESCENDING else column
        if self.column != column or self.sort != usual:
            return usual
        return column if self.is_descending else f"-{column}"


def asked_of(query: QueryDict) -> tuple[Asked, tuple[str, ...]]:
    """Return what the address' `query` asks for, and what of it was not understood."""
    notices = []
    sort = query.get("sort", "") or DEFAULT_SORT
    if sort.removeprefix("-") not in SORTS:
        notices.append(f"There is no column “{sort}” to sort by; there are {', '.join(SORTS)}.")
        sort = DEFAULT_SORT
    page = query.get("page", "1")
    is_page = page.isascii() and page.isdecimal() and 0 < len(page) < 7 and int(page) > 0
    if not is_page:
        notices.append(f"There is no page “{page}”.")
    search = " ".join(query.get("q", "").replace("\0", " ").split())[:LONGEST_SEARCH].strip()
    return Asked(search, query.get("nested") == "1", sort, int(page) if is_page else 1), tuple(notices)
