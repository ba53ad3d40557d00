"""Whose data a question is about: a workspace, or one project, folder, video, template or event of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analytics.expressions import VideoKey, video_key
from analytics.periods import Period
from analytics.team import team_keys
from videos.errors import Unknown
from videos.maps import CatalogMaps, catalog_maps
from videos.models import Video, Workspace

# Kinds that a video has one of, by the field with its public id: they take one quick query and not the whole catalog.
SIMPLE = {"video": "public_id", "project": "project__public_id", "template": "template__public_id"}
PREFIXES = {"project": "proj_", "folder": "fold_", "video": "vid_", "template": "tmpl_", "event": "evt_"}


@dataclass(frozen=True)
class Scope:
    """One thing of the catalog; a folder stands for everything nested in it too."""

    kind: str
    public_id: str


class Context:
    """A workspace with its zone and, read when first needed, its catalog. Make one a request and ask all with it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.zone = workspace.zone
        self._numbered: dict[str, list[str]] = {}
        self._members: dict[str, dict[int, tuple[str, ...]]] = {}
        self._keys: dict[str, VideoKey] = {}
        self._videos: dict[Scope, list[int]] = {}

    @cached_property
    def own_people(self) -> list[str]:
        """The visitors who are the workspace's own people, whether they count or not."""
        return team_keys(self.workspace)

    @property
    def team(self) -> list[str]:
        """Those of the own people who count in no number: none unless the workspace wishes so."""
        return self.own_people if self.workspace.team_left_out else []

    @cached_property
    def maps(self) -> CatalogMaps:
        return catalog_maps(self.workspace)

    def members(self, kind: str) -> dict[int, tuple[str, ...]]:
        """Return for each video (by its primary key) the public ids of a `kind` that it belongs to."""
        if kind not in SIMPLE:
            return getattr(self.maps, kind)
        if kind not in self._members:
            rows = Video.objects.filter(workspace=self.workspace).order_by().values_list("pk", SIMPLE[kind])
            self._members[kind] = {pk: (public_id,) if public_id else () for pk, public_id in rows}
        return self._members[kind]

    def numbered(self, kind: str) -> list[str]:
        """Return the public ids of a `kind` in order; the engine groups by their place, counted from 1."""
        if kind not in self._numbered:
            self._numbered[kind] = sorted({each for several in self.members(kind).values() for each in several})
        return self._numbered[kind]

    def key(self, kind: str) -> VideoKey:
        """Return the expression of the numbers that each video has as a `kind`, 0 where it has none."""
        if kind not in self._keys:
            numbers = {public_id: number for number, public_id in enumerate(self.numbered(kind), start=1)}
            members = self.members(kind).items()
            self._keys[kind] = video_key(
                kind, {video: [numbers[each] for each in several] for video, several in members}
            )
        return self._keys[kind]

    def videos_of(self, scope: Scope) -> list[int]:
        """Return the primary keys of the scope's videos. Raises Unknown for what this workspace has not."""
        if scope not in self._videos:
            self._videos[scope] = self._videos_found(scope)
        return self._videos[scope]

    def _videos_found(self, scope: Scope) -> list[int]:
        if scope.kind == "video":
            videos = list(
                Video.objects.filter(workspace=self.workspace, public_id=scope.public_id).values_list("pk", flat=True)
            )
            if not videos:
                raise Unknown(scope.kind, scope.public_id)
            return videos
        if not scope.public_id.startswith(PREFIXES[scope.kind]) or scope.public_id not in self.maps.names:
            raise Unknown(scope.kind, scope.public_id)
        return self.maps.videos_of(scope.kind, scope.public_id)


def all_time(context: Context) -> Period:
    return Period(context.zone, None, None, "all_time")
