"""The tree of the library. Here and not in a template, where a thousand branches would take a fifth of a second."""

from __future__ import annotations

from itertools import pairwise

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from analytics.formats import count_shown
from analytics.pages.library.page import Node

register = template.Library()
ICON = '<span class="material-symbols-outlined" aria-hidden="true">{}</span>'
LINK = (
    f'<a href="{{}}{{}}"{{}}>{ICON}<span class="vp-branch-name">{{}}</span>'
    '<span class="vp-branch-count">{}<span class="vp-hidden"> videos</span></span></a>'
)
TWIST = '<button type="button" class="vp-twist" aria-expanded="{}" aria-label="Folders in {}" data-twist></button>'


@register.simple_tag(takes_context=True)
def branches(context: Context, nodes: tuple[Node, ...]) -> SafeString:
    """Return nested lists of the nodes, which come depth first, with what is needed to drag them for editors."""
    carried, may_edit = context["carried"], context["page"].may_edit
    parts = []
    for node, following in pairwise([*nodes, None]):
        assert node is not None
        parts.append(mark_safe("<li data-closed>" if node.branch.below and not node.is_open else "<li>"))
        parts.append(_line(node, carried, may_edit))
        depth = following.depth if following else 0
        parts.append(mark_safe('<ul class="vp-branches">' if depth > node.depth else "</li>"))
        parts.append(mark_safe("</ul></li>" * (node.depth - depth)))
    return mark_safe("".join(parts))


def _line(node: Node, carried: str, may_edit: bool) -> SafeString:
    branch = node.branch
    drags = mark_safe("")
    if may_edit and branch.above is not None:
        drags = format_html(
            ' data-item="{}" data-home="{}" data-name="{}" draggable="true"',
            branch.public_id,
            branch.above.public_id,
            branch.name,
        )
    icon = "inventory_2" if branch.kind == "project" else "folder_open" if node.is_current else "folder"
    is_page = mark_safe(' aria-current="page"' if node.is_current else "")
    twist = format_html(TWIST, "true" if node.is_open else "false", branch.name) if branch.below else ""
    return format_html(
        '<div class="vp-branch" id="branch-{}" data-place="{}"{}{}>{}{}</div>',
        branch.public_id,
        branch.public_id,
        drags,
        mark_safe(" data-current" if node.is_current else ""),
        twist,
        format_html(LINK, branch.url, carried, is_page, icon, branch.name, count_shown(node.videos)),
    )
