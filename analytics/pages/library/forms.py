"""The library's forms. They check the shape; the services check the rules, and what they refuse is shown here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from analytics.pages.library.tree import Branch, Tree
from videos.errors import DomainError
from videos.selectors import Items

# What the place of videos in no project is called; nothing chosen is something else.
UNFILED = "none"


@dataclass(frozen=True)
class Option:
    """A place that something can go to. `note` says why it `is_off`, or that it is there now."""

    value: str
    name: str
    depth: int
    note: str = ""
    is_off: bool = False


class ServiceForm(forms.Form):
    """A form whose values go to a service."""

    def add_refusal(self, error: DomainError) -> None:
        """Show what the service refused at the inputs concerned, or above them."""
        for each in error.errors:
            self.add_error(each.field if each.field in self.fields else None, each.message)


class NameForm(ServiceForm):
    """The name of a new project or folder, or another one for what there is."""

    name = forms.CharField(max_length=200)


class TitleForm(ServiceForm):
    """Another title for a video."""

    title = forms.CharField(max_length=500)


class VideoForm(ServiceForm):
    """A new video with what it needs to be watched; all else can be said later."""

    title = forms.CharField(max_length=500)
    url = forms.CharField(
        label="File",
        required=False,
        max_length=2048,
        help_text="What the embed page plays: an http or https address, or a path of this site. Not needed where your "
        "own player shows it.",
        widget=forms.TextInput({"placeholder": "https://cdn.example.com/welcome.mp4", "inputmode": "url"}),
    )
    thumbnail_url = forms.CharField(
        label="Picture", required=False, max_length=2048, widget=forms.TextInput({"inputmode": "url"})
    )
    duration = forms.DecimalField(
        label="Length in seconds",
        required=False,
        min_value=0,
        max_digits=9,
        decimal_places=3,
        help_text="Empty: what the player reports counts.",
    )


class MoveForm(ServiceForm):
    """Where to move something; `options` are all places in the tree's order."""

    place = forms.ChoiceField(
        error_messages={"required": "Choose where to move it.", "invalid_choice": "There is no such place any more."}
    )

    def __init__(self, tree: Tree, items: Items, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = tree
        self.options = _options(tree, items)
        self.fields["place"].choices = [(each.value, each.name) for each in self.options]  # type: ignore[attr-defined]

    def branch(self) -> Branch | None:
        """Return the place that the valid form names; None is no project."""
        return self.tree.find(self.cleaned_data["place"])


def _options(tree: Tree, items: Items) -> list[Option]:
    moved = {each.public_id for each in items.folders}
    homes = {_home(tree, row) for row in (*items.folders, *items.videos)}
    # A place is only called the present one where it is that of all.
    home = homes.pop() if len(homes) == 1 else None
    options = []
    if not items.folders:
        note = "here now" if home == UNFILED else ""
        options.append(Option(UNFILED, "In no project", 0, note, bool(note)))
    for branch in tree:
        path = branch.path
        note = "here now" if branch.public_id == home else ""
        if any(each.public_id in moved for each in path):
            note = "moves itself"
        options.append(Option(branch.public_id, branch.name, len(path) - 1, note, bool(note)))
    return options


def _home(tree: Tree, row: Any) -> str:
    """Return the id of the place that a folder or video is in."""
    around = row.parent if hasattr(row, "parent") else row.folder
    place = around or row.project
    return place.public_id if place else UNFILED
