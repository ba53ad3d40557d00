"""Rules of single values of the catalog."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

LONGEST_DURATION = Decimal(604800)
MOST_EMBED_DOMAINS = 100
LONGEST_JSON, DEEPEST_JSON = 65_536, 32
FIRST_INSTANT, END_OF_INSTANTS = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?")
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f<>\"]")


def instant_check(moment: datetime) -> None:
    """Raise ValidationError for an instant (aware) that the engine's times do not reach."""
    if not FIRST_INSTANT <= moment < END_OF_INSTANTS:
        raise ValidationError(
            f"Give an instant from {FIRST_INSTANT.year} to {END_OF_INSTANTS.year - 1}.", "out_of_range"
        )


def link_check(link: str) -> None:
    """Raise ValidationError unless `link` is an http(s) address or a path of this site (`/media/…`)."""
    message = "Give an http or https address, or a path of this site that begins with one /."
    if _UNSAFE.search(link):
        raise ValidationError(message, "invalid")
    try:
        parts = urlsplit(link)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError as error:
        raise ValidationError(message, "invalid") from error
    if not is_web and not (link.startswith("/") and not link.startswith("//")):
        raise ValidationError(message, "invalid")


def json_object_check(value: Any) -> None:
    """Raise ValidationError unless `value` is a JSON object, of 64 KiB at most, that every database can hold."""
    if not isinstance(value, dict):
        raise ValidationError("Give a JSON object.", "invalid")
    level: list[Any] = [value]
    for _ in range(DEEPEST_JSON):
        level = [inner for each in level if isinstance(each, dict | list) for inner in _inner(each)]
    if level:
        raise ValidationError(f"It is nested too deeply; at most {DEEPEST_JSON} levels.", "invalid")
    try:
        # No infinite number, and no half of a surrogate pair.
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        size = len(text.encode())
    except ValueError as error:
        raise ValidationError("There is a number or a text in it that JSON does not have.", "invalid") from error
    if size > LONGEST_JSON:
        raise ValidationError(f"As JSON it has {size} bytes; at most {LONGEST_JSON}.", "invalid")
    # Without the backslashes that stand for themselves, as these letters may follow one.
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValidationError("A text in it holds a NUL character.", "invalid")


def _inner(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def domain_normal(domain: str) -> str:
    """Return `domain` in lower case and ASCII: `xn--bcher-kva.example` for `Bücher.example`."""
    domain = domain.strip().lower().removesuffix(".")
    try:
        return domain.encode("idna").decode("ascii") if not domain.isascii() else domain
    except UnicodeError:
        return domain


def domains_check(domains: Any) -> None:
    """Raise ValidationError unless `domains` is a list of domains: `example.com`, `*.example.com`, `localhost:3000`."""
    if not isinstance(domains, list):
        raise ValidationError("Give a list of domains.", "invalid")
    if len(domains) > MOST_EMBED_DOMAINS:
        raise ValidationError(f"At most {MOST_EMBED_DOMAINS} domains.", "invalid")
    for domain in domains:
        if not isinstance(domain, str) or len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            shown = str(domain)[:100]
            raise ValidationError(f"{shown!r} is not a domain; write example.com or *.example.com.", "invalid")
