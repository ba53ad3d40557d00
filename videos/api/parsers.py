"""Reading JSON bodies that are small by nature."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LARGEST_BODY = 256 * 1024


class TooLarge(APIException):
    status_code = 413
    default_detail = f"A body has at most {LARGEST_BODY} bytes."
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """Reads at most LARGEST_BODY bytes and refuses the rest (413), whatever the body's length is said to be."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise TooLarge
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)  # type: ignore[arg-type]
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
