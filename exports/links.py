"""The link to a finished report: signed, so that it opens without signing in, and useless for anything else."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from exports.models import Report

# No timestamp: until when a link opens is the report's `expires_at`, and a report's link is always the same.
_SIGNER = Signer(sep=".", salt="exports.links")


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
