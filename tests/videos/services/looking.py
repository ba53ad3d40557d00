"""How the tests of the services look at what became of things."""

from __future__ import annotations

from typing import Any

from videos.models import Video


def place(title: str) -> tuple[str | None, str | None]:
    """Return the names of the project and the folder in which the video of this title is."""
    video = Video.objects.get(title=title)
    return video.project.name if video.project else None, video.folder.name if video.folder else None


def fields_of(error: Any) -> list[str]:
    """Return the fields that a refusal names."""
    return [each.field for each in error.value.errors]
