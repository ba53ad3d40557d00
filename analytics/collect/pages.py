"""What an address says: the page without what tracks, its domain, and where the campaign's links came from."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote_plus, urlsplit

CLICK_IDS = frozenset({"gclid", "fbclid", "msclkid"})


class Page(NamedTuple):
    """One address. `page` keeps all but the fragment and the tracking parameters, letter by letter."""

    page: str
    domain: str
    utm_source: str
    utm_medium: str
    utm_campaign: str


NO_PAGE = Page("", "", "", "", "")


# Pages repeat from viewer to viewer; this many, most around 100 characters, are a few megabytes.
@lru_cache(maxsize=8_192)
def page_of(url: str) -> Page | None:
    """Return what the address says; None where it is not an http(s) address with a host."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    address, _, query = url.partition("#")[0].partition("?")
    if not query:
        return Page(address, host, "", "", "")
    kept = "&".join(pair for pair in query.split("&") if not _tracks(unquote_plus(pair.partition("=")[0])))
    values = parse_qs(query, keep_blank_values=True) if "utm_" in unquote_plus(query) else {}
    source, medium, campaign = (values.get(name, [""])[0] for name in ("utm_source", "utm_medium", "utm_campaign"))
    return Page(f"{address}?{kept}" if kept else address, host, source, medium, campaign)


def _tracks(parameter: str) -> bool:
    return parameter.startswith("utm_") or parameter in CLICK_IDS
