"""What the catalog's bodies may hold, and how its rows are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast, overload

from django.db.models import Model
from rest_framework import serializers

from videos.api.shown import ShownFolder, ShownNamed, ShownVideo
from videos.errors import Unknown
from videos.models import Folder, Project, Stream, Template, Video, Workspace
from videos.selectors import folder_by_id, nested_folder_ids, project_by_id, template_by_id
from videos.validators import LONGEST_DURATION, domain_normal, domains_check, link_check

LONGEST_NAME, LONGEST_TITLE, LONGEST_URL, LONGEST_ID = 200, 500, 2048, 64
MOST_UNKNOWN_NAMED = 20


class Text(serializers.CharField):
    """A JSON string; numbers are not taken for one."""

    default_error_messages = {"invalid": "Give a text."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Link(Text):
    """An http(s) address or a path of this site; null and '' are none."""

    def __init__(self) -> None:
        super().__init__(
            required=False, allow_null=True, allow_blank=True, max_length=LONGEST_URL, validators=[link_check]
        )

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return "" if data is None else super().run_validation(data)


class Seconds(serializers.Field):
    """A JSON number of seconds; null is unknown."""

    default_error_messages = {"invalid": f"A duration is a number of seconds from 0 to {LONGEST_DURATION}, or null."}

    def to_internal_value(self, data: Any) -> float:
        # NaN is in no range.
        if isinstance(data, bool) or not isinstance(data, int | float) or not 0 <= data <= LONGEST_DURATION:
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Domains(serializers.Field):
    """A list of domains, in lower case and ASCII."""

    def to_internal_value(self, data: Any) -> list[str]:
        if isinstance(data, list):
            data = [domain_normal(each) if isinstance(each, str) else each for each in data]
        domains_check(data)
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Reference(serializers.Field):
    """The public id of something else in the workspace, read as that row; one query."""

    default_error_messages = {"invalid": "Give an id, such as {prefix}0a1b2c3d4e."}

    def __init__(self, find: Callable[[Workspace, str], Model], model: type[Model], **options: Any) -> None:
        super().__init__(**options)
        self.find, self.model = find, model

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, str):
            self.fail("invalid", prefix=self.model._meta.get_field("public_id").prefix)  # type: ignore[union-attr]
        try:
            return self.find(self.context["workspace"], data)
        except Unknown as error:
            raise serializers.ValidationError(error.detail, error.code) from error

    def to_representation(self, value: Any) -> Any:
        return value.public_id


class Strict(serializers.Serializer):
    """Known keys and no others."""

    word = "key"

    def to_internal_value(self, data: Any) -> Any:
        """Return the values, or raise ValidationError with all that is wrong, unknown keys included."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        message = f"There is no such {self.word}; there are {', '.join(self.fields)}."
        errors: dict[str, Any] = {_printable(name): [message] for name in unknown[:MOST_UNKNOWN_NAMED]}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**error.detail, **errors}) from error  # type: ignore[dict-item]
        if errors:
            raise serializers.ValidationError(errors)
        return values


class PublicId(Text):
    """An id that the caller chose for what is new; null for none. What it looks like is for the model to say."""

    def __init__(self) -> None:
        super().__init__(required=False, allow_null=True, max_length=LONGEST_ID, source="public_id")

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if self.parent.partial and data is not serializers.empty:
            raise serializers.ValidationError("An id is given at creation and stays.")
        return "" if data is None else super().run_validation(data)


class Shape(Strict):
    """The body of something in the catalog; a partial one changes only what it names."""

    id = PublicId()


class NamedShape(Shape):
    name = Text(max_length=LONGEST_NAME)


class FolderShape(NamedShape):
    project = Reference(project_by_id, Project, required=False)
    # DRF takes declared fields off the class, so that a serializer's own `parent` stays what it is.
    parent = Reference(folder_by_id, Folder, required=False, allow_null=True)  # type: ignore[assignment]


class VideoShape(Shape):
    title = Text(max_length=LONGEST_TITLE)
    duration = Seconds(required=False, allow_null=True)
    project = Reference(project_by_id, Project, required=False, allow_null=True)
    folder = Reference(folder_by_id, Folder, required=False, allow_null=True)
    template = Reference(template_by_id, Template, required=False, allow_null=True)
    url = Link()
    thumbnail_url = Link()
    embed_domains = Domains(required=False)


class PageShape(Strict):
    """What a list may be asked: a page, and a part of the name or title in any case.

    What subclasses add narrows the list; its `source` is the condition on the rows.
    """

    word = "parameter"
    page = serializers.IntegerField(default=1, min_value=1, max_value=1_000_000)
    per_page = serializers.IntegerField(default=100, min_value=1, max_value=500)
    search = serializers.CharField(default="", allow_blank=True, max_length=LONGEST_TITLE)


class FolderPage(PageShape):
    project = Reference(project_by_id, Project, required=False)
    # As in FolderShape.
    parent = Reference(folder_by_id, Folder, required=False)  # type: ignore[assignment]


class NestedFolders(Reference):
    """A folder's public id, read as the primary keys of it and of all folders nested in it; two queries."""

    def to_internal_value(self, data: Any) -> Any:
        return nested_folder_ids(self.context["workspace"], [cast(Folder, super().to_internal_value(data))])


class VideoPage(PageShape):
    project = Reference(project_by_id, Project, required=False)
    folder = NestedFolders(folder_by_id, Folder, required=False, source="folder__in")
    template = Reference(template_by_id, Template, required=False)


def named_shown(row: Project | Template) -> ShownNamed:
    """Return a project or template as the API shows it."""
    return {"id": row.public_id, "name": row.name, "created_at": instant_shown(row.created_at)}


def folder_shown(folder: Folder) -> ShownFolder:
    """Return a folder as the API shows it; `project` and `parent` are ids."""
    return {
        "id": folder.public_id,
        "name": folder.name,
        "project": folder.project.public_id,
        "parent": id_shown(folder.parent),
        "created_at": instant_shown(folder.created_at),
    }


def video_shown(video: Video) -> ShownVideo:
    """Return a video as the API shows it: duration in seconds, ids of where it belongs, null for what it has not."""
    return {
        "id": video.public_id,
        "title": video.title,
        "duration": float(video.duration) if video.duration is not None else None,
        "project": id_shown(video.project),
        "folder": id_shown(video.folder),
        "template": id_shown(video.template),
        "url": video.url or None,
        "thumbnail_url": video.thumbnail_url or None,
        "embed_domains": video.embed_domains,
        "created_at": instant_shown(video.created_at),
        "updated_at": instant_shown(video.updated_at),
    }


def _printable(key: str) -> str:
    """Return a key as an answer can hold it: half a surrogate pair is no text."""
    return key[:LONGEST_ID].encode("utf-8", "replace").decode()


def id_shown(row: Project | Folder | Template | Video | Stream | None) -> str | None:
    """Return the public id of what something refers to, None where it refers to nothing."""
    return row.public_id if row is not None else None


def instant_shown(moment: datetime) -> str:
    """Return an instant as the API shows it: in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@overload
def second_shown(moment: datetime) -> str: ...
@overload
def second_shown(moment: datetime | None) -> str | None: ...
def second_shown(moment: datetime | None) -> str | None:
    """Return an instant in UTC, to the second, None where there is none."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
