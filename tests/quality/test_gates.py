"""What `make lint` holds the code to; each gate prints what the tool said."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = Path(sys.executable).parent
LIVE = {
    "CLICKHOUSE_URL": "chdb://memory",
    "PUBLIC_URL": "https://video.example.com",
    "ALLOWED_HOSTS": "video.example.com",
    "TRUSTED_PROXIES": "127.0.0.1",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


def _holds(*command: str, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}", pytrace=False)


def test_ruff_finds_nothing() -> None:
    _holds(str(PROGRAMS / "ruff"), "check", "--quiet", ".")


def test_the_code_is_formatted() -> None:
    _holds(str(PROGRAMS / "ruff"), "format", "--quiet", "--diff", ".")


def test_the_types_fit() -> None:
    _holds(sys.executable, "-m", "mypy", "--no-error-summary", ".")


def test_imports_run_one_way() -> None:
    _holds(str(PROGRAMS / "lint-imports"), "--no-cache")


def test_templates_have_no_errors() -> None:
    _holds(str(PROGRAMS / "djlint"), "--quiet", "--lint", "templates")


def test_templates_are_formatted() -> None:
    _holds(str(PROGRAMS / "djlint"), "--quiet", "--check", "templates")


def test_the_settings_of_a_live_server_raise_no_warning(tmp_path: Path) -> None:
    _holds(
        *(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        DATA_DIR=str(tmp_path),
        SECRET_KEY="a-key-as-long-and-as-varied-as-a-generated-one-0123456789",
        **LIVE,
    )


def test_every_model_has_its_migration(tmp_path: Path) -> None:
    _holds(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", DATA_DIR=str(tmp_path), **LIVE)


def test_no_file_is_longer_than_it_can_be_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for part in ("analytics", "benchmarks", "config", "exports", "tests", "videos")
        for path in (ROOT / part).rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 350
    }
    assert long == {}
