"""The forms of the catalog. They check; the services save."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from videos.models import Folder, Project, Template, Video, Workspace
from videos.selectors import folder_tree
from videos.validators import domain_normal, domains_check


class WorkspaceForm(forms.ModelForm):
    """A form for a row of `workspace`, which the admin sets on a subclass for each request.

    Talks and registrations have their workspace by what they are part of.
    """

    workspace: Workspace

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and hasattr(type(self.instance), "workspace"):
            self.instance.workspace = self.workspace


class PublicIdMixin(forms.Form):
    """Lets whoever creates something choose its public id, once."""

    # Django's admin takes no field by the name of a model's field that is not for editing.
    own_id = forms.CharField(
        label="Id",
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget(),
        help_text="What the API and your pages call it. Left empty, one is drawn; it never changes.",
    )

    def clean_own_id(self) -> str:
        """Return the id; raises ValidationError for a malformed one, or one in use anywhere."""
        public_id = self.cleaned_data["own_id"]
        model: Any = self._meta.model  # type: ignore[attr-defined]
        if public_id:
            model._meta.get_field("public_id").run_validators(public_id)
            if model.objects.filter(public_id=public_id).exists():
                raise forms.ValidationError("This id is not free; give another one, or none.", "id_taken")
        return public_id


class PlaceField(forms.ChoiceField):
    """Projects and folders in one choice, drawn as a tree. Its value is a project with a folder of it, or without."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Place", **options)
        self.places: dict[str, tuple[Project | None, Folder | None]] = {}

    def offer(self, workspace: Workspace, none: str = "", without: Folder | None = None) -> None:
        """Offer the places of a workspace (two queries) but for a folder; `none` is what no place is called."""
        folders: dict[int, list[Folder]] = {}
        for folder in folder_tree(workspace):
            if without is None or without.pk not in folder.tree_path:  # type: ignore[attr-defined]
                folders.setdefault(folder.project_id, []).append(folder)
        choices = [("", none)]
        for project in Project.objects.filter(workspace=workspace):
            self.places[project.public_id] = project, None
            choices.append((project.public_id, project.name))
            for folder in folders.get(project.pk, ()):
                self.places[folder.public_id] = project, folder
                # A browser drops plain spaces at the beginning of an option.
                indent = "\N{NO-BREAK SPACE}" * 4 * folder.tree_depth  # type: ignore[attr-defined]
                choices.append((folder.public_id, f"{indent}└ {folder.name}"))
        self.choices = choices

    def clean(self, value: Any) -> tuple[Project | None, Folder | None]:
        return self.places.get(super().clean(value), (None, None))


class DomainsField(forms.CharField):
    """A list of domains, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return list(dict.fromkeys(domain_normal(each) for each in (value or "").replace(",", " ").split()))

    def validate(self, value: Any) -> None:
        super().validate(value)
        domains_check(value)

    def run_validators(self, value: Any) -> None:
        """Do nothing: CharField's are about a text, and `validate` has looked at the list."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class FolderForm(WorkspaceForm):
    place = PlaceField(help_text="The project, or the folder to nest it in. What is in the folder moves with it.")

    class Meta:
        model = Folder
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moved = None if self.instance._state.adding else self.instance
        self.fields["place"].offer(self.workspace, "Choose a project or folder", without=moved)  # type: ignore[attr-defined]
        if moved:
            self.initial["place"] = (moved.parent or moved.project).public_id

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if place := self.cleaned_data.get("place"):
            self.instance.project, self.instance.parent = place
        return values


class FolderAddForm(PublicIdMixin, FolderForm):
    """A new folder."""


class VideoForm(WorkspaceForm):
    place = PlaceField(required=False)
    embed_domains = DomainsField(
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="The domains that may embed the player, one a line, such as example.com or *.example.com. "
        "None named: any.",
    )

    class Meta:
        model = Video
        fields = ("title", "duration", "template", "url", "thumbnail_url", "embed_domains")
        labels = {"url": "File", "thumbnail_url": "Picture"}
        help_texts = {
            "url": "What the embed page plays: an http or https address, or a path of this site.",
            "thumbnail_url": "What stands there before it plays, and in lists.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].offer(self.workspace, "In no project")  # type: ignore[attr-defined]
        video = self.instance
        if not video._state.adding and (place := video.folder or video.project):
            self.initial["place"] = place.public_id

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if "place" in self.cleaned_data:
            self.instance.project, self.instance.folder = self.cleaned_data["place"]
        return values


class VideoAddForm(PublicIdMixin, VideoForm):
    """A new video."""


class ProjectForm(WorkspaceForm):
    class Meta:
        model = Project
        fields = ("name",)


class ProjectAddForm(PublicIdMixin, ProjectForm):
    """A new project."""


class TemplateForm(WorkspaceForm):
    class Meta:
        model = Template
        fields = ("name",)


class TemplateAddForm(PublicIdMixin, TemplateForm):
    """A new template."""
