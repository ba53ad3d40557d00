"""Rules between settings."""

from __future__ import annotations

from typing import Any

from config.checks import settings_fit_together


def found(settings: Any, **changes: Any) -> list[str | None]:
    for name, value in changes.items():
        setattr(settings, name, value)
    messages = settings_fit_together(None)
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


def test_the_defaults_fit_together(settings: Any) -> None:
    assert found(settings) == []


def test_replicated_tables_need_a_server(settings: Any) -> None:
    assert found(settings, CLICKHOUSE_TABLES="replicated") == ["config.E001"]
    assert found(settings, ENGINE_IS_EMBEDDED=False) == []


def test_https_without_a_trusted_proxy_would_hide_every_viewers_address(settings: Any) -> None:
    assert found(settings, PUBLIC_URL="https://video.example.com") == ["config.W001"]
    assert found(settings, TRUSTED_PROXIES=["127.0.0.1"]) == []


def test_debug_is_for_this_machine_only(settings: Any) -> None:
    assert found(settings, DEBUG=True) == []
    assert found(settings, PUBLIC_URL="http://video.example.com") == ["config.W002"]
