"""Links in mails, signed, so that they open without signing in: to a finished report, and to unsubscribe."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from exports.models import Recipient, Report

# No timestamp: until when a link opens is the report's `expires_at`, and a report's link is always the same.
_SIGNER = Signer(sep=".", salt="exports.links")
# Unsubscribing has no end, as nobody knows when an old mail is read again.
_UNSUBSCRIBING = Signer(sep=".", salt="exports.unsubscribe")


def download_token(report: Report) -> str:
    """Return the part of the link that proves who made it."""
    return _SIGNER.sign(report.public_id)


def download_url(report: Report) -> str:
    """Return the whole address of the report's ZIP."""
    return settings.PUBLIC_URL + reverse("exports:download", args=[download_token(report)])


def report_of_token(token: str) -> Report | None:
    """Return the report whose link this is, whatever its state; None for a token that was tampered with."""
    try:
        public_id = _SIGNER.unsign(token)
    except BadSignature:
        return None
    return Report.objects.select_related("workspace").filter(public_id=public_id).first()


def unsubscribe_token(recipient: Recipient) -> str:
    """Return the part of the link that proves that it was sent to this recipient."""
    return _UNSUBSCRIBING.sign(str(recipient.pk))


def unsubscribe_url(recipient: Recipient) -> str:
    """Return the whole address at which this recipient unsubscribes from the schedule."""
    return settings.PUBLIC_URL + reverse("exports:unsubscribe", args=[unsubscribe_token(recipient)])


def recipient_of_token(token: str) -> Recipient | None:
    """Return the recipient whose link this is, None where they are none any more. Raises BadSignature."""
    found = Recipient.objects.select_related("schedule__workspace").filter(pk=_UNSUBSCRIBING.unsign(token))
    return found.first()
