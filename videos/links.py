"""Addresses as other hosts can use them."""

from __future__ import annotations

from django.conf import settings


def whole_address(link: str) -> str | None:
    """Return an address with its host: PUBLIC_URL for a path of this site; None where there is none."""
    return f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link or None
