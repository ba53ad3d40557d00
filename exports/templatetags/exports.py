"""How reports are shown."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def bytes_shown(size: int | None) -> str:
    """Return a size in bytes for people, such as `1.5 MB`; 1 kB is 1,000 bytes."""
    if size is None:
        return ""
    amount, units = float(size), ["bytes", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{size} bytes" if units[0] == "bytes" else f"{amount:.1f} {units[0]}"
