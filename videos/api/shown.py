"""What the catalog's calls answer: the types of its rows, and an example of each."""

from __future__ import annotations

from typing import Annotated, Generic, TypedDict, TypeVar

from msgspec import Meta

Item = TypeVar("Item")
Instant = Annotated[str, Meta(description="UTC, to the millisecond", examples=["2026-01-31T12:00:00.000Z"])]


class ShownNamed(TypedDict):
    """A project or a template."""

    id: str
    name: str
    created_at: Instant


class ShownFolder(TypedDict):
    """A folder; `project` and `parent` are ids, `parent` is null at the top of the project."""

    id: str
    name: str
    project: str
    parent: str | None
    created_at: Instant


class ShownVideo(TypedDict):
    """A video: duration in seconds, ids of where it belongs, null for what it has not."""

    id: str
    title: str
    duration: float | None
    project: str | None
    folder: str | None
    template: str | None
    url: str | None
    thumbnail_url: str | None
    embed_domains: list[str]
    created_at: Instant
    updated_at: Instant


class CatalogPagination(TypedDict):
    """Which page it is, how many rows it has at most, and how many there are in all."""

    page: int
    per_page: int
    total: int


class CatalogPage(TypedDict, Generic[Item]):
    """A page of a list, in the order in which its rows were made."""

    data: list[Item]
    pagination: CatalogPagination


MADE_AT = "2026-01-31T12:00:00.000Z"
PROJECT: ShownNamed = {"id": "proj_0a1b2c3d4e", "name": "Academy", "created_at": MADE_AT}
TEMPLATE: ShownNamed = {"id": "tmpl_welcome_message", "name": "Welcome message", "created_at": MADE_AT}
FOLDER: ShownFolder = {
    "id": "fold_0a1b2c3d4e",
    "name": "Calculus",
    "project": "proj_0a1b2c3d4e",
    "parent": None,
    "created_at": MADE_AT,
}
VIDEO: ShownVideo = {
    "id": "vid_0a1b2c3d4e",
    "title": "Limits",
    "duration": 300.0,
    "project": "proj_0a1b2c3d4e",
    "folder": "fold_0a1b2c3d4e",
    "template": None,
    "url": "https://cdn.example/limits.mp4",
    "thumbnail_url": None,
    "embed_domains": ["example.com"],
    "created_at": MADE_AT,
    "updated_at": MADE_AT,
}
