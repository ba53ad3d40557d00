"""GET /v1/export/referrers: the domains and pages that the player was loaded on, as CSV or XLSX, at once."""

from __future__ import annotations

from typing import cast

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.api.exports import AnyContent
from analytics.context import PREFIXES
from analytics.exporting.words import DATES, asked_of, word_errors, words_once
from exports.api.referrers_described import REFERRERS
from exports.downloads import MEDIA_TYPES
from exports.referrers import referrers_file
from videos.errors import Invalid
from videos.models import ApiToken

KNOWN = ("format", "period", *DATES, *PREFIXES)


class ExportReferrersView(APIView):
    """Answers with a file of all referrers of a period and scope."""

    content_negotiation_class = AnyContent

    @extend_schema(**REFERRERS)
    def get(self, request: Request) -> HttpResponseBase:
        words = {name: word for name, word in words_once(request.query_params).items() if word}
        if errors := list(word_errors(words, KNOWN, tuple(MEDIA_TYPES))):
            raise Invalid(errors)
        asked = asked_of(cast(ApiToken, request.auth).workspace, words, tuple(MEDIA_TYPES))
        return referrers_file(asked.context, asked.period, asked.format, asked.scope)
