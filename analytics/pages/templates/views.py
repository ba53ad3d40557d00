"""What is looked at of templates: all of them beside each other, and one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from analytics.context import Scope
from analytics.pages.shell import inquiry_of, member_page, page_rendered
from analytics.pages.templates.compared import templates_page
from analytics.pages.templates.measures import measured
from analytics.pages.templates.template import template_page
from videos.access import current_workspace, may_edit
from videos.selectors import template_by_id


@member_page
def templates_view(request: HttpRequest) -> HttpResponse:
    """Show the workspace's templates compared."""
    inquiry, measure = measured(inquiry_of(request), request.GET)
    page = templates_page(inquiry, measure, may_edit=may_edit(request))
    return page_rendered(request, inquiry, "Templates", "analytics/templates/list_main.html", page)


@member_page
def template_view(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one template; 404 for one that the workspace does not have."""
    template = template_by_id(current_workspace(request), public_id)
    inquiry, measure = measured(inquiry_of(request, Scope("template", public_id)), request.GET)
    page = template_page(inquiry, template, measure)
    return page_rendered(request, inquiry, template.name, "analytics/templates/template_main.html", page)
