"""How GET /v1/export/referrers describes itself."""

from __future__ import annotations

from typing import Any

from analytics.api.exports_described import NAMED, Binary, words
from exports.downloads import MEDIA_TYPES
from exports.models import Format
from videos.api.schema import answers
from videos.api.tags import EXPORTS

ROWS = (
    "domain,url,views,player_loads,view_rate\r\n"
    "www.example.com,,20,85,0.235294\r\n"
    "www.example.com,https://www.example.com/pricing,20,85,0.235294\r\n"
)
REFERRERS: dict[str, Any] = {
    "operation_id": "export_referrers",
    "summary": "Export the referrers",
    "description": (
        "The domains that the player was loaded on, each with a row of its totals, which has no `url`, and a row for "
        "each of its pages; most views come first."
    ),
    "tags": [EXPORTS],
    "parameters": [*words([str(each) for each in MEDIA_TYPES]), NAMED],
    "responses": answers(str, example=ROWS, content_type="text/csv")
    | answers(Binary, example="PK…", errors=(), content_type=MEDIA_TYPES[Format.XLSX]),
}
