"""Countries' everyday names, by ISO 3166-1 alpha-2 code."""

from __future__ import annotations

from functools import cache

from django_countries import countries

# In use by places databases, or longer in the standard than anyone says.
_OURS = {"XK": "Kosovo", "US": "United States"}


@cache
def country_names() -> dict[str, str]:
    """Return the English names of all countries by code."""
    return {code: country_name(code) for code, _ in countries}


def country_name(code: str | None) -> str:
    """Return the country's name in English, the code itself where it is none that is known, "Unknown" without one."""
    if not code:
        return "Unknown"
    return _OURS.get(code) or countries.name(code) or code
