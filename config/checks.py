"""Rules between settings; each has an id and a hint, and docs/settings.md lists them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("config")
def settings_fit_together(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return what cannot work (errors stop the start) and what is probably not meant (warnings)."""
    found: list[CheckMessage] = []
    if settings.CLICKHOUSE_TABLES == "replicated" and settings.ENGINE_IS_EMBEDDED:
        found.append(
            Error(
                "CLICKHOUSE_TABLES=replicated needs a ClickHouse server, and the engine is embedded.",
                hint="Set CLICKHOUSE_URL to a server of the cluster, or leave CLICKHOUSE_TABLES at plain.",
                id="config.E001",
            )
        )
    if settings.PUBLIC_URL.startswith("https://") and not settings.TRUSTED_PROXIES:
        found.append(
            Warning(
                "PUBLIC_URL is https, which a proxy must speak, and TRUSTED_PROXIES names none: "
                "every viewer seems to come from the proxy's address.",
                hint="Set TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1.",
                id="config.W001",
            )
        )
    if settings.DEBUG and not _is_local(settings.PUBLIC_URL):
        found.append(
            Warning(
                "DEBUG is on, and PUBLIC_URL is not this machine: error pages show settings and data to anyone.",
                hint="Leave DEBUG out of the environment.",
                id="config.W002",
            )
        )
    return found


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
