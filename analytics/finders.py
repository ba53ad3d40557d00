"""Find what packages bring for the pages, so that it is hashed, compressed and cached like our own files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import plotly
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from analytics.world import countries_file

WORLD = "world/countries.json"


class OneFileFinder(BaseFinder):
    """One file, under the name that pages load it by."""

    name: str

    def path(self) -> Path:
        """Return where the file is."""
        raise NotImplementedError

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(self.path())] if path == self.name else []
        if find_all:
            return found
        return found[0] if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        yield self.name, _OneFile(self.path())


class PlotlyFinder(OneFileFinder):
    """The plotly.js that the plotly package ships."""

    name = "plotly/plotly.min.js"

    def path(self) -> Path:
        return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


class WorldFinder(OneFileFinder):
    """The countries' shapes, made of a package's where they are first asked for."""

    name = WORLD

    def path(self) -> Path:
        return countries_file(Path(settings.STATIC_ROOT) / "made")


class _OneFile(FileSystemStorage):
    """A storage that has one file, whatever it is asked for."""

    def __init__(self, file: Path) -> None:
        super().__init__(location=file.parent)
        self.file = file

    def path(self, name: str) -> str:
        return str(self.file)
