"""Templates: what several videos were made from."""

from __future__ import annotations

from videos.models import Template, Workspace
from videos.saving import save_cleaned


def template_create(workspace: Workspace, *, name: str, public_id: str = "") -> Template:
    """Return a new template; raises Invalid, or NotFree for a public id in use."""
    template = Template(workspace=workspace, name=name.strip(), public_id=public_id)
    save_cleaned(template)
    return template


def template_rename(template: Template, name: str) -> None:
    """Rename the template; raises Invalid for a blank or too long name."""
    template.name = name.strip()
    save_cleaned(template, ["name"])


def template_delete(template: Template) -> None:
    """Delete the template; videos made from it stay, without one."""
    template.delete()
