"""What every page of the dashboard shares: who may enter, the inquiry of its address, how it is rendered.

htmx gets the main part alone, under the same address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRefresh, push_url

from analytics.charts import DARK
from analytics.context import PREFIXES, Context, Scope
from analytics.pages.downloads import PARAMETER, PART, file_stem, query_with, table_download
from analytics.pages.filters.bar import filter_bar
from analytics.pages.inquiry import Inquiry
from analytics.pages.later import is_swap
from analytics.pages.shared.links import page_at
from analytics.pages.state import CUSTOM, DEFAULT_COMPARISON, DEFAULT_METRIC, DEFAULT_PERIOD, State, state_of
from analytics.sessions import Filter
from videos.access import current_workspace, guests_title, is_guest, is_owner, may_edit
from videos.errors import Unknown

PLACES = {"folder", "project"}

View = Callable[..., HttpResponse]


def member_page(view: View) -> View:
    """Let members of a workspace see the page, send others to sign in, tell those without a workspace what to do.

    What the view does not find in the workspace (Unknown) is a 404.
    """
    return require_safe(member_form(view))


def member_form(view: View) -> View:
    """As member_page, for a page that also takes what its form sends."""

    @vary_on_headers("HX-Request")
    @cache_control(private=True, no_cache=True)
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_authenticated or is_guest(request)):
            if request.htmx:  # type: ignore[attr-defined]
                # Else the form for signing in would stand in the middle of the page.
                return HttpResponseClientRefresh()
            return redirect_to_login(request.get_full_path())
        try:
            current_workspace(request)
        except PermissionDenied:
            return render(request, "analytics/no_workspace.html", {"title": "No workspace"}, status=403)
        try:
            return view(request, *args, **kwargs)
        except Unknown as error:
            raise Http404(error.detail) from error

    return page


def scopes_in(query: QueryDict) -> list[Scope]:
    """Return the things of the catalog that a query names; a page's own address has its scope as its path."""
    return [Scope(kind, query.getlist(kind)[-1]) for kind in PREFIXES if kind in query]


def inquiry_of(request: HttpRequest, scope: Scope | None = None, default: str = DEFAULT_PERIOD) -> Inquiry:
    """Return the questions of the request's address about the member's workspace, or about one thing of it.

    `default` is the period of an address that names none.
    """
    context = Context(current_workspace(request))
    state = state_of(request.GET, request.path, context.zone, timezone.now(), default)
    return Inquiry(context, replace(state, is_locked=is_guest(request)), scope)


def page_rendered(
    request: HttpRequest,
    inquiry: Inquiry,
    title: str,
    main: str,
    page: Any,
    address: str = "",
    frame: str = "analytics/page.html",
) -> HttpResponse:
    """Return the answer with `page` shown by the template `main`, in the dashboard's frame.

    With `csv` in the address it is the rows of the part that this names: `page` is a dataclass, and each of its parts
    (and theirs) with a `name` and a `table` can be had. `address`: the page's own, where its state lacks some of it.
    """
    if PARAMETER in request.GET:
        return table_download(page, request.GET[PARAMETER], file_stem(title, inquiry.state.period))
    address = address or inquiry.state.url()
    context = _context(request, inquiry, title, main, page, address)
    if is_guest(request):
        frame = "analytics/shared_page.html"
    elif context["may_edit"] and page_at(request.path):
        context["share_query"] = urlencode({"page": address, "title": title})
    if is_swap(request):
        return push_url(render(request, "analytics/fragment.html", context), address)
    return render(request, frame, {**admin.site.each_context(request), "is_fullwidth": "1", **context})


def part_rendered(request: HttpRequest, inquiry: Inquiry, title: str, main: str, page: Any) -> HttpResponse:
    """Return the answer with a part of a page, shown by the template `main`, for a page that is there already."""
    return render(request, main, _context(request, inquiry, title, main, page, inquiry.state.url()))


def _context(request: HttpRequest, inquiry: Inquiry, title: str, main: str, page: Any, address: str) -> dict[str, Any]:
    """Return what the templates of a page, and of its parts, are told."""
    state = inquiry.state
    return {
        "title": title,
        "main": main,
        "page": page,
        "workspace": inquiry.context.workspace,
        "path": request.path,
        "carried": _carried(state),
        "export_query": _export_query(inquiry),
        # For what is about the sessions of this page, and what is about its viewers now.
        "referrers_query": _query_of(inquiry),
        "watching_query": _query_of(inquiry, chosen=DEFAULT_PERIOD),
        "csv_query": query_with(request, PARAMETER),
        "parts_query": query_with(request, PART),
        "file_stem": file_stem(title, state.period),
        "all_time_url": state.url(chosen="all_time", grain=""),
        "public_url": settings.PUBLIC_URL,
        "is_owner": is_owner(request),
        "dark_colors": DARK,
        "is_guest": is_guest(request),
        "guests_title": guests_title(request),
        "may_edit": may_edit(request),
        "address": address,
        # Asked for where a page shows it.
        "filter_bar": SimpleLazyObject(lambda: filter_bar(inquiry, _hidden(state))),
        "filter_query": _query_of(inquiry, filters=()),
    }


def _hidden(state: State) -> tuple[tuple[str, str], ...]:
    """Return the parts of the page's address that a form keeps beside its own."""
    return tuple(parse_qsl(urlsplit(state.url()).query, keep_blank_values=True))


def _export_query(inquiry: Inquiry) -> str:
    """Return what the report's form is told: period, folders or projects, and whether the page is narrowed further."""
    state, scope = inquiry.state, inquiry.scope
    period = state.period
    dates = {"from": period.first_on, "to": period.last_on} if period.name == CUSTOM else {}
    parts: list[tuple[str, Any]] = [("period", period.name), *dates.items()]
    kept = None
    if scope is not None and scope.kind in PLACES:
        parts.append((scope.kind, scope.public_id))
    else:
        # A report is about folders and projects added up, so it can have what one such filter lets through.
        kept = next((each for each in state.filters if _names_places(each)), None)
    if kept is not None:
        parts += [(kept.dimension, value) for value in kept.values]
    if any(each is not kept for each in state.filters):
        parts.append(("narrowed", "1"))
    return urlencode(parts)


def _names_places(condition: Filter) -> bool:
    return condition.dimension in PLACES and condition.op == "in" and None not in condition.values


def _query_of(inquiry: Inquiry, **changes: Any) -> str:
    """Return the query that names the page's period, filters and scope elsewhere."""
    state = inquiry.state
    kept = urlsplit(state.url(metric=DEFAULT_METRIC, grain="", comparison=DEFAULT_COMPARISON, more=(), **changes)).query
    scope = inquiry.scope and urlencode({inquiry.scope.kind: inquiry.scope.public_id})
    query = "&".join(part for part in (kept, scope) if part)
    return f"?{query}" if query else ""


def _carried(state: State) -> str:
    """Return the query that takes period and comparison along to another page."""
    query = urlsplit(state.url(metric="views", grain="", filters=(), default=DEFAULT_PERIOD, more=())).query
    return f"?{query}" if query else ""
