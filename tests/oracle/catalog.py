"""What is measured, as the catalog stands now: the small part of it that the metrics need."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Video:
    """A video by its public id; `duration` in seconds, None where the catalog has none."""

    id: str
    duration: Decimal | None = None
    project: str | None = None
    folder: str | None = None
    template: str | None = None
    event: str | None = None

    @property
    def talk(self) -> str | None:
        """The talk of its own that it has in its event."""
        return None if self.event is None else f"talk of {self.id}"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder by its public id, in the folder `parent` or at the top of its project."""

    id: str
    parent: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """One workspace: its time zone (an IANA name), videos and folders."""

    zone: str
    videos: tuple[Video, ...]
    folders: tuple[Folder, ...] = ()

    def video(self, public_id: str) -> Video:
        """The video with that id; KeyError where there is none."""
        return {video.id: video for video in self.videos}[public_id]

    def lineage(self, folder: str | None) -> Iterator[str]:
        """The folder's id, then its ancestors' ids up to the top; nothing for None."""
        parents = {one.id: one.parent for one in self.folders}
        while folder is not None:
            yield folder
            folder = parents[folder]
