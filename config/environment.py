"""Reading settings from the environment, so that a malformed value stops the start with a sentence that names it."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.FileAwareEnv()

DATABASE_ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}


@contextmanager
def _named(name: str, expected: str) -> Iterator[None]:
    """Turn whatever a parser raises about setting `name` into one sentence."""
    try:
        yield
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} must be {expected}, not {_shown(env.str(name, default=''))}.") from error


def _shown(value: str) -> str:
    """Return `value` for an error message, without the password that a URL may carry."""
    head, at, tail = value.rpartition("@")
    scheme, slashes, _ = head.partition("://")
    return repr(f"{scheme}{slashes}…@{tail}") if at and slashes else repr(value)


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    text = env.str(name, default="") or str(default)
    if not (text.isascii() and text.isdigit()) or int(text) < at_least:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {at_least}, not {text!r}.")
    return int(text)


def boolean(name: str, default: bool) -> bool:
    text = (env.str(name, default="") or str(default)).lower()
    if text not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {text!r}.")
    return text in {"1", "true", "yes", "on"}


def choice(name: str, default: str, choices: Collection[str]) -> str:
    text = env.str(name, default="") or default
    if text not in choices:
        raise ImproperlyConfigured(f"{name} must be {' or '.join(choices)}, not {text!r}.")
    return text


def url(name: str, default: str, schemes: Collection[str], example: str) -> str:
    """Return a URL of one of `schemes`, or "" where neither the environment nor `default` has one."""
    text = env.str(name, default="") or default
    if not text:
        return ""
    with _named(name, f"a URL such as {example}"):
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
            raise ValueError(parts.scheme)
        parts.port  # noqa: B018  # raises where the port is no number
    return text


def web_address(name: str, default: str) -> str:
    """Return an http(s) origin without a trailing slash; a path, query or fragment is refused."""
    example = "https://video.example.com"
    text = url(name, default, ("http", "https"), example).rstrip("/")
    parts = urlsplit(text)
    if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ImproperlyConfigured(f"{name} must be an address without a path, such as {example}, not {text!r}.")
    return text


def database(name: str, default: str) -> dict[str, Any]:
    """Return Django's settings of a relational database; only SQLite and PostgreSQL are known to work."""
    with _named(name, "a URL such as postgres://USER:PASSWORD@HOST:5432/DATABASE or sqlite:////absolute/file"):
        text = env.str(name, default="") or default
        urlsplit(text).port  # noqa: B018  # raises where the port is no number
        if urlsplit(text).scheme not in {"sqlite", "postgres", "postgresql", "pgsql"}:
            raise ValueError(text)
        found: dict[str, Any] = environ.Env.db_url_config(text)
        if found["ENGINE"] not in DATABASE_ENGINES or not found["NAME"]:
            raise ValueError(text)
    return found


def mail(name: str) -> dict[str, Any]:
    """Return Django's mail settings, or none where the environment has no such URL."""
    with _named(name, "a URL such as smtp+tls://USER:PASSWORD@HOST:587"):
        text = env.str(name, default="")
        return environ.Env.email_url_config(text) if text else {}


def addresses(name: str) -> list[str]:
    """Return IP addresses and networks, separated by commas."""
    found = [item.strip() for item in env.str(name, default="").split(",") if item.strip()]
    with _named(name, "IP addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8"):
        for item in found:
            ipaddress.ip_network(item)
    return found


def words(name: str, default: list[str]) -> list[str]:
    return [item.strip() for item in env.str(name, default="").split(",") if item.strip()] or default


def existing_file(name: str) -> str:
    """Return the path of a file that exists, or "" where none is named."""
    text = env.str(name, default="")
    if text and not Path(text).is_file():
        raise ImproperlyConfigured(f"{name} must be the path of a file, and {text!r} is none.")
    return text


def log_level(name: str, default: str) -> str:
    text = (env.str(name, default="") or default).upper()
    if text not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"{name} must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {text!r}.")
    return text


def directory(name: str, default: Path) -> Path:
    """Return a directory that exists afterwards and can be written."""
    path = Path(env.str(name, default="") or default).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} must be a directory that can be made and written: {error}.") from error
    return path
