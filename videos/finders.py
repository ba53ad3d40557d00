"""Finds the Swagger UI that drf-spectacular-sidecar ships; its other files (Redoc, source maps) stay where they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import drf_spectacular_sidecar
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PREFIX = "swagger-ui"
DIRECTORY = Path(drf_spectacular_sidecar.__file__).parent / "static/drf_spectacular_sidecar/swagger-ui-dist"
# The style sheet names its map, and files are hashed only with all that they name.
FILES = ("swagger-ui.css", "swagger-ui.css.map", "swagger-ui-bundle.js")


class SwaggerFinder(BaseFinder):
    """The files that /v1/docs needs, as `swagger-ui/…`."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _, name = path.partition("/")
        found = [str(DIRECTORY / name)] if prefix == PREFIX and name in FILES else []
        if find_all:
            return found
        return found[0] if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=DIRECTORY)
        storage.prefix = PREFIX  # type: ignore[attr-defined]
        for name in FILES:
            yield name, storage
