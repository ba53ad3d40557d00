"""GET and POST /v1/query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from analytics.api.query.body import MOST_ROWS, QuestionSerializer, answer_shown, question_of
from analytics.api.query.described import FORMAT, PARAMETERS, QUESTION, described
from analytics.api.query.parameters import Parameters
from analytics.api.query.table import CsvRenderer, FormatNegotiation, table_of
from analytics.query import Answer, Question, ask
from videos.api.parsers import ShallowJSONParser
from videos.api.problems import field_errors
from videos.errors import FieldError, Invalid
from videos.models import ApiToken
from videos.models import Scope as TokenScope

ROWS_OF_JSON = 100


@method_decorator(conditional_page, name="dispatch")
class QueryView(APIView):
    """Answers with a row per combination of the dimensions that occurs, one row without dimensions."""

    scope = TokenScope.READ
    parser_classes = [ShallowJSONParser]
    renderer_classes = [JSONRenderer, CsvRenderer]
    content_negotiation_class = FormatNegotiation

    @extend_schema(
        summary="Any metrics by any dimensions, asked by address", parameters=PARAMETERS, **described("get", errors=())
    )
    def get(self, request: Request) -> Response:
        parameters = Parameters(request.query_params)
        try:
            return self.answer(request, parameters.body())
        except Invalid as error:
            named = (FieldError(parameters.name_of(each.field), each.message) for each in error.errors)
            raise Invalid(named) from error

    @extend_schema(
        summary="Any metrics by any dimensions",
        parameters=[FORMAT],
        request=QuestionSerializer,
        examples=[QUESTION],
        **described("post", errors=(400, 413, 415)),
    )
    def post(self, request: Request) -> Response:
        if unknown := sorted(set(request.query_params) - {"format"}):
            raise Invalid(FieldError(name[:64], "The body of a POST holds the question.") for name in unknown[:10])
        if not isinstance(request.data, dict):
            raise Invalid.field("", "The body is a JSON object.")
        return self.answer(request, request.data)

    def answer(self, request: Request, body: Mapping[str, Any]) -> Response:
        """Return the answer in the form that was negotiated. Raises Invalid and Unknown."""
        serializer = QuestionSerializer(data=body)
        if not serializer.is_valid():
            raise Invalid(_first_of_each(field_errors(serializer.errors)))
        is_csv = request.accepted_renderer.format == CsvRenderer.format
        workspace = cast(ApiToken, request.auth).workspace
        question = question_of(workspace, serializer.validated_data, MOST_ROWS if is_csv else ROWS_OF_JSON)
        answer = ask(question)
        headers = {"X-Total-Rows": str(answer.total_rows), **_next_page(request, question, answer)}
        if not is_csv:
            return Response(answer_shown(answer), headers=headers)
        table = table_of(question, answer)
        return Response(table, headers={**headers, "Content-Disposition": f'attachment; filename="{table.name}"'})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if getattr(response, "exception", False):
            # Problem details are JSON, whatever was asked for.
            response.accepted_renderer = JSONRenderer()
        return response


def _next_page(request: Request, question: Question, answer: Answer) -> dict[str, str]:
    """Return the header that names the next page's address, nothing after the last one or for a POST."""
    assert question.per_page is not None
    if request.method == "POST" or question.page * question.per_page >= answer.total_rows:
        return {}
    address = replace_query_param(request.get_full_path(), "page", question.page + 1)
    return {"Link": f'<{address}>; rel="next"'}


def _first_of_each(errors: Iterable[FieldError]) -> list[FieldError]:
    """Return the first error of each field: thousands of bad values need no thousands of sentences."""
    found: dict[str, FieldError] = {}
    for each in errors:
        found.setdefault(each.field, each)
    return list(found.values())[:20]
