"""What stands around every page: the sidebar, the current workspace and the switcher. Named in settings.UNFOLD."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

from videos.access import access_of, is_owner, may_edit


def stylesheet(request: HttpRequest) -> str:
    """Return the address of our additions to the admin's styles."""
    return static("css/admin.css")


def favicon(request: HttpRequest) -> str:
    """Return the address of the picture that stands in a browser's tab."""
    return static("img/favicon.svg")


def subheader(request: HttpRequest) -> str:
    """Return the current workspace's name; nothing before the sign-in."""
    access = access_of(request)
    return access.current.workspace.name if access else ""


def workspaces(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the switcher's items, none for who has a single workspace."""
    access = access_of(request)
    if access is None or len(access.memberships) < 2:
        return []
    return [
        {
            "title": each.workspace.name,
            "icon": "check" if each == access.current else "workspaces",
            "link": reverse("videos:switch", args=[each.workspace_id]),
        }
        for each in access.memberships
    ]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the navigation's groups, each page for those who may open it."""
    groups: list[dict[str, Any]] = [
        {
            "items": [
                _item(request, "Overview", "monitoring", "/", exact=True),
                _item(request, "Live", "sensors", "/live/"),
                _item(request, "Library", "video_library", "/library/", "/videos/"),
                _item(request, "Viewers", "groups", "/viewers/"),
                _item(request, "Events", "podium", "/events/"),
                _item(request, "Templates", "dashboard_customize", "/templates/"),
                _item(request, "Reports", "summarize", "/reports/"),
                _item(request, "Segments", "filter_alt", "/segments/"),
                *([_item(request, "Shared links", "link", "/shared/")] if may_edit(request) else []),
            ]
        },
        {
            "title": "Manage",
            "separator": True,
            "items": [
                _item(request, "Videos", "smart_display", _list_url("video")),
                _item(request, "Streams", "live_tv", _list_url("stream")),
                _item(request, "Folders", "folder_open", _list_url("folder")),
                _item(request, "Projects", "inventory_2", _list_url("project")),
                _item(request, "Templates", "dashboard_customize", _list_url("template")),
            ],
        },
        {
            "title": "Manage events",
            "separator": True,
            "items": [
                _item(request, "Events", "event", _list_url("event")),
                _item(request, "Talks", "co_present", _list_url("talk")),
                _item(request, "Registrations", "how_to_reg", _list_url("registration")),
            ],
        },
    ]
    if is_owner(request):
        groups.append(
            {
                "title": "Settings",
                "separator": True,
                "items": [
                    _item(request, "Add the player", "add_to_queue", "/setup/"),
                    _item(request, "Members", "group", reverse("videos:members"), "/settings/invitations"),
                    _item(request, "API tokens", "key", reverse("videos:tokens")),
                    _item(request, "Webhooks", "webhook", reverse("videos:webhooks")),
                    _item(request, "Workspace", "tune", reverse("videos:workspace")),
                ],
            }
        )
    return groups


def _list_url(model: str) -> str:
    return reverse(f"admin:videos_{model}_changelist")


def _item(request: HttpRequest, title: str, icon: str, link: str, *more: str, exact: bool = False) -> dict[str, Any]:
    """Return a link that is marked on its own page and, unless `exact`, on those below it and below `more`."""
    active = request.path == link if exact else request.path.startswith((link, *more))
    return {"title": title, "icon": icon, "link": link, "active": active}
