"""What a shared link shows: one page with the period and the filters that it had when it was shared."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.hashers import check_password, make_password
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone

from analytics.models import SharedPage
from analytics.pages.downloads import OF_ONE_ANSWER
from videos.errors import FieldError, Invalid
from videos.models import User, Workspace
from videos.saving import save_cleaned

# Pages without personal data, of which a link makes sense to somebody outside.
SHAREABLE = frozenset(
    f"pages:{name}" for name in ("overview", "project", "folder", "video", "templates", "template", "event")
)
# What a guest may choose on the page; period, filters and whatever else narrows it stay as they were shared.
GUESTS_CHOICES = ("metric", "grain", "compare", "sort", "tab", *OF_ONE_ANSWER)
# The tab of a video that names its viewers.
PERSONAL_TABS = frozenset({"viewers"})
MOST_DAYS, LONGEST_PASSWORD = 366, 128


def page_at(address: str) -> ResolverMatch | None:
    """Return the view of an address of this site (path and query), None where it is no page that can be shared."""
    path = urlsplit(address).path
    if not address.startswith("/") or address.startswith("//"):
        return None
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found if found.view_name in SHAREABLE else None


def shared_page_create(
    workspace: Workspace, user: User, address: str, title: str, password: str, days: int
) -> SharedPage:
    """Return the new link to the page at `address`; '' asks for no password. Raises Invalid naming each field."""
    errors = []
    if page_at(address) is None:
        errors.append(FieldError("page", "This page cannot be shared."))
    if not title.strip():
        errors.append(FieldError("title", "Give the link a title."))
    if not 1 <= days <= MOST_DAYS:
        errors.append(FieldError("days", f"A link lives from 1 to {MOST_DAYS} days."))
    if len(password) > LONGEST_PASSWORD:
        errors.append(FieldError("password", f"At most {LONGEST_PASSWORD} characters."))
    if errors:
        raise Invalid(errors)
    parts = urlsplit(address)
    shared = SharedPage(
        workspace=workspace,
        title=title.strip(),
        path=parts.path,
        query=parts.query,
        password=make_password(password) if password else "",
        ends_at=timezone.now() + timedelta(days=days),
        shared_by=user,
    )
    save_cleaned(shared)
    return shared


def shared_pages(workspace: Workspace) -> list[SharedPage]:
    """Return the workspace's links that have not ended, the newest first."""
    live = SharedPage.objects.filter(workspace=workspace, ends_at__gt=timezone.now())
    return list(live.select_related("shared_by"))


def shared_page_open(token: str) -> SharedPage | None:
    """Return the link with this token, None where there is none or it has ended."""
    shared = SharedPage.objects.select_related("workspace").filter(token=token).first()
    return shared if shared is not None and shared.ends_at > timezone.now() else None


def shared_page_end(workspace: Workspace, token: str) -> None:
    """End one of the workspace's links now."""
    SharedPage.objects.filter(workspace=workspace, token=token).delete()


def password_fits(shared: SharedPage, password: str) -> bool:
    return not shared.password or check_password(password, shared.password)


def guests_query(shared: SharedPage, asked: QueryDict) -> QueryDict:
    """Return the query that the page is shown by: as it was shared, with what a guest may choose."""
    query = QueryDict(shared.query, mutable=True)
    for name in OF_ONE_ANSWER:
        query.pop(name, None)
    for name in GUESTS_CHOICES:
        if name in asked:
            query[name] = asked.get(name, "")
    if query.get("tab") in PERSONAL_TABS:
        del query["tab"]
    return query
