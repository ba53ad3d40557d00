"""Settings: a malformed value stops the start with a sentence that names it."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.served import ROOT


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Return a function that reads the settings anew from the environment, given changes to it."""

    def read(**environment: str) -> dict[str, Any]:
        for name, value in {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "CLICKHOUSE_URL": ""}.items():
            monkeypatch.setenv(name, value)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    return read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATA_DIR", "/proc/viewprint"),
        ("DEBUG", "perhaps"),
        ("PUBLIC_URL", "video.example.com"),
        ("PUBLIC_URL", "https://video.example.com/stats"),
        ("PUBLIC_URL", "ftp://video.example.com"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy.local"),
        ("WEBHOOKS_PRIVATE", "10.0.0.0/8,intranet"),
        ("DATABASE_URL", "viewprint.sqlite3"),
        ("DATABASE_URL", "mysql://root@localhost/viewprint"),
        ("DATABASE_URL", "postgres://u:p@localhost:many/viewprint"),
        ("CLICKHOUSE_URL", "clickhouse://localhost:9000"),
        ("CLICKHOUSE_URL", "http://localhost:many/"),
        ("CLICKHOUSE_TABLES", "sharded"),
        ("REDIS_URL", "localhost:6379"),
        ("JOBS_AT_ONCE", "0"),
        ("WEB_THREADS", "-1"),
        ("EMAIL_URL", "mail.example.com"),
        ("EMAIL_URL", "smtp://mail.example.com:many"),
        ("FILES_URL", "/srv/files"),
        ("FILES_URL", "s3://key:secret@host"),
        ("GEOIP_PATH", "/no/such/file.mmdb"),
        ("COLLECT_PER_ADDRESS_PER_MINUTE", "many"),
        ("API_PER_TOKEN_PER_MINUTE", "0"),
        ("API_PER_TOKEN_PER_MINUTE", "600/min"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_malformed_value_is_named(read: Any, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} "):
        read(**{name: value})


def test_a_password_in_a_malformed_url_is_not_shown(read: Any) -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read(DATABASE_URL="mysql://root:hunter2@localhost/viewprint")
    assert "hunter2" not in str(caught.value)


def test_without_any_setting_everything_is_under_data_dir(read: Any, tmp_path: Path) -> None:
    settings = read(SECRET_KEY="")
    data = tmp_path / "data"
    assert settings["DATABASES"]["default"]["NAME"] == str(data / "viewprint.sqlite3")
    assert settings["CLICKHOUSE_URL"] == f"chdb://{data / 'clickhouse'}"
    assert settings["EMAIL_FILE_PATH"] == str(data / "mail")
    assert settings["STORAGES"]["reports"]["OPTIONS"]["location"] == str(data / "reports")
    assert settings["JOBS_IN_PROCESS"]


def test_the_secret_key_is_made_once_and_is_nobody_elses_to_read(read: Any, tmp_path: Path) -> None:
    first = read(SECRET_KEY="")["SECRET_KEY"]
    assert read(SECRET_KEY="")["SECRET_KEY"] == first
    assert len(first) >= 50
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("redis", "engine", "in_process"),
    [
        ("", "", True),
        ("redis://localhost:6379/0", "", True),
        ("", "http://localhost:8123/viewprint", True),
        ("redis://localhost:6379/0", "http://localhost:8123/viewprint", False),
    ],
)
def test_jobs_leave_the_process_only_with_a_queue_and_an_engine_to_share(
    read: Any, redis: str, engine: str, in_process: bool
) -> None:
    assert read(REDIS_URL=redis, CLICKHOUSE_URL=engine)["JOBS_IN_PROCESS"] is in_process


def test_keys_of_the_file_store_may_hold_any_character(read: Any) -> None:
    options = read(FILES_URL="s3://AK%2FIA:se%2Bcr%2Fet@files.example.com:9000/reports")["STORAGES"]["reports"][
        "OPTIONS"
    ]
    assert options == {
        "bucket_name": "reports",
        "access_key": "AK/IA",
        "secret_key": "se+cr/et",
        "endpoint_url": "https://files.example.com:9000",
    }


def test_mail_goes_where_its_url_says(read: Any) -> None:
    settings = read(EMAIL_URL="smtp+tls://viewprint:secret@mail.example.com:587")
    assert settings["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == (
        "mail.example.com",
        587,
        True,
    )


def test_a_value_can_come_from_a_file(read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from-a-file")
    monkeypatch.delenv("SECRET_KEY")
    assert read(SECRET_KEY_FILE=str(tmp_path / "key"))["SECRET_KEY"] == "from-a-file"


def test_the_command_line_shows_the_sentence_alone(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "WEB_THREADS": "x",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "Viewprint cannot start: WEB_THREADS must be a whole number of at least 1, not 'x'.\n"


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    source = (ROOT / "config" / "settings.py").read_text()
    names = {
        piece.split('"')[1]
        for marker in ("environment.", "env.str(", "_storage(")
        for piece in source.split(marker)[1:]
        if '"' in piece.split(")")[0]
    }
    names = {name for name in names if name.isupper()}
    assert {"DATA_DIR", "DATABASE_URL", "CLICKHOUSE_URL", "REDIS_URL", "EMAIL_URL", "FILES_URL"} <= names
    assert {name for name in names if f"`{name}`" not in documented} == set()
