"""Finds the plotly.js that the plotly package ships, so that it is hashed, compressed and cached like our own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

DIRECTORY = Path(plotly.__file__).parent / "package_data"
FILE, PREFIX = "plotly.min.js", "plotly"


class PlotlyFinder(BaseFinder):
    """The one file of the package's data that pages load, as `plotly/plotly.min.js`."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(DIRECTORY / FILE)] if path == f"{PREFIX}/{FILE}" else []
        if find_all:
            return found
        return found[0] if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = FileSystemStorage(location=DIRECTORY)
        storage.prefix = PREFIX  # type: ignore[attr-defined]
        yield FILE, storage
