"""The real programs that tests drive. One that is missing skips the test, by name; in CI it fails it."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

import pytest


def _chromium() -> str | None:
    """Return the one that can do nothing but be driven, where there is one: a page costs it a fraction."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


def _redis() -> str | None:
    return shutil.which("redis-server")


def _postgres() -> str | None:
    """Return the directory of the newest PostgreSQL's programs; Debian keeps them out of PATH."""
    if os.geteuid() == 0 and not (shutil.which("setpriv") and _has_user("postgres")):
        return None
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if versions:
        return str(max(versions, key=lambda path: float(path.parent.name)))
    program = shutil.which("initdb")
    return str(Path(program).parent) if program else None


def _soffice() -> str | None:
    return shutil.which("soffice")


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


PARTS = {"chromium": _chromium, "redis": _redis, "postgres": _postgres, "soffice": _soffice}


def require(part: str) -> str:
    """Return where the program is (a directory of several, for postgres)."""
    if found := PARTS[part]():
        return found
    sentence = f"{part} is not installed, and this test drives a real one; `make test` installs it where it may."
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
