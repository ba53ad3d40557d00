"""Unsubscribing from a schedule by the link in its mails, without signing in."""

from __future__ import annotations

from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from exports.links import recipient_of_token
from exports.schedule_times import schedule_words
from exports.services.schedules import recipient_resubscribe, recipient_unsubscribe


# The link's signature stands for who asks; a mail program that does it at one click (RFC 8058) has no other proof.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to unsubscribe, as programs that check links open them too; do it, or undo it, at a POST.

    404 for a link that is none of ours.
    """
    try:
        recipient = recipient_of_token(token)
    except BadSignature as error:
        raise Http404 from error
    was_undone = False
    if recipient is not None and request.method == "POST":
        was_undone = "undo" in request.POST
        (recipient_resubscribe if was_undone else recipient_unsubscribe)(recipient)
    context = {
        "recipient": recipient,
        "was_undone": was_undone,
        "words": schedule_words(recipient.schedule) if recipient else "",
    }
    response = render(request, "exports/unsubscribe.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
