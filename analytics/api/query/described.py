"""How /v1/query describes itself in /v1/schema: its parameters, and answers in both forms."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from analytics.api.query.body import MOST_PAGE, MOST_ROWS
from analytics.api.query.shapes import QueryAnswer
from analytics.context import PREFIXES
from analytics.dimensions import DIMENSIONS
from analytics.metrics import METRICS
from analytics.periods import LABELS
from analytics.query import COMPARISONS, MOST_DIMENSIONS
from analytics.sessions import OPERATIONS
from videos.api.schema import Answers, answers
from videos.api.tags import OWN

DATE = {"type": "string", "format": "date"}
FORMAT = OpenApiParameter(
    "format", str, enum=["json", "csv"], description="The form of the answer, before the header `Accept`."
)


def _names(name: str, known: list[str], most: int, description: str, *, required: bool = False) -> OpenApiParameter:
    schema = {
        "type": "array", "items": {"type": "string", "enum": known}, "uniqueItems": True, "maxItems": most,
    }  # fmt: skip
    return OpenApiParameter(name, schema, description=description, required=required, explode=False, style="form")


_DIMENSIONS = list(DIMENSIONS)
PARAMETERS = [
    _names("metrics", list(METRICS), len(METRICS), "What is measured, comma separated.", required=True),
    _names("by", _DIMENSIONS, MOST_DIMENSIONS, "A row for each combination of these; one row without them."),
    OpenApiParameter("period", str, enum=list(LABELS), description="All time unless a period or dates are given."),
    OpenApiParameter("from", DATE, description="The first day, in the workspace's time zone; `to` belongs to it."),
    OpenApiParameter("to", DATE, description="The last day, inclusive."),
    *(OpenApiParameter(kind, str, description=f"Only this {kind}: its public id.") for kind in PREFIXES),
    OpenApiParameter(
        "filter",
        {
            "type": "array",
            "items": {"type": "string", "pattern": f"^({'|'.join(_DIMENSIONS)}):({'|'.join(OPERATIONS)}):"},
        },
        description="`dimension:operation:value`, repeated for further values; without a value: what is unknown.",
    ),
    OpenApiParameter("filters", str, description="The filters as the JSON array of the POST's body."),
    OpenApiParameter("compare", str, enum=list(COMPARISONS), description="Adds the metrics of the period before."),
    OpenApiParameter("order", str, description="A metric or dimension of the answer, with `-` for largest first."),
    OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": MOST_PAGE, "default": 1}),
    OpenApiParameter(
        "per_page",
        {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
        description=f"The rows of a page: 100 by default, as CSV {MOST_ROWS}.",
    ),
    OpenApiParameter("bots", bool, description="Count recognised bots too."),
    FORMAT,
]
_QUESTION: dict[str, Any] = {
    "metrics": ["views", "watch_time"],
    "by": ["country"],
    "period": {"from": "2026-01-01", "to": "2026-01-31"},
    "filters": [{"dimension": "device", "op": "in", "values": ["desktop"]}],
    "compare": "previous_period",
    "order": "-views",
}
QUESTION = OpenApiExample("Example", _QUESTION, request_only=True)
ANSWER: QueryAnswer = {
    "rows": [{"country": "DE", "views": 12, "watch_time": 345.6, "previous": {"views": 9, "watch_time": 280.2}}],
    "total_rows": 1,
    "period": {"from": "2026-01-01", "to": "2026-01-31", "timezone": "Europe/Berlin"},
    "previous_period": {"from": "2025-12-01", "to": "2025-12-31", "timezone": "Europe/Berlin"},
}
TABLE = "country,views,watch_time,previous_views,previous_watch_time\r\nDE,12,345.6,9,280.2\r\n"


def described(method: str, *, errors: tuple[int, ...]) -> dict[str, Any]:
    """Return what `extend_schema` takes for one of the two methods."""
    responses: Answers = answers(QueryAnswer, example=ANSWER, errors=(401, 403, 404, 406, 422, *errors))
    responses |= answers(str, example=TABLE, errors=(), content_type="text/csv")
    return {"operation_id": f"query_{method}", "tags": [OWN], "responses": responses}
