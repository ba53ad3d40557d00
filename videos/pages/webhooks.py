"""The webhooks' pages: the list, one with what it was told, the form, and what can be done to one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from videos import services
from videos.access import current_workspace
from videos.errors import DomainError, Invalid, Unknown
from videos.models import HookDelivery, Webhook
from videos.pages.shell import owners_page, page_shown, secret_shown
from videos.pages.webhook_form import WebhookForm
from videos.selectors import row_by_id, webhook_by_id
from videos.webhooks.deliveries import DISABLED_AFTER, WAITS
from videos.webhooks.events import EVENTS
from videos.webhooks.signing import secret_of

DELIVERIES_PER_PAGE = 25


@owners_page
@require_GET
def webhooks_page(request: HttpRequest) -> HttpResponse:
    """Show the workspace's webhooks, each with how its last message went."""
    last = HookDelivery.objects.filter(webhook=OuterRef("pk")).order_by("-pk")
    webhooks = current_workspace(request).webhooks.annotate(
        last_status=Subquery(last.values("status")[:1]), last_at=Subquery(last.values("created_at")[:1])
    )
    return page_shown(request, "videos/settings/webhooks.html", "Webhooks", webhooks=webhooks, events=EVENTS.values())


@owners_page
@require_GET
def webhook_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one webhook, how it does, and what it was told."""
    webhook = _webhook_or_404(request, public_id)
    page = Paginator(webhook.deliveries.all(), DELIVERIES_PER_PAGE).get_page(request.GET.get("page"))
    return page_shown(
        request,
        "videos/settings/webhook.html",
        webhook.description or "Webhook",
        webhook=webhook,
        events=[EVENTS[name] for name in webhook.events if name in EVENTS],
        page=page,
        deliveries=[{"row": row, "text": _pretty(row.body)} for row in page],
        most_attempts=len(WAITS) + 1,
        disabled_after=DISABLED_AFTER.days,
        is_waiting=any(row.due_at and not row.attempts for row in page),
    )


@owners_page
def new_webhook_page(request: HttpRequest) -> HttpResponse:
    """Show the form, or make the webhook and show its secret, this once."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook = services.webhook_create(current_workspace(request), **form.details())
        except Invalid as error:
            form.add_invalid(error)
        else:
            return _secret_page(request, "Webhook created", webhook)
    return page_shown(request, "videos/settings/webhook_form.html", "New webhook", form=form)


@owners_page
def edit_webhook_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the form with what the webhook is, or change it and lead to it."""
    webhook = _webhook_or_404(request, public_id)
    initial = {"url": webhook.url, "description": webhook.description, "events": webhook.events}
    form = WebhookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.webhook_update(webhook, **form.details())
        messages.success(request, "Saved.")
        return redirect("videos:webhook", webhook.public_id)
    return page_shown(request, "videos/settings/webhook_form.html", f"Change “{webhook}”", form=form, webhook=webhook)


@owners_page
def delete_webhook_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask whether to delete the webhook; at a POST, do it."""
    webhook = _webhook_or_404(request, public_id)
    if request.method == "POST":
        services.webhook_delete(webhook)
        messages.success(request, f"The webhook “{webhook}” is deleted.")
        return redirect("videos:webhooks")
    back = reverse("videos:webhook", args=[webhook.public_id])
    return page_shown(
        request, "videos/settings/webhook_delete.html", f"Delete “{webhook}”?", webhook=webhook, back=back
    )


@owners_page
@require_POST
def webhook_secret_renewed(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give the webhook another secret, and show it this once."""
    webhook = _webhook_or_404(request, public_id)
    services.webhook_secret_renew(webhook)
    return _secret_page(request, "New secret", webhook)


def _action(done: str, act: Callable[[Webhook], object]) -> Callable[..., HttpResponse]:
    """Return a view that does something to a webhook, says so, and leads back to it."""

    @owners_page
    @require_POST
    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        webhook = _webhook_or_404(request, public_id)
        act(webhook)
        messages.success(request, done)
        return redirect("videos:webhook", webhook.public_id)

    return view


webhook_paused = _action("The webhook is paused.", services.webhook_pause)
webhook_resumed = _action("The webhook is told again of what happens.", services.webhook_resume)
webhook_tested = _action("A test is on its way; how it goes shows below.", services.webhook_test)


@owners_page
@require_POST
def delivery_repeated(request: HttpRequest, public_id: str, message_id: str) -> HttpResponse:
    """Send a message again, and lead back to its webhook."""
    webhook = _webhook_or_404(request, public_id)
    try:
        services.delivery_repeat(row_by_id(webhook.deliveries.select_related("webhook"), "message", message_id))
    except Unknown as error:
        raise Http404 from error
    except DomainError as error:
        messages.error(request, error.detail)
    else:
        messages.success(request, "The message is on its way again; how it goes shows below.")
    return redirect("videos:webhook", webhook.public_id)


def _secret_page(request: HttpRequest, title: str, webhook: Webhook) -> HttpResponse:
    back = reverse("videos:webhook", args=[webhook.public_id])
    return secret_shown(request, title, f"The signing secret of “{webhook}”", secret_of(webhook), back)


def _webhook_or_404(request: HttpRequest, public_id: str) -> Webhook:
    try:
        return webhook_by_id(current_workspace(request), public_id)
    except Unknown as error:
        raise Http404 from error


def _pretty(body: str) -> str:
    """Return a message as people read it; what was sent has no line ends."""
    message: Any = json.loads(body)
    return json.dumps(message, ensure_ascii=False, indent=2)
